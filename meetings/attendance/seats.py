"""Who is expected in the room: the chair, the head of every invited office or who stands in, the secretary."""

from __future__ import annotations

import datetime as dt

from kpiportal import thai
from kpiportal.models import Role
from kpiportal.recipients import holders_of
from meetings.models import Attendee, Invitation, Meeting

_LAST = 9_000  # the secretary's place, after every office
GUESTS = 10_000  # whoever came unasked stands after all who were


def expect(meeting: Meeting, *, at: dt.datetime) -> None:
    """Write the list of a letter that is out. Who has signed in already keeps their line."""
    meeting.attendees.filter(came_at=None).delete()
    kept = set(meeting.attendees.values_list("part", "organization_id"))
    made = []
    if meeting.chair and ("chair", None) not in kept:
        made.append(_seat(meeting, "chair", 0, name=meeting.chair, post=meeting.chair_post))
    receivers = list(meeting.letter.recipients.all())
    heads = holders_of([r.organization_id for r in receivers], [Role.OVERSEER], on=thai.day_in_bangkok(at))
    for order, receiver in enumerate(receivers, start=1):
        if ("member", receiver.organization_id) not in kept:
            head = next(iter(heads[receiver.organization_id]), None)
            name = head.full_name if head else ""
            made.append(_seat(meeting, "member", order, name=name, post=receiver.text[:200],
                              organization_id=receiver.organization_id))  # fmt: skip
    if meeting.secretary and ("secretary", None) not in kept:
        made.append(_seat(meeting, "secretary", _LAST, name=meeting.secretary, post=meeting.secretary_post))
    Attendee.objects.bulk_create(made)


def _seat(meeting: Meeting, part: str, order: int, **facts: object) -> Attendee:
    return Attendee(meeting=meeting, part=part, order=order, **facts)


def follow_answer(invitation: Invitation) -> None:
    """What an office answered stands on its line at the door, until somebody has signed in there."""
    seat = Attendee.objects.filter(
        meeting=invitation.meeting_id, organization=invitation.organization_id, part="member", came_at=None
    ).first()
    if seat is None:
        return
    head = _head_text(invitation)
    deputy = invitation.answer == Invitation.Answer.DEPUTY
    seat.name = invitation.name or seat.name
    seat.post = invitation.post if deputy else head
    seat.stands_for = head if deputy else ""
    seat.reason = invitation.reason
    seat.save(update_fields=["name", "post", "stands_for", "reason"])


def _head_text(invitation: Invitation) -> str:
    """The head's post as the letter has it."""
    receivers = invitation.meeting.letter.recipients.filter(organization=invitation.organization_id)
    return (receivers.values_list("text", flat=True).first() or "")[:200]
