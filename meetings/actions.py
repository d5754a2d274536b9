"""Actions of meetings. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agreements.models import Agreement
from agreements.states import AgreementState
from kpiportal import audit, letters, thai
from kpiportal.models import HeldNumber, Letter, LetterSeries, Membership, Organization, User
from kpiportal.workflow import Blocker, NotReady, Stale, advance
from meetings import guests, notices, rules, workflow
from meetings.attendance import seats
from meetings.letters import compose, standing_words
from meetings.models import Meeting
from meetings.replies import actions as replies

FACTS = (
    "subject", "starts_at", "venue", "kind", "number", "plan", "sitting", "ends_at", "video_link", "chair",
    "chair_post", "secretary", "secretary_post",
)  # fmt: skip


@transaction.atomic
def plan_meeting(
    agreement: Agreement, *, subject: str, starts_at: dt.datetime, venue: str, by: User, at: dt.datetime, **more: Any
) -> Meeting:
    """A meeting of the agreement's party. `more`: of FACTS. Raises ValidationError for a moment already past."""
    facts = {"subject": subject, "starts_at": starts_at, "venue": venue, **_known(more)}
    meeting = Meeting(organization=agreement.owner, agreement=agreement, **facts)
    duty = rules.can_call(by, meeting)
    if not duty:
        raise PermissionDenied
    if agreement.state == AgreementState.CANCELLED:
        raise Stale("คำรับรองฯ ฉบับนี้ยกเลิกแล้ว จัดประชุมไม่ได้")
    _in_order(meeting, at)
    meeting.save()
    audit.record("meetings.plan", meeting, by=by, duty=duty, at=at, after=_facts(meeting))
    return meeting


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    if unknown := facts.keys() - set(FACTS):
        raise TypeError(f"not facts of a meeting: {sorted(unknown)}")
    return facts


def _in_order(meeting: Meeting, at: dt.datetime) -> None:
    """Still to come, and no earlier over than begun."""
    if meeting.starts_at <= at:
        when = f"{thai.date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)}"
        raise ValidationError({"date": f"{when} ผ่านไปแล้ว กำหนดวันประชุมในอนาคต"})
    if meeting.ends_at and meeting.ends_at <= meeting.starts_at:
        raise ValidationError({"end": "เวลาเลิกต้องหลังเวลาเริ่ม"})


def _facts(meeting: Meeting) -> dict[str, str]:
    """What the trail keeps: every fact that is there, as text."""
    found = {name: getattr(meeting, Meeting._meta.get_field(name).attname) for name in FACTS}
    return {name: _plain(value) for name, value in found.items() if value not in ("", None)}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _open_meeting(meeting: Meeting, *, by: User, revision: int) -> tuple[Meeting, Membership]:
    """Lock a meeting that is still being prepared. 403 to others, 409 once its letter is out or it moved on."""
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    duty = rules.can_call(by, row)
    if not duty:
        raise PermissionDenied
    if row.state != Meeting.State.DRAFT:
        raise Stale(f"การประชุมนี้{row.get_state_display()} แก้ไขไม่ได้")
    if row.revision != revision:
        raise Stale
    return row, duty


@transaction.atomic
def change_meeting(meeting: Meeting, *, by: User, revision: int, at: dt.datetime, **facts: Any) -> Meeting:
    """Another day, place or subject, while no letter is out. `facts`: of FACTS."""
    row, duty = _open_meeting(meeting, by=by, revision=revision)
    before = _facts(row)
    for name, value in _known(facts).items():
        setattr(row, name, value)
    _in_order(row, at)
    after = _facts(row)
    if after != before:
        row.revision += 1
        row.save(update_fields=["revision", *facts])
        audit.record("meetings.change", row, by=by, duty=duty, at=at, before=before, after=after)
    return row


@transaction.atomic
def draft_invitation(
    meeting: Meeting,
    *,
    series: LetterSeries,
    dated: dt.date,
    references: Sequence[str] = (),
    by: User,
    revision: int,
    at: dt.datetime,
    **words: Any,
) -> Letter:
    """The meeting's letter with the wording the portal proposes, to all host agencies; `words` win over it."""
    row, duty = _open_meeting(meeting, by=by, revision=revision)
    if row.letter_id:
        raise Stale("การประชุมนี้มีร่างหนังสือเชิญอยู่แล้ว")
    office = row.organization
    letter = letters.draft_letter(
        office,
        recipients=guests.receivers(guests.hosts_of(row.agreement), on=dated),
        by=by,
        at=at,
        **{
            "series": series,
            "dated": dated,
            "references": list(references),
            **standing_words(office, on=dated),
            **compose(row, dated=dated, references=references),
            **words,
        },
    )
    row.letter = letter
    row.revision += 1
    row.save(update_fields=["letter", "revision"])
    audit.record("meetings.draft_invitation", row, by=by, duty=duty, at=at, letter=letter.pk)
    return letter


