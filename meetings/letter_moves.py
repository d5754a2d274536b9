"""A letter's actions as its page asks for them: with the meeting it calls, or by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from kpiportal import letters
from kpiportal.models import HeldNumber, Letter, User
from meetings import actions, letter_notices
from meetings.models import Meeting

REPAIRED = " ข้อความที่คัดลอกจาก PDF เก่ามีสระและวรรณยุกต์เพี้ยน ระบบซ่อมให้แล้ว โปรดอ่านทวนอีกครั้ง"


def save(
    letter: Letter, meeting: Meeting | None, *, by: User, revision: int, at: dt.datetime, words: dict[str, Any]
) -> Letter:
    """Keep what is typed. Raises Stale as the engine does."""
    if meeting:
        return actions.write_invitation(meeting, by=by, revision=revision, at=at, **words)
    return letters.save_letter(letter, by=by, revision=revision, at=at, **words)


@transaction.atomic
def issue(
    letter: Letter,
    meeting: Meeting | None,
    *,
    by: User,
    at: dt.datetime,
    letter_revision: int,
    revision: int | None = None,
    reserved: HeldNumber | None = None,
    reason: str = "",
) -> Letter:
    """Number and print; a meeting is called by it, other receivers are told. Raises Stale, NotReady."""
    if meeting:
        called = actions.issue_invitation(
            meeting, by=by, revision=revision or 0, letter_revision=letter_revision, at=at, reserved=reserved
        )
        return called.letter
    letter = letters.issue_letter(letter, by=by, revision=letter_revision, at=at, reserved=reserved)
    letter_notices.issued(letter, at=at)
    return letter


@transaction.atomic
def cancel(
    letter: Letter,
    meeting: Meeting | None,
    *,
    by: User,
    at: dt.datetime,
    letter_revision: int,
    reason: str,
    revision: int | None = None,
    reserved: HeldNumber | None = None,
) -> None:
    """Void it, and tell who had received it. Raises Stale, NotReady without a reason."""
    if meeting:
        actions.withdraw_invitation(
            meeting, by=by, revision=revision or 0, letter_revision=letter_revision, at=at, reason=reason
        )
        return
    letter = letters.cancel_letter(letter, by=by, revision=letter_revision, at=at, reason=reason)
    letter_notices.cancelled(letter, reason=reason.strip(), at=at)
