"""Actions at the door: ticked by the office that calls, or signed by whoever reads the QR in the room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from kpiportal import audit, thai
from kpiportal.models import Membership, User
from kpiportal.workflow import Stale
from meetings import rules
from meetings.attendance import seats
from meetings.models import Attendee, Meeting, Minutes
from meetings.replies import links

EARLY = dt.timedelta(hours=2)  # before the meeting the door opens


def of_door(digest: str) -> Meeting | None:
    found = Meeting.objects.filter(door_digest=digest).exclude(door_digest="")
    return found.select_related("organization").first()


def why_shut(meeting: Meeting, *, at: dt.datetime) -> str:
    """Why nobody may sign in with the QR now, as a sentence; empty while they may: who comes late, too, while the
    minutes are being written."""
    if at < meeting.starts_at - EARLY and meeting.state == Meeting.State.CALLED:
        return f"เปิดให้ลงชื่อตั้งแต่วันที่ {thai.datetime_text(meeting.starts_at - EARLY)}"
    is_over = thai.day_in_bangkok(at) > thai.day_in_bangkok(meeting.starts_at)
    gone_round = meeting.state == Meeting.State.HELD and _went_round(meeting)
    if is_over or gone_round or meeting.state not in (Meeting.State.CALLED, Meeting.State.HELD):
        return "การประชุมนี้ไม่เปิดให้ลงชื่อแล้ว"
    return ""


def _went_round(meeting: Meeting) -> bool:
    return Minutes.objects.filter(meeting=meeting).exclude(state=Minutes.State.DRAFT).exists()


@transaction.atomic
def open_door(meeting: Meeting, *, by: User, at: dt.datetime) -> Meeting:
    """Make the QR of the room; asked for again, the same one stays."""
    row, duty = _keeper(meeting, by)
    if not row.door_digest:
        row.door_hidden, row.door_digest = links.new()
        row.save(update_fields=["door_hidden", "door_digest"])
        audit.record("meetings.open_door", row, by=by, duty=duty, at=at)
    return row


@transaction.atomic
def mark(seat: Attendee, *, by: User, at: dt.datetime, came: bool, **facts: Any) -> Attendee:
    """Note whether somebody is there, and who sits on that seat (`facts`: name, post, stands_for, reason).

    The time of a first tick stays when only the name is put right.
    """
    row = Attendee.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=seat.pk)
    _keeper(row.meeting, by)
    for name, value in facts.items():
        setattr(row, name, value)
    row.came_at = (row.came_at or at) if came else None
    row.by_phone = row.by_phone and came
    row.noted_by = by
    row.save(update_fields=["came_at", "by_phone", "noted_by", *facts])
    return row


@transaction.atomic
def add(meeting: Meeting, *, by: User, at: dt.datetime, name: str, post: str) -> Attendee:
    """Somebody who was not expected is there."""
    row, _ = _keeper(meeting, by)
    return _guest(row, at=at, name=name, post=post, noted_by=by)


@transaction.atomic
def remove(seat: Attendee, *, by: User) -> None:
    """Take back a person who was added; an expected seat stays on the list."""
    row = Attendee.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=seat.pk)
    _keeper(row.meeting, by)
    if row.part != Attendee.Part.JOINED:
        raise Stale("ผู้ได้รับเชิญอยู่ในบัญชีเสมอ หากไม่มาให้บันทึกว่าไม่มา")
    row.delete()


@transaction.atomic
def check_in(meeting: Meeting, *, office: int | None, at: dt.datetime, name: str, post: str) -> Attendee:
    """Sign in at the door by phone: the first of an invited office takes its seat, others and the uninvited join.

    `office`: the key of an invited organization, None for somebody else. The same name twice is one person, with its
    title or without; whoever is expected keeps the name and post of the list.
    """
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if shut := why_shut(row, at=at):
        raise Stale(shut)
    known = list(row.attendees.filter(organization=office))
    for one in known:
        if one.came_at and _same(name, one.name):
            return one
    free = (one for one in known if one.part == Attendee.Part.MEMBER and one.came_at is None)
    seat = next(free, None) if office else None
    if seat is None:
        return _guest(row, at=at, name=name, post=post, organization_id=office, by_phone=True)
    if not _same(name, seat.name):
        seat.stands_for = seat.stands_for or seat.post
        seat.name, seat.post = name, post
    seat.came_at, seat.by_phone, seat.noted_by = at, True, None
    seat.save(update_fields=["name", "post", "stands_for", "came_at", "by_phone", "noted_by"])
    return seat


def _same(typed: str, kept: str) -> bool:
    """A name as it is kept, or without its title."""
    typed, kept = "".join(typed.split()), "".join(kept.split())
    return typed == kept or bool(kept) and kept.endswith(typed)


def _guest(meeting: Meeting, *, at: dt.datetime, **facts: Any) -> Attendee:
    last = meeting.attendees.aggregate(last=Max("order"))["last"] or 0
    order = max(last, seats.GUESTS) + 1
    return Attendee.objects.create(meeting=meeting, part=Attendee.Part.JOINED, order=order, came_at=at, **facts)


def _keeper(meeting: Meeting, by: User) -> tuple[Meeting, Membership]:
    """The locked meeting, for whoever keeps its list: until the minutes went round."""
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    duty = rules.can_call(by, row)
    if not duty:
        raise PermissionDenied
    if row.state not in (Meeting.State.CALLED, Meeting.State.HELD) or _went_round(row):
        raise Stale("รายชื่อผู้เข้าประชุมแก้ไขไม่ได้แล้ว")
    return row, duty


audit.tells(**{"meetings.open_door": "เปิด QR ลงชื่อเข้าประชุม"})
