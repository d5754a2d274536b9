"""Meetings and letters ask as often for twelve offices and six meetings as for two and one (QUALITY P5)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agreements import actions as agreement_actions
from agreements import testing as agreements
from kpiportal.models import Organization, Role
from kpiportal.models.people import Kind
from kpiportal.testing.people import Cast, give, make_user
from kpiportal.testing.queries import Visit, query_counts
from meetings import testing
from meetings.models import Meeting, Minutes

MOST = 10

pytestmark = pytest.mark.usefixtures("frozen")

PAGES = {
    "home": 6,
    "meeting list": 3,
    "meeting list of a guest": 3,
    "new meeting": 8,
    "meeting without a letter": 5,
    "meeting with a draft": 7,
    "meeting called": 7,
    "meeting seen by a guest": 6,
    "change a meeting": 5,
    "begin a letter": 5,
    "agenda": 4,
    "agenda filled": 8,
    "answers": 6,
    "the door": 4,
    "minutes": 8,
    "minutes read by a guest": 7,
    "resolutions": 3,
    "resolution": 3,
    "letter in draft": 7,
    "edit a letter": 9,
    "preview a letter": 4,
    "letter issued": 9,
    "letter seen by a guest": 5,
    "letter as a file": 4,
    "register": 7,
    "register searched": 6,
    "register seen by a guest": 5,
}


@pytest.mark.parametrize(("offices", "meetings"), [(0, 1), (10, 6)], ids=["small", "large"])
def test_pages_of_meetings(cast, offices, meetings):
    agreement = agreements.sign(_draft_hosted_by_many(cast, offices), cast)
    for _ in range(meetings):
        called = testing.make_called(cast, agreement=agreement)
        draft = testing.make_draft(cast, agreement=agreement)
        planned = testing.make_meeting(cast, agreement=agreement)
        written = testing.circulate(testing.make_held(cast, agreement=agreement), cast)
        testing.make_item(called, cast)
    counts = query_counts(_visits(cast, planned, draft, called, written))
    assert counts == PAGES
    assert max(counts.values()) <= MOST


def _draft_hosted_by_many(cast: Cast, offices: int):
    """An agreement whose indicators have `offices` more agencies as co-hosts, each with a head."""
    agreement = agreements.make_draft(cast)
    more = []
    for n in range(offices):
        office = Organization.objects.create(
            kind=Kind.AGENCY, code=f"50-1{n:03}", name=f"สำนักงานที่ {n} จังหวัดเชียงใหม่", parent=cast.province
        )
        give(make_user(f"head{n}"), office, Role.OVERSEER)
        more.append(office)
    for indicator in agreement.indicators.all():
        agreement_actions.appoint_hosts(
            indicator, host=cast.agency, co_hosts=[cast.other_agency, *more], by=cast.coordinator, at=agreements.AUTUMN
        )
    return agreement


def _visits(cast: Cast, planned: Meeting, draft: Meeting, called: Meeting, written: Minutes) -> list[Visit]:
    def at(name: str, *args: int) -> str:
        return reverse(f"meetings:{name}", args=args)

    return [
        ("home", cast.coordinator, reverse("home")),
        ("meeting list", cast.coordinator, at("meeting_list")),
        ("meeting list of a guest", cast.overseer, at("meeting_list")),
        ("new meeting", cast.coordinator, at("meeting_new")),
        ("meeting without a letter", cast.coordinator, at("meeting_detail", planned.pk)),
        ("meeting with a draft", cast.coordinator, at("meeting_detail", draft.pk)),
        ("meeting called", cast.coordinator, at("meeting_detail", called.pk)),
        ("meeting seen by a guest", cast.overseer, at("meeting_detail", called.pk)),
        ("change a meeting", cast.coordinator, at("meeting_edit", draft.pk)),
        ("agenda", cast.coordinator, at("agenda", called.pk)),
        ("agenda filled", cast.coordinator, at("agenda_fill", called.pk)),
        ("answers", cast.coordinator, at("reply_board", called.pk)),
        ("the door", cast.coordinator, at("attendance", called.pk)),
        ("minutes", cast.coordinator, at("minutes", written.meeting_id)),
        ("minutes read by a guest", cast.overseer, at("minutes", written.meeting_id)),
        ("resolutions", cast.overseer, at("resolution_list")),
        ("resolution", cast.overseer, at("resolution", written.meeting.resolutions.first().pk)),
        ("begin a letter", cast.coordinator, at("letter_new", planned.pk)),
        ("letter in draft", cast.coordinator, at("letter_detail", draft.letter_id)),
        ("edit a letter", cast.coordinator, at("letter_edit", draft.letter_id)),
        ("preview a letter", cast.coordinator, at("letter_preview", draft.letter_id)),
        ("letter issued", cast.coordinator, at("letter_detail", called.letter_id)),
        ("letter seen by a guest", cast.overseer, at("letter_detail", called.letter_id)),
        ("letter as a file", cast.overseer, at("letter_download", called.letter_id)),
        ("register", cast.coordinator, at("letter_register")),
        ("register searched", cast.coordinator, at("letter_register") + "?q=ประชุม+101"),
        ("register seen by a guest", cast.overseer, at("letter_register")),
    ]