def _letter_of(meeting: Meeting) -> Letter:
    if meeting.letter is None:
        raise Stale("การประชุมนี้ไม่มีหนังสือเชิญ")
    return meeting.letter


def _draft_of(meeting: Meeting, *, by: User) -> Letter:
    """The letter to work on; that of a meeting called off, or out already, is left alone."""
    if not rules.can_call(by, meeting):
        raise PermissionDenied
    if meeting.state != Meeting.State.DRAFT:
        raise Stale(f"การประชุมนี้{meeting.get_state_display()} แก้ไขหนังสือไม่ได้")
    return _letter_of(meeting)


@transaction.atomic
def write_invitation(meeting: Meeting, *, by: User, revision: int, at: dt.datetime, **words: Any) -> Letter:
    """Keep what is typed in the draft letter; `revision` is the letter's."""
    return letters.save_letter(_draft_of(meeting, by=by), by=by, revision=revision, at=at, **words)


@transaction.atomic
def invite(
    meeting: Meeting, *, organizations: Iterable[Organization], by: User, revision: int, at: dt.datetime
) -> Letter:
    """Who the draft letter goes to; `revision` is the letter's. Raises NotReady when nobody is left."""
    organizations = list(organizations)
    letter = _draft_of(meeting, by=by)
    if not organizations:
        raise NotReady([Blocker("ต้องมีผู้รับหนังสืออย่างน้อย 1 หน่วยงาน", field="organizations")])
    receivers = guests.receivers(organizations, on=letter.dated)
    return letters.address_letter(letter, recipients=receivers, by=by, revision=revision, at=at)


@transaction.atomic
def issue_invitation(
    meeting: Meeting,
    *,
    by: User,
    revision: int,
    letter_revision: int,
    at: dt.datetime,
    reserved: HeldNumber | None = None,
) -> Meeting:
    """Number (the next one, or one `reserved`) and print the letter, call the meeting, write the invitations, tell.

    All of it or nothing: PermissionDenied, Stale, NotReady leave the register untouched.
    """

    def ahead(row: Meeting) -> dict[str, Any]:
        if row.starts_at <= at:
            raise NotReady([Blocker("วันประชุมผ่านไปแล้ว กรุณากำหนดวันประชุมใหม่ก่อนออกหนังสือ", field="starts_at")])
        return {}

    meeting = advance(meeting, workflow.CALL, by=by, revision=revision, at=at, prepare=ahead)
    letter = letters.issue_letter(_letter_of(meeting), by=by, revision=letter_revision, at=at, reserved=reserved)
    meeting.letter = letter
    replies.open_invitations(meeting, at=at)
    seats.expect(meeting, at=at)
    notices.meeting_called(meeting, letter, at=at)
    return meeting


@transaction.atomic
def withdraw_invitation(
    meeting: Meeting, *, by: User, revision: int, letter_revision: int, at: dt.datetime, reason: str
) -> Meeting:
    """Void the letter (its number stays in the register) and take the meeting back to preparation."""

    def void(row: Meeting) -> dict[str, Any]:
        letter = letters.cancel_letter(_letter_of(row), by=by, revision=letter_revision, at=at, reason=reason)
        notices.invitation_withdrawn(row, letter, reason=reason.strip(), at=at)
        return {"letter": None}

    meeting = advance(meeting, workflow.WITHDRAW, by=by, revision=revision, at=at, reason=reason, prepare=void)
    if not meeting.earlier_letters.exists():  # else the first letter still calls them
        replies.close_invitations(meeting, at=at)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User, revision: int, at: dt.datetime, reason: str) -> Meeting:
    """The meeting does not take place. A letter already out stays as it is; whoever received it is told."""
    meeting = advance(meeting, workflow.CANCEL, by=by, revision=revision, at=at, reason=reason)
    if meeting.letter and meeting.letter.state == Letter.State.ISSUED:
        notices.meeting_cancelled(meeting, meeting.letter, reason=reason.strip(), at=at)
    return meeting
