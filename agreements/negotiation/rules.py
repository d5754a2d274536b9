"""Who sits where at the table. Each answer is the membership it is allowed under, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements import rules
from kpiportal.models import Membership, User
from kpiportal.models.people import Kind

if TYPE_CHECKING:
    from agreements.models import Agreement, Side


def can_speak_for(user: User, agreement: Agreement, side: Side | str) -> Membership | None:
    """The party's coordinator or head of office; OPDC's negotiator or director."""
    return rules.can_edit(user, agreement) if side == "party" else rules.can_negotiate(user, agreement)


def can_offer(user: User, agreement: Agreement) -> Membership | None:
    """Either side of the table."""
    return rules.can_agree(user, agreement)


def side_of(user: User, agreement: Agreement) -> str:
    """Whose notes this person reads: "party", "opdc", or "" for a reader of neither side (a host agency)."""
    if agreement.owner_id in user.organization_ids:
        return "party"
    return "opdc" if user.sits_at(Kind.OPDC) else ""


def speaks_for(user: User, agreement: Agreement) -> str:
    """The side this person may offer for, or ""."""
    if rules.can_edit(user, agreement):
        return "party"
    return "opdc" if rules.can_negotiate(user, agreement) else ""
