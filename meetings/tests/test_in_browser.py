"""One walk with a real browser: an office answers by its link on a phone, the secretary writes the minutes."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from kpiportal import clock
from kpiportal.testing import people
from kpiportal.testing.browser import PHONE, chromium, complaints, open_page, overflow, sign_in, violations
from meetings import testing
from meetings.minutes import actions as minutes
from meetings.models import Invitation, Meeting, MinutesPart

pytestmark = pytest.mark.django_db(transaction=True)


def clean(page, wrong):
    assert violations(page) == []
    assert overflow(page) == 0
    assert wrong == []


def test_answering_and_writing_the_minutes(live_server):
    cast = people.make_cast()
    meeting = testing.make_called(cast)
    now = clock.now()
    Meeting.objects.update(starts_at=now + dt.timedelta(days=1))
    row = Invitation.objects.get(organization=cast.agency)
    with chromium() as browser:
        page = open_page(browser, size=PHONE)
        wrong = complaints(page)
        page.goto(f"{live_server}/meetings/reply/{testing.link_token(row)}/")
        expect(page.get_by_label("ชื่อผู้เข้าประชุม")).to_be_hidden()
        page.get_by_label("มอบหมายผู้แทน").check()
        expect(page.get_by_label("เหตุที่มาไม่ได้")).to_be_hidden()
        page.get_by_role("button", name="ส่งคำตอบ").click()
        page.get_by_text("กรุณาพิมพ์ชื่อผู้แทน").wait_for()
        page.get_by_label("ชื่อผู้เข้าประชุม").fill("นายสมชาย ใจดี")
        page.get_by_label("ตำแหน่ง").fill("นักวิชาการคลัง")
        page.get_by_role("button", name="ส่งคำตอบ").click()
        page.get_by_text("บันทึกคำตอบแล้ว").wait_for()
        clean(page, wrong)
        row.refresh_from_db()
        assert (row.answer, row.name) == ("deputy", "นายสมชาย ใจดี")

        Meeting.objects.update(starts_at=now - dt.timedelta(hours=1))
        meeting = Meeting.objects.get()
        written = minutes.hold_meeting(meeting, by=cast.coordinator, revision=meeting.revision, at=now)
        part = written.parts.get(section=1)
        page = open_page(browser, size=PHONE)
        wrong = complaints(page)
        sign_in(page, str(live_server), cast.coordinator)
        page.goto(f"{live_server}/meetings/{meeting.pk}/minutes/")
        page.locator(f"#id_decision-{part.pk}").fill("ที่ประชุมรับทราบ")
        page.locator(".saved-note.ok").first.wait_for()
        clean(page, wrong)
        assert MinutesPart.objects.get(pk=part.pk).decision == "ที่ประชุมรับทราบ"
