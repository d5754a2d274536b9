"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at, duty_for_party

if TYPE_CHECKING:
    from meetings.models import Invitation, Meeting, Minutes, Resolution

# Who speaks for an office that is invited, or that has to carry something out.
SPEAKERS = (Role.OVERSEER, Role.COLLECTOR, Role.COORDINATOR, Role.OFFICE_HEAD)


def can_call(user: User, meeting: Meeting) -> Membership | None:
    """The party's coordinator or the head of its office: they plan, write and issue. The governor looks on."""
    return duty_for_party(user, meeting.organization_id)


def can_reply(user: User, invitation: Invitation) -> Membership | None:
    """The invited office's own people, and whoever calls the meeting: slips come back on paper and by telephone."""
    return duty_at(user, invitation.organization_id, *SPEAKERS) or can_call(user, invitation.meeting)


def can_correct(user: User, minutes: Minutes, organization_id: int) -> Membership | None:
    """An invited office asks for a correction of minutes that went round."""
    if minutes.state != minutes.State.CIRCULATED:
        return None
    return duty_at(user, organization_id, *SPEAKERS)


def can_carry_out(user: User, resolution: Resolution) -> Membership | None:
    return duty_at(user, resolution.owner_id, *SPEAKERS)


def can_follow_up(user: User, resolution: Resolution) -> Membership | None:
    return can_call(user, resolution.meeting)
