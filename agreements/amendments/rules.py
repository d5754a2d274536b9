"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements import rules
from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at

if TYPE_CHECKING:
    from agreements.models import Agreement, Amendment


def can_open(user: User, agreement: Agreement) -> Membership | None:
    """The party's coordinator; or an agency that hosts one of the indicators, for those."""
    return rules.can_edit(user, agreement) or _host(user, agreement)


def _host(user: User, agreement: Agreement) -> Membership | None:
    roles = (Role.OVERSEER, Role.COLLECTOR)
    agencies = {duty.organization_id: duty for duty in user.duties if duty.role in roles}
    if not agencies:
        return None
    hosted = agreement.indicators.filter(assignments__part="host", assignments__organization__in=agencies)
    found = hosted.values_list("assignments__organization", flat=True).first()
    return agencies.get(found)


def can_write(user: User, amendment: Amendment) -> Membership | None:
    """A draft is written by the party's coordinator, and by the agency that opened it."""
    party = rules.can_edit(user, amendment.agreement)
    return party or duty_at(user, amendment.opened_by_id, Role.OVERSEER, Role.COLLECTOR)


def can_ask(user: User, amendment: Amendment) -> Membership | None:
    """The party's office hands it to OPDC, with the scan of what the governor signed."""
    return rules.can_edit(user, amendment.agreement)


def can_sign(user: User, amendment: Amendment) -> Membership | None:
    return rules.can_sign(user, amendment.agreement)


def can_take_back(user: User, amendment: Amendment) -> Membership | None:
    return can_ask(user, amendment) or can_sign(user, amendment)


def can_decide(user: User, amendment: Amendment) -> Membership | None:
    return rules.can_negotiate(user, amendment.agreement)
