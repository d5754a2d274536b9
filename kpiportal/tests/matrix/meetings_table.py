"""The meetings' part of the table: meetings, letters, the register."""

from __future__ import annotations

from typing import Any

from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

ALL_200 = each(EVERYBODY, code=200)
_PARTY_ONLY = each(PARTY, code=200)
_CALLED = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
_WRITERS_OF_PARTY = {**each(PARTY, code=403), **each(WRITERS, code=200)}
_WRITERS_OF_CALLED = each(PARTY, HOST, OTHER_HOST, OPDC, code=403)


def _done(seers: tuple[tuple[str, ...], ...] = (PARTY,), code: int = 302) -> dict[str, int]:
    return {**each(*seers, code=403), **each(WRITERS, code=code)}


def _revisions(meeting: Any) -> dict[str, Any]:
    return {"revision": meeting.revision, "letter_revision": meeting.letter.revision if meeting.letter else 0}


_ORDINARY = {"circular": "0", "year": "2558", "start_after": "0"}
_FACTS = {"subject": "ประชุมติดตามผล", "date": "30/10/2558", "time": "13.30", "venue": "ห้องประชุม 1"}

MEETINGS = [
    Row("meetings:meeting_list", get=ALL_200, shared=True),
    Row("meetings:meeting_new", get=each(WRITERS, "neighbour", code=200), post=each(WRITERS, "neighbour", code=422),
        other=403, shared=True),
    Row("meetings:meeting_detail", lambda p: [p.draft_meeting.pk], get=_PARTY_ONLY),
    Row("meetings:meeting_detail", lambda p: [p.called_meeting.pk], get=_CALLED,
        label="meetings:meeting_detail:called"),
    Row("meetings:meeting_edit", lambda p: [p.plain_meeting.pk], get=_WRITERS_OF_PARTY, post=_done(),
        data=lambda p: {**_FACTS, "revision": p.plain_meeting.revision}),
    Row("meetings:meeting_cancel", lambda p: [p.plain_meeting.pk], post=_done(),
        data=lambda p: {"revision": p.plain_meeting.revision, "reason": "ผู้บริหารติดราชการ"}),
    Row("meetings:letter_new", lambda p: [p.plain_meeting.pk], get=_WRITERS_OF_PARTY, post=_done(code=422),
        data=lambda p: {"revision": p.plain_meeting.revision}),
    Row("meetings:letter_register", get=ALL_200, shared=True),
    Row("meetings:series_open", lambda p: [p.plain_meeting.organization_id], post=_done(),
        data=lambda p: {"prefix": f"{p.plain_meeting.organization.abbreviation} 0017.9", **_ORDINARY}),
    Row("meetings:letter_detail", lambda p: [p.draft_meeting.letter_id], get=_PARTY_ONLY),
    Row("meetings:letter_detail", lambda p: [p.called_meeting.letter_id], get=_CALLED,
        label="meetings:letter_detail:issued"),
    Row("meetings:letter_edit", lambda p: [p.draft_meeting.letter_id], get=_WRITERS_OF_PARTY, post=_done(code=422),
        data=lambda p: {"revision": p.draft_meeting.letter.revision}),
    Row("meetings:letter_preview", lambda p: [p.draft_meeting.letter_id], get=_PARTY_ONLY, post=_done(code=422),
        data=lambda p: {"revision": p.draft_meeting.letter.revision}),
    Row("meetings:letter_recipients", lambda p: [p.draft_meeting.letter_id], post=_done(),
        data=lambda p: {"revision": p.draft_meeting.letter.revision,
                        "organizations": [r.organization_id for r in p.draft_meeting.letter.recipients.all()]}),
    Row("meetings:letter_issue", lambda p: [p.draft_meeting.letter_id], post=_done(),
        data=lambda p: _revisions(p.draft_meeting)),
    Row("meetings:letter_cancel", lambda p: [p.called_meeting.letter_id],
        post=_done((PARTY, HOST, OTHER_HOST, OPDC)),
        data=lambda p: {**_revisions(p.called_meeting), "reason": "เลื่อนวันประชุม"}),
    Row("meetings:letter_download", lambda p: [p.called_meeting.letter_id], get=_CALLED),
]  # fmt: skip
