"""Permission rules: each returns the membership under which something is allowed, or None."""

from kpiportal.models import Membership, Role, User


def duty_at(user: User, organization_id: int | None, *roles: str) -> Membership | None:
    """The person's duty in one of these roles at that organization, in force today."""
    return next((d for d in user.duties if d.organization_id == organization_id and d.role in roles), None)


def duty_at_opdc(user: User, *roles: str) -> Membership | None:
    return next((d for d in user.duties if d.organization.kind == "opdc" and d.role in roles), None)


def worn_first(user: User, *found: Membership | None) -> Membership | None:
    """Of several memberships that would allow an action, the first one (User.duties puts the chosen duty first)."""
    return next((duty for duty in user.duties if duty in found), None)


def duty_for_party(user: User, organization_id: int) -> Membership | None:
    """Who speaks for a province or cluster in daily work: its coordinator or the head of its office."""
    return duty_at(user, organization_id, Role.COORDINATOR, Role.OFFICE_HEAD)


def can_write_letters(user: User, organization_id: int) -> Membership | None:
    """A party's office, and at OPDC whoever deals with the provinces."""
    return duty_for_party(user, organization_id) or duty_at(user, organization_id, Role.DIRECTOR, Role.NEGOTIATOR)
