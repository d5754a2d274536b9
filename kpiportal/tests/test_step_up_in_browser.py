"""Signing with a proof in a real browser: by password, by passkey, changing one's mind, and what was typed."""

import datetime as dt

import pytest
from django.conf import settings as live_settings
from django.urls import reverse
from playwright.sync_api import expect

from agreements import actions, testing
from kpiportal import step_up
from kpiportal.session_store import SessionStore
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, press, sign_in
from kpiportal.testing.people import PASSWORD
from kpiportal.tests.test_passkeys import add, with_device
from kpiportal.tests.test_sign_in_in_browser import looked_at, typed
from meetings import testing as meetings

pytestmark = pytest.mark.django_db(transaction=True)
AUTUMN = testing.AUTUMN


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def agreed(cast):
    agreement = testing.make_draft(cast)
    agreement = actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=AUTUMN)
    agreement = actions.open_table(agreement, by=cast.negotiator, revision=1, at=AUTUMN)
    return testing.agree(agreement, cast)


def long_ago(page):
    """The last proof of this browser was an hour ago."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == live_settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session[step_up.PROVEN] -= 3600
    session.save()


def press_sign(page, server, agreement, day):
    page.goto(f"{server}/agreements/{agreement.pk}/")
    page.click("summary:has-text('ลงนามคำรับรองฯ')")
    page.fill("[name=signed_on]", day)
    press(page, ".confirm-panel button[type=submit]")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_governor_signs_with_the_password(browser, live_server, cast, agreed, size):
    page = open_page(browser, size=size)
    found = complaints(page)
    sign_in(page, live_server.url, cast.governor)
    long_ago(page)
    press_sign(page, live_server.url, agreed, "26/01/2558")
    assert page.inner_text("h1") == "ยืนยันว่าเป็นท่าน"
    looked_at(page, "step-up")
    assert page.url == f"{live_server.url}/agreements/{agreed.pk}/"  # reloading asks for the page, it sends nothing
    typed(page, **{"step_up-password": "ไม่ใช่รหัสผ่าน"})
    expect(page.locator("[name=step_up-password]")).to_be_focused()
    looked_at(page, "step-up-wrong")
    typed(page, **{"step_up-password": PASSWORD})
    page.wait_for_selector("text=ลงนามคำรับรองการปฏิบัติราชการแล้ว")
    assert page.locator("[role=status] >> text=ยังไม่ได้บันทึก").count() == 0  # what was taken is not offered again
    agreed.refresh_from_db()
    assert agreed.signed_on == dt.date(2015, 1, 26)
    assert found == []


def test_with_a_passkey_it_is_one_touch(browser, live_server, cast, agreed):
    page = open_page(browser, size=PHONE)
    finger = with_device(page)
    page.goto(live_server.url)
    typed(page, login=cast.governor.email, password=PASSWORD)
    add(page, live_server.url, "โทรศัพท์ของผู้ว่าฯ")
    long_ago(page)
    press_sign(page, live_server.url, agreed, "26/01/2558")
    looked_at(page, "step-up-passkey")
    finger(False)
    page.click("text=ยืนยันด้วยพาสคีย์")
    page.wait_for_selector("text=ยกเลิกหรือหมดเวลา")
    finger(True)
    page.click("text=ยืนยันด้วยพาสคีย์")
    page.wait_for_selector("text=ลงนามคำรับรองการปฏิบัติราชการแล้ว")
    agreed.refresh_from_db()
    assert agreed.state == "signed"


def test_somebody_who_turns_back_has_done_nothing_and_lost_nothing(browser, live_server, cast):
    meeting = meetings.make_called(cast)
    page = open_page(browser)
    sign_in(page, live_server.url, cast.coordinator)
    long_ago(page)
    letter = live_server.url + reverse("meetings:letter_detail", args=[meeting.letter_id])
    page.goto(letter)
    page.click("summary:has-text('ยกเลิกหนังสือฉบับนี้')")
    page.fill("[name=reason]", "ผู้ว่าราชการจังหวัดติดราชการ")
    press(page, ".confirm-panel .btn-danger")
    assert page.inner_text("h1") == "ยืนยันว่าเป็นท่าน"
    press(page, "text=กลับไปหน้าเดิม")
    assert page.url == letter
    meeting.letter.refresh_from_db()
    assert meeting.letter.state == "issued"
    # What was typed is offered back, in the question that was folded again by the new page.
    looked_at(page, "step-up-turned-back")
    page.click("text=นำกลับมาใส่")
    expect(page.locator("[name=reason]")).to_have_value("ผู้ว่าราชการจังหวัดติดราชการ")
