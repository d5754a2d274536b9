"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at_opdc, duty_for_party


def can_plan(user: User, party_id: int | None) -> Membership | None:
    """OPDC's director lays down the year's steps for everybody; a party's office those of its own."""
    if party_id is None:
        return duty_at_opdc(user, Role.DIRECTOR)
    return duty_for_party(user, party_id)


def can_word(user: User) -> Membership | None:
    """The words all offices are written to in: OPDC's director."""
    return duty_at_opdc(user, Role.DIRECTOR)


def can_keep_webhook(user: User, organization_id: int) -> Membership | None:
    """The office whose people it tells of; OPDC's own is its director's."""
    return duty_for_party(user, organization_id) or next(
        (d for d in user.duties if d.organization_id == organization_id and d.role == Role.DIRECTOR), None
    )
