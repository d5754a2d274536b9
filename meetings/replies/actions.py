"""Actions of answering: an answer is changed as often as its office likes until the meeting begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, thai
from kpiportal.models import Role, User
from kpiportal.recipients import holders_of
from kpiportal.workflow import Stale
from meetings import notices, rules
from meetings.attendance import seats
from meetings.models import Invitation, Meeting
from meetings.replies import links

ANSWER = ("answer", "name", "post", "phone", "people", "reason")
_EMPTY: dict[str, Any] = {"answer": "", "name": "", "post": "", "phone": "", "people": 0, "reason": ""}


def open_invitations(meeting: Meeting, *, at: dt.datetime) -> None:
    """One per receiver of the issued letter, each with its link. A letter that changes the day asks everybody again.

    What was answered to the earlier letter stays in the trail.
    """
    receivers = list(meeting.letter.recipients.values_list("organization", flat=True))
    asked = {row.organization_id: row for row in meeting.invitations.select_for_update()}
    for row in asked.values():
        if row.answer:
            _record(row, "meetings.ask_again", by=None, duty=None, at=at, before=_answer_of(row), after=_EMPTY)
    meeting.invitations.exclude(organization__in=receivers).delete()
    meeting.invitations.update(**_EMPTY, answered_at=None, answered_by=None, reminded_at=None)
    made = []
    for pk in receivers:
        if pk not in asked:
            hidden, digest = links.new()
            made.append(Invitation(meeting=meeting, organization_id=pk, link_hidden=hidden, link_digest=digest))
    Invitation.objects.bulk_create(made)


def close_invitations(meeting: Meeting, *, at: dt.datetime) -> None:
    """Take them back with their letter; what was answered stays in the trail."""
    for row in meeting.invitations.exclude(answer=""):
        _record(row, "meetings.ask_again", by=None, duty=None, at=at, before=_answer_of(row), after=_EMPTY)
    meeting.invitations.all().delete()


def of_token(digest: str) -> Invitation | None:
    found = Invitation.objects.filter(link_digest=digest).exclude(link_digest="")
    return found.select_related("meeting__organization", "meeting__letter", "organization").first()


def why_closed(invitation: Invitation, *, at: dt.datetime) -> str:
    """Why no answer is taken any more, as a sentence; empty while one is."""
    meeting = invitation.meeting
    if meeting.state == Meeting.State.CANCELLED:
        return "การประชุมนี้ยกเลิกแล้ว"
    if meeting.state == Meeting.State.DRAFT:
        return "กำหนดการประชุมกำลังเปลี่ยน โปรดรอหนังสือฉบับใหม่"
    if meeting.state == Meeting.State.HELD or meeting.starts_at <= at:
        return "เลยเวลาเริ่มประชุมแล้ว ตอบรับหรือแก้คำตอบไม่ได้"
    return ""


@transaction.atomic
def reply(invitation: Invitation, *, by: User | None, at: dt.datetime, **answer: Any) -> Invitation:
    """Keep an office's answer (`answer`: all of ANSWER). by=None: whoever holds the office's link.

    Raises PermissionDenied for others, Stale when the meeting has begun or does not take place.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "organization")
    row = rows.get(pk=invitation.pk)
    duty = rules.can_reply(by, row) if by else None
    if by and not duty:
        raise PermissionDenied
    if closed := why_closed(row, at=at):
        raise Stale(closed)
    before = _answer_of(row)
    for name in ANSWER:
        setattr(row, name, answer[name])
    row.answered_at, row.answered_by = at, by
    row.save(update_fields=[*ANSWER, "answered_at", "answered_by"])
    if _answer_of(row) != before:
        _record(row, "meetings.reply", by=by, duty=duty, at=at, before=before, after=_answer_of(row))
    seats.follow_answer(row)
    return row


@dataclass(frozen=True)
class Reminded:
    """How many offices were written to, and those where nobody would get it."""

    told: int
    unreachable: list[str]


@transaction.atomic
def remind(meeting: Meeting, *, by: User, at: dt.datetime) -> Reminded:
    """Write to every office that has not answered and was not reminded today."""
    duty = rules.can_call(by, meeting)
    if not duty:
        raise PermissionDenied
    if meeting.state != Meeting.State.CALLED or meeting.starts_at <= at:
        raise Stale("เตือนได้จนถึงเวลาเริ่มประชุมเท่านั้น")
    today = thai.day_in_bangkok(at)
    rows = meeting.invitations.select_for_update(of=("self",)).filter(answer="").select_related("organization")
    waiting = [r for r in rows if not r.reminded_at or thai.day_in_bangkok(r.reminded_at) < today]
    people = holders_of([r.organization_id for r in waiting], [Role.OVERSEER, Role.COLLECTOR], on=today)
    told = [row for row in waiting if people[row.organization_id]]
    notices.reply_wanted(meeting, told, people, at=at)
    Invitation.objects.filter(pk__in=[row.pk for row in told]).update(reminded_at=at)
    if told:
        audit.record("meetings.remind", meeting, by=by, duty=duty, at=at, offices=len(told))
    return Reminded(len(told), [r.organization.full_name for r in waiting if r not in told])


def _answer_of(row: Invitation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ANSWER}


def _record(row: Invitation, verb: str, *, by: User | None, duty: Any, at: dt.datetime, **facts: Any) -> None:
    audit.record(verb, row.meeting, by=by, duty=duty, at=at, name=row.organization.full_name, **facts)


audit.tells(
    **{
        "meetings.reply": "ตอบรับการประชุม",
        "meetings.ask_again": "ขอคำตอบใหม่ตามหนังสือฉบับใหม่",
        "meetings.remind": "เตือนหน่วยงานที่ยังไม่ตอบรับ",
    }
)
