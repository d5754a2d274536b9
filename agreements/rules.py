"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at, duty_at_opdc, duty_for_party

if TYPE_CHECKING:
    from agreements.models import Agreement, Framework


def can_shape_framework(user: User, framework: Framework | None = None) -> Membership | None:
    """OPDC's director and negotiators write the year's framework."""
    return duty_at_opdc(user, Role.DIRECTOR, Role.NEGOTIATOR)


def can_publish_framework(user: User, framework: Framework) -> Membership | None:
    return duty_at_opdc(user, Role.DIRECTOR)


def can_edit(user: User, agreement: Agreement) -> Membership | None:
    """The party's coordinator fills the form and sends it."""
    return duty_for_party(user, agreement.owner_id)


def can_negotiate(user: User, agreement: Agreement) -> Membership | None:
    """OPDC's side of the table."""
    return duty_at_opdc(user, Role.NEGOTIATOR, Role.DIRECTOR)


def can_agree(user: User, agreement: Agreement) -> Membership | None:
    """Either side of the table says yes to all, or takes it back."""
    return can_edit(user, agreement) or can_negotiate(user, agreement)


def can_sign(user: User, agreement: Agreement) -> Membership | None:
    """The maker of the agreement: the governor, or the head of the cluster."""
    return duty_at(user, agreement.owner_id, Role.GOVERNOR, Role.CLUSTER_HEAD)


def can_appoint_hosts(user: User, agreement: Agreement) -> Membership | None:
    return duty_for_party(user, agreement.owner_id)
