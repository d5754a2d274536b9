"""Signing in with a second factor in a real browser, desk and phone: works, fits, nothing refused, axe clean."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.urls import reverse
from playwright.sync_api import expect

from kpiportal.models import AccountInvitation
from kpiportal.session_store import SessionStore
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, overflow, press, violations
from kpiportal.testing.people import PASSWORD
from kpiportal.tests.test_second_factor import code_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def looked_at(page, name):
    """The page as it stands: it fits, and axe finds nothing. KPI_SHOTS=folder keeps a picture."""
    assert overflow(page) == 0, name
    assert violations(page) == [], name
    if os.environ.get("KPI_SHOTS"):
        width = page.viewport_size["width"]
        page.screenshot(path=Path(os.environ["KPI_SHOTS"]) / f"{name}-{width}.png", full_page=True)


def typed(page, *, leads=press, **fields):
    """Fill and send; `leads=Page.click` where the answer comes to the same page."""
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
    leads(page, "main .btn-main[type=submit]")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_setting_up_and_coming_in_again(browser, live_server, cast, settings, size):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    page = open_page(browser, size=size)
    found = complaints(page)
    page.goto(live_server.url)
    looked_at(page, "login")
    typed(page, login=cast.coordinator.email, password=PASSWORD)
    assert page.url.endswith(reverse("mfa_activate_totp"))
    page.goto(f"{live_server.url}{reverse('account_reauthenticate')}?next={reverse('mfa_activate_totp')}")
    looked_at(page, "again")
    typed(page, password=PASSWORD)
    assert page.url.endswith(reverse("mfa_activate_totp"))
    shown = "async (code) => { await code.decode(); return code.naturalWidth; }"
    assert page.locator(".factor-code").evaluate(shown) > 0  # the picture is not refused
    page.click("summary")
    looked_at(page, "set-up")
    secret = page.inner_text(".factor-secret")
    typed(page, code="000000")
    looked_at(page, "wrong-code")
    typed(page, code=code_at(secret, time.time()))
    assert page.locator(".factor-list li").count() == 10
    looked_at(page, "recovery")
    for name in ("mfa_index", "usersessions_list", "account_change_password", "mfa_view_recovery_codes"):
        page.goto(live_server.url + reverse(name))
        looked_at(page, name)

    again = open_page(browser, size=size)
    found += complaints(again)
    again.goto(live_server.url)
    typed(again, login=cast.coordinator.email, password=PASSWORD)
    looked_at(again, "code")
    typed(again, code=code_at(secret, time.time() + 30))
    assert again.url == f"{live_server.url}/"
    again.goto(live_server.url + reverse("usersessions_list"))
    assert again.locator(".device-list li").count() == 2
    looked_at(again, "devices")
    assert found == []


def test_the_refusal_of_the_sixth_try(browser, live_server, cast, settings):
    """Where people stand with it: in Thai, with the minutes, on a phone."""
    page = open_page(browser, size=PHONE)
    page.goto(live_server.url)
    settings.KPI_THROTTLE = True
    for _ in range(6):
        typed(page, login=cast.governor.email, password="ผิด")
        if page.locator("main [name=login]").count() == 0:
            break
    assert "ลองใหม่ได้ในอีก" in page.inner_text("main")
    looked_at(page, "too-many")


@pytest.mark.parametrize(
    ("ends", "why"), [("seen", "ไม่มีการใช้งานเกิน 30 นาที"), ("began", "เข้าสู่ระบบมาครบ 8 ชั่วโมงแล้ว")], ids=["idle", "age"]
)
def test_a_form_typed_while_the_session_ended_is_not_lost(browser, live_server, cast, ends, why):
    """Press, sign in, and be on the same page with everything offered back; nothing was sent meanwhile."""
    page = open_page(browser, size=PHONE)
    where = live_server.url + reverse("people:invitation_new")
    page.goto(where)
    typed(page, login=cast.coordinator.email, password=PASSWORD)
    assert page.url == where
    page.fill("[name=email]", "malee@example.go.th")
    page.fill("[name=first_name]", "มาลี")
    age(page, ends)
    press(page, "main .btn-main[type=submit]")
    assert "/accounts/login/" in page.url
    assert why in page.inner_text("main")
    typed(page, login=cast.coordinator.email, password=PASSWORD)
    assert page.url == where
    looked_at(page, f"typed-offered-{ends}")
    page.click("text=นำกลับมาใส่")
    expect(page.locator("[name=email]")).to_have_value("malee@example.go.th")
    expect(page.locator("[name=first_name]")).to_have_value("มาลี")
    assert not AccountInvitation.objects.exists()


def age(page, name):
    """Make this browser's session nine hours older."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == live_settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session[name] -= 9 * 3600
    session.save()
