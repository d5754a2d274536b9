"""State by verb: the diagram, and what the letter must say of the meeting."""

import datetime as dt

import pytest

from kpiportal.workflow import offered
from meetings import actions, testing, workflow
from meetings.testing import PLANNED


@pytest.mark.usefixtures("frozen")
def test_what_is_offered_in_each_state(cast):
    draft, called = testing.make_draft(cast), testing.make_called(cast)
    cancelled = actions.cancel_meeting(
        testing.make_meeting(cast), by=cast.coordinator, revision=0, at=PLANNED, reason="ไม่จำเป็น"
    )
    offers = {
        row.state: [t.slug for t in offered(row, workflow.MEETING, by=cast.coordinator)]
        for row in (draft, called, cancelled)
    }
    from_called = ["withdraw", "postpone", "hold", "cancel"]
    assert offers == {"draft": ["call", "cancel"], "called": from_called, "cancelled": []}
    assert offered(draft, workflow.MEETING, by=cast.governor) == []


def blockers(meeting):
    return [(b.field, b.text) for b in workflow.invitation_ready(meeting)]


def test_a_complete_letter_is_ready(cast):
    assert blockers(testing.make_draft(cast)) == []


def test_everything_missing_is_said_at_once(cast):
    meeting = testing.make_draft(cast, signer="", subject="")
    meeting.letter.recipients.all().delete()
    assert blockers(meeting) == [
        ("subject", "ยังไม่ได้กรอก “เรื่อง”"),
        ("signer", "ยังไม่ได้กรอก “ชื่อผู้ลงนาม”"),
        ("recipients", "ยังไม่ได้เลือกผู้รับหนังสือ"),
    ]


@pytest.mark.parametrize("body", ["ในวันศุกร์ที่ 30 ตุลาคม 2558", "ใน ๓๐ ต.ค. ๒๕๕๘", "วันที่ 30 ตุลาคม พ.ศ. 2558 เวลาบ่าย"])
def test_the_meetings_day_may_be_named_in_any_form(cast, body):
    assert blockers(testing.make_draft(cast, body=[body])) == []


def test_the_day_of_a_meeting_after_midnight_utc_is_bangkoks(cast):
    """8 in the morning of the 30th in Bangkok is the 30th, though in Greenwich the day has hardly begun."""
    starts = dt.datetime(2015, 10, 29, 23, 30, tzinfo=dt.UTC)
    meeting = testing.make_draft(cast, body=["วันที่ 30 ตุลาคม 2558"])
    meeting.starts_at = starts
    assert blockers(meeting) == []
