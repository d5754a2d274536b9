"""May this person? Each answer is the membership it is allowed under, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpiportal.models import Membership, User
from kpiportal.rules import can_write_letters

if TYPE_CHECKING:
    from meetings.models import Meeting


def can_call(user: User, meeting: Meeting) -> Membership | None:
    """The party's coordinator or the head of its office: they plan, write and issue. The governor looks on."""
    return can_write_letters(user, meeting.organization_id)
