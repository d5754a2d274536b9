"""The meetings' part of the table: meetings, letters, the register."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal import sealed_links
from kpiportal.pdf import html_to_pdf
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each
from meetings import testing
from meetings.agenda import actions as agenda
from meetings.attendance import actions as attendance
from meetings.models import Meeting

ALL_200 = each(EVERYBODY, code=200)
_PARTY_ONLY = each(PARTY, code=200)
_CALLED = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
_WRITERS_OF_PARTY = {**each(PARTY, code=403), **each(WRITERS, code=200)}
_WRITERS_OF_CALLED = each(PARTY, HOST, OTHER_HOST, OPDC, code=403)


def _done(seers: tuple[tuple[str, ...], ...] = (PARTY,), code: int = 302) -> dict[str, int]:
    return {**each(*seers, code=403), **each(WRITERS, code=code)}


def _revisions(meeting: Any) -> dict[str, Any]:
    return {"revision": meeting.revision, "letter_revision": meeting.letter.revision if meeting.letter else 0}


_INSIDE = {**each(PARTY, code=200), **each(HOST, OTHER_HOST, OPDC, code=403)}
_WRITE_CALLED = {**_WRITERS_OF_CALLED, **each(WRITERS, code=200)}
_DO_CALLED = {**_WRITERS_OF_CALLED, **each(WRITERS, code=302)}


def made(cast: Cast, called: Meeting) -> dict[str, Any]:
    """What hangs on a called meeting: an item with a paper, the door in the room."""
    item = testing.make_item(called, cast)
    paper = SimpleUploadedFile("เอกสาร.pdf", html_to_pdf('<html lang="th"><p>เอกสาร</p></html>', title="เอกสาร"))
    words = {"section": 4, "title": item.title, "presenter": "", "note": ""}
    item = agenda.edit_item(item, by=cast.coordinator, revision=0, at=testing.PLANNED, upload=paper, **words)
    written = testing.make_held(cast, agreement=called.agreement)
    round_ = testing.circulate(testing.make_held(cast, agreement=called.agreement), cast)
    return {
        "written": written,
        "circulated": round_,
        "resolution": round_.meeting.resolutions.get(),
        "item": item,
        "door": attendance.open_door(called, by=cast.coordinator, at=testing.PLANNED),
    }


def _words(place: Any) -> dict[str, Any]:
    """What somebody types into the minutes' first part."""
    name = f"decision-{place.written.parts.first().pk}"
    return {name: "ที่ประชุมรับทราบ", f"base-{name}": ""}


def _invitation(place: Any) -> Any:
    return place.called_meeting.invitations.order_by("pk").first()


