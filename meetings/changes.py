"""When a letter is out and the day changes or falls away: the action, and a new letter that names the old one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit, letters, thai
from kpiportal.letters import Receiver
from kpiportal.models import Letter, User
from kpiportal.workflow import Stale, advance
from meetings import rules, workflow
from meetings.letters import STANDING, compose_cancellation, compose_change
from meetings.models import Meeting

WHEN = ("starts_at", "ends_at", "venue", "video_link")


@transaction.atomic
def postpone_meeting(
    meeting: Meeting, *, by: User, revision: int, at: dt.datetime, reason: str, **when: Any
) -> Meeting:
    """Another day or place (`when`: of WHEN) for a called meeting, and the draft of the letter that says so.

    The old letter stays issued. The invited keep seeing the meeting and are told when the new letter is out. Raises
    ValidationError for a moment already past, or when nothing changed.
    """
    old = meeting.letter
    before = {name: getattr(meeting, name) for name in WHEN}

    def anew(row: Meeting) -> dict[str, Any]:
        _still_to_come(when["starts_at"], at)
        if {name: getattr(row, name) for name in WHEN} == when:
            raise ValidationError("ยังไม่ได้เปลี่ยนวัน เวลา หรือสถานที่")
        return {**when, "letter": None}

    row = advance(meeting, workflow.POSTPONE, by=by, revision=revision, at=at, reason=reason, prepare=anew)
    row.earlier_letters.add(old)
    words = compose_change(row, old, before=before["starts_at"], at_place=before["venue"], reason=reason.strip())
    row.letter = _draft_like(old, by=by, at=at, **words)
    row.save(update_fields=["letter"])
    return row


def _still_to_come(starts_at: dt.datetime, at: dt.datetime) -> None:
    if starts_at <= at:
        when = f"{thai.date_text(starts_at)} {thai.time_text(starts_at)}"
        raise ValidationError({"date": f"{when} ผ่านไปแล้ว กำหนดวันประชุมในอนาคต"})


@transaction.atomic
def draft_cancellation(meeting: Meeting, *, by: User, at: dt.datetime) -> Letter:
    """The letter that tells the invited on paper that a cancelled meeting does not take place."""
    row = Meeting.objects.select_for_update(of=("self",)).select_related("letter", "organization").get(pk=meeting.pk)
    duty = rules.can_call(by, row)
    if not duty:
        raise PermissionDenied
    if row.state != Meeting.State.CANCELLED or row.letter is None or row.letter.state == Letter.State.DRAFT:
        raise Stale("การประชุมนี้ไม่มีหนังสือเชิญที่ต้องแจ้งยกเลิก")
    if row.cancel_letter_id:
        raise Stale("ร่างหนังสือแจ้งยกเลิกไว้แล้ว")
    cancelled = next(event for event in audit.events(row) if event.verb == workflow.CANCEL.verb)
    words = compose_cancellation(row, row.letter, reason=cancelled.data["reason"])
    row.cancel_letter = _draft_like(row.letter, by=by, at=at, **words)
    row.save(update_fields=["cancel_letter"])
    audit.record("meetings.draft_cancellation", row, by=by, duty=duty, at=at, letter=row.cancel_letter_id)
    return row.cancel_letter


def _draft_like(old: Letter, *, by: User, at: dt.datetime, **words: Any) -> Letter:
    """From the same office and register, to the same receivers, with the same signatory; dated today."""
    receivers = [Receiver(row.organization, row.text) for row in old.recipients.select_related("organization")]
    standing = {name: getattr(old, name) for name in ("series", "addressee", *STANDING)}
    dated = thai.day_in_bangkok(at)
    return letters.draft_letter(old.organization, recipients=receivers, by=by, at=at, dated=dated, **standing, **words)


audit.tells(**{"meetings.draft_cancellation": "ร่างหนังสือแจ้งยกเลิกการประชุม"})
