"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpiportal.models import Membership, Role, User
from kpiportal.models.people import Kind
from kpiportal.rules import duty_at, duty_for_party

if TYPE_CHECKING:
    from reporting.models import Consolidation, Round


def can_begin(user: User, round: Round) -> Membership | None:
    return duty_for_party(user, round.agreement.owner_id)


def is_over(round: Round) -> bool:
    """Whether OPDC has judged the round without a report of the portal: a year taken over from paper."""
    return hasattr(round, "evaluation") and not hasattr(round, "consolidation")


def can_write(user: User, sar: Consolidation) -> Membership | None:
    """The coordinator, or the head of the office."""
    return duty_for_party(user, sar.round.agreement.owner_id)


def can_approve(user: User, sar: Consolidation) -> Membership | None:
    """The head of the provincial office; a cluster has none, there its head approves what they sign."""
    owner = sar.round.agreement.owner
    role = Role.CLUSTER_HEAD if owner.kind == Kind.CLUSTER else Role.OFFICE_HEAD
    return duty_at(user, owner.pk, role)


def can_sign(user: User, sar: Consolidation) -> Membership | None:
    return duty_at(user, sar.round.agreement.owner_id, Role.GOVERNOR, Role.CLUSTER_HEAD)


def can_return(user: User, sar: Consolidation) -> Membership | None:
    """Whoever it has passed through."""
    return can_sign(user, sar) or can_write(user, sar)
