"""Meetings and letters for tests, through the actions users use. The tests' today is 19 October 2558."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agreements.models import Agreement
from agreements.testing import make_signed
from kpiportal import letters, sealed_links
from kpiportal.models import Letter, LetterSeries
from kpiportal.testing.people import BANGKOK, Cast
from meetings import actions
from meetings.agenda import actions as agenda
from meetings.attendance import actions as attendance
from meetings.minutes import actions as minutes
from meetings.models import AgendaItem, Invitation, Meeting, Minutes
from meetings.resolutions import actions as resolutions

PLANNED = dt.datetime(2015, 10, 19, 9, 0, tzinfo=BANGKOK)
STARTS = dt.datetime(2015, 10, 30, 13, 30, tzinfo=BANGKOK)  # a Friday
DATED = dt.date(2015, 10, 19)
VENUE = "ห้องประชุม 3 ชั้น 2 ศาลากลางจังหวัด"
SIGNED = {"signer": "นายฤกษ์ ธนาวิช", "signer_post": ["ผู้ว่าราชการจังหวัด"], "owner": ["สำนักงานจังหวัด", "โทร. 0-5311-2345"]}


def make_series(cast: Cast, *, circular: bool = True, year: int = 2558, start_after: int = 100) -> LetterSeries:
    """ชม 0017.2/ว: the first letter draws 101."""
    prefix = f"{cast.province.abbreviation} {cast.province.office_code}"
    there = LetterSeries.objects.filter(prefix=prefix, circular=circular, year=year).first()
    return there or letters.open_series(
        cast.province, prefix=prefix, circular=circular, year=year, start_after=start_after, by=cast.coordinator,
        at=PLANNED,
    )  # fmt: skip


def make_meeting(cast: Cast, *, agreement: Agreement | None = None, **facts: Any) -> Meeting:
    agreement = agreement or Agreement.objects.filter(owner=cast.province).first() or make_signed(cast)
    facts = {"subject": "ติดตามผลตัวชี้วัด รอบ 12 เดือน", "starts_at": STARTS, "venue": VENUE, **facts}
    return actions.plan_meeting(agreement, by=cast.coordinator, at=PLANNED, **facts)


def make_draft(cast: Cast, *, agreement: Agreement | None = None, **words: Any) -> Meeting:
    """A meeting whose letter waits for its number; both host agencies are its receivers."""
    return draft_of(make_meeting(cast, agreement=agreement), cast, **words)


def draft_of(meeting: Meeting, cast: Cast, **words: Any) -> Meeting:
    """The same for a meeting that is there."""
    actions.draft_invitation(
        meeting, by=cast.coordinator, revision=0, at=PLANNED,
        **{"series": make_series(cast), "dated": DATED, **SIGNED, **words},
    )  # fmt: skip
    return Meeting.objects.select_related("letter").get(pk=meeting.pk)


def make_called(cast: Cast, **more: Any) -> Meeting:
    """The letter is out."""
    return issue(make_draft(cast, **more), cast)


def make_item(meeting: Meeting, cast: Cast, **words: Any) -> AgendaItem:
    """A sub-item of the agenda; every word of it may be given."""
    facts = {"section": 4, "title": "รายงานผลตัวชี้วัด", "presenter": "สำนักงานจังหวัด", "note": "", **words}
    return agenda.add_item(meeting, by=cast.coordinator, at=PLANNED, **facts)


def link_token(invitation: Invitation) -> str:
    """What stands in the office's link."""
    return sealed_links.opened(invitation.link_hidden)


def make_held(cast: Cast, **more: Any) -> Minutes:
    """The meeting took place on its day: one head came, the minutes are a draft with one resolution."""
    meeting = make_called(cast, **more)
    for seat in meeting.attendees.filter(organization=cast.agency):
        attendance.mark(seat, by=cast.coordinator, at=STARTS, came=True)
    item = make_item(meeting, cast)
    written = minutes.hold_meeting(meeting, by=cast.coordinator, revision=meeting.revision, at=STARTS)
    part = written.parts.get(item=item)
    resolutions.record(part, words="ส่งรายงานรอบ 12 เดือนให้ครบ", owner=cast.agency, person="", by=cast.coordinator,
                       due_on=dt.date(2015, 11, 6), at=STARTS)  # fmt: skip
    return written


def circulate(written: Minutes, cast: Cast) -> Minutes:
    """Whatever must be there is filled in first."""
    Minutes.objects.filter(pk=written.pk).update(
        ended_at=STARTS + dt.timedelta(hours=3), recorder="นางสาวกมลวรรณ จันทร์ฉาย", recorder_post="ผู้จด"
    )
    fresh = Minutes.objects.select_related("meeting").get(pk=written.pk)
    return minutes.circulate(fresh, by=cast.coordinator, revision=fresh.revision, at=STARTS)


def issue(meeting: Meeting, cast: Cast) -> Meeting:
    letter = Letter.objects.get(pk=meeting.letter_id)
    return actions.issue_invitation(
        meeting, by=cast.coordinator, revision=meeting.revision, letter_revision=letter.revision, at=PLANNED
    )