def _token(place: Any) -> list[str]:
    return [testing.link_token(_invitation(place))]


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
    Row("meetings:meeting_postpone", lambda p: [p.called_meeting.pk], get=_WRITERS_OF_CALLED | each(WRITERS, code=200),
        post=_done((PARTY, HOST, OTHER_HOST, OPDC)),
        data=lambda p: {**_FACTS, "date": "31/10/2558", "reason": "ห้องประชุมไม่ว่าง",
                        "revision": p.called_meeting.revision}),
    Row("meetings:papers_enclose", lambda p: [p.draft_meeting.pk], post=_done()),
    Row("meetings:cancel_letter", lambda p: [p.called_meeting.pk],
        post=_done((PARTY, HOST, OTHER_HOST, OPDC), code=409)),
    Row("meetings:agenda", lambda p: [p.called_meeting.pk], get=_WRITE_CALLED, post=_DO_CALLED,
        data=lambda p: {"section": "5", "title": "กำหนดการประชุมครั้งต่อไป"}),
    Row("meetings:agenda_fill", lambda p: [p.called_meeting.pk], get=_WRITE_CALLED, post=_DO_CALLED),
    Row("meetings:item_edit", lambda p: [p.item.pk], get=_WRITE_CALLED, post=_DO_CALLED,
        data=lambda p: {"section": "4", "title": "ผลรอบ 12 เดือน", "revision": p.item.revision}),
    Row("meetings:item_move", lambda p: [p.item.pk], post=_DO_CALLED, data=lambda p: {"section": "5"}),
    Row("meetings:item_remove", lambda p: [p.item.pk], post=_DO_CALLED),
    Row("meetings:item_file", lambda p: [p.item.pk], get=_CALLED),
    Row("meetings:paper", lambda p: [p.called_meeting.pk, "calendar"], get=_CALLED),
    Row("meetings:paper", lambda p: [p.called_meeting.pk, "replies"], get=_INSIDE, label="meetings:paper:replies"),
    Row("meetings:paper", lambda p: [p.called_meeting.pk, "slips"], label="meetings:paper:slips",
        get={**each(PARTY, HOST, OTHER_HOST, code=200), **each(OPDC, code=403)}),
    Row("meetings:slips_order", lambda p: [p.called_meeting.pk], post=_DO_CALLED),
    Row("meetings:reply_board", lambda p: [p.called_meeting.pk], get=_INSIDE, post=_DO_CALLED),
    Row("meetings:reply_own", lambda p: [_invitation(p).pk],
        get={**each(PARTY, code=403), **each(WRITERS, HOST, code=200)},
        post={**each(PARTY, code=403), **each(WRITERS, HOST, code=302)},
        data=lambda p: {"answer": "attend", "people": "1"}),
    # For whoever holds the office's link, signed in or not; the door is shut until the day.
    Row("meetings:reply", _token, get=ALL_200, post=each(EVERYBODY, code=302), public=True, anonymous=200,
        anonymous_post=302, shared=True, data=lambda p: {"answer": "attend", "people": "1"}),
    Row("meetings:check_in", lambda p: [sealed_links.opened(p.door.door_hidden)], get=each(EVERYBODY, code=409),
        post=each(EVERYBODY, code=409), public=True, anonymous=409, shared=True),
    Row("meetings:attendance", lambda p: [p.called_meeting.pk], get=_INSIDE, post=_DO_CALLED,
        data=lambda p: {"name": "นายสมหมาย มาเอง", "post": "นายอำเภอแม่ริม"}),
    Row("meetings:seat_mark", lambda p: [p.called_meeting.attendees.first().pk], post=_done(),
        data=lambda p: {"came": "yes"}),
    Row("meetings:meeting_hold", lambda p: [p.called_meeting.pk], post=_done((PARTY, HOST, OTHER_HOST, OPDC), code=422),
        data=lambda p: {"revision": p.called_meeting.revision}),
    Row("meetings:minutes", lambda p: [p.written.meeting_id], get=_PARTY_ONLY, post=_done(), data=_words),
    Row("meetings:minutes", lambda p: [p.circulated.meeting_id], get=_CALLED, data=_words,
        post=_done((PARTY, HOST, OTHER_HOST, OPDC), code=409), label="meetings:minutes:circulated"),
    Row("meetings:paper", lambda p: [p.circulated.meeting_id, "minutes-docx"], get=_CALLED,
        label="meetings:paper:docx"),
    Row("meetings:minutes_news", lambda p: [p.written.meeting_id], get=_WRITERS_OF_PARTY),
    Row("meetings:minutes_keep", lambda p: [p.written.meeting_id], post=_done(code=200), data=_words),
    Row("meetings:part_add", lambda p: [p.written.meeting_id], post=_done(),
        data=lambda p: {"section": "5", "new_title": "กำหนดประชุมครั้งต่อไป"}),
    Row("meetings:resolution_add", lambda p: [p.written.meeting_id], post=_done(),
        data=lambda p: {"part": p.written.parts.first().pk, "words": "ส่งข้อมูล", "due_on": "30/11/2558",
                        "owner": p.called_meeting.organization_id}),
    Row("meetings:minutes_correct", lambda p: [p.circulated.meeting_id],
        post={**each(PARTY, OPDC, code=403), **each(HOST, OTHER_HOST, code=302)}, data=lambda p: {"words": "แก้คำผิด"}),
    Row("meetings:minutes_move", lambda p: [p.circulated.meeting_id, "recall"],
        post=_done((PARTY, HOST, OTHER_HOST, OPDC)),
        data=lambda p: {"revision": p.circulated.revision, "reason": "แก้คำผิด"}),
    Row("meetings:resolution_list", get=ALL_200, shared=True),
    Row("meetings:resolution", lambda p: [p.resolution.pk], get=_CALLED),
    Row("meetings:resolution_move", lambda p: [p.resolution.pk, "report"],
        post={**each(PARTY, OTHER_HOST, OPDC, code=403), **each(HOST, code=302)},
        data=lambda p: {"revision": p.resolution.revision, "result": "ส่งครบแล้ว"}),
    Row("meetings:resolution_move", lambda p: [p.resolution.pk, "drop"], label="meetings:resolution_move:drop",
        post=_done((PARTY, HOST, OTHER_HOST, OPDC)),
        data=lambda p: {"revision": p.resolution.revision, "reason": "ไม่ต้องแล้ว"}),
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
