"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements.models import Assignment
from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at, duty_at_opdc, duty_for_party

if TYPE_CHECKING:
    from reporting.models import Report, Round


def can_file(user: User, report: Report) -> Membership | None:
    """A collector of the host agency."""
    return duty_at(user, report.host_id, Role.COLLECTOR)


def can_supply(user: User, report: Report) -> Membership | None:
    """A collector of an agency that co-hosts the indicator (เจ้าภาพร่วม): for its own part and its own files."""
    duties = [duty for duty in user.duties if duty.role == Role.COLLECTOR]
    hosts = Assignment.objects.filter(indicator=report.indicator_id, part=Assignment.Part.CO_HOST)
    there = set(hosts.values_list("organization_id", flat=True)) if duties else set()
    return next((duty for duty in duties if duty.organization_id in there), None)


def can_attach(user: User, report: Report) -> Membership | None:
    """Whoever fills the card, or supplies a part of it."""
    return can_file(user, report) or can_supply(user, report)


def can_certify(user: User, report: Report) -> Membership | None:
    """The overseer of the host agency, who is not the one who sent it."""
    return duty_at(user, report.host_id, Role.OVERSEER) if report.filed_by_id != user.pk else None


def can_review(user: User, report: Report) -> Membership | None:
    """The party's coordinator, who is not the one who sent it."""
    if report.filed_by_id == user.pk:
        return None
    return duty_for_party(user, report.round.agreement.owner_id)


def can_run_round(user: User, round: Round) -> Membership | None:
    return duty_for_party(user, round.agreement.owner_id)


def can_see_plan(user: User, round: Round) -> Membership | None:
    """Who is written to about the round, and when: its party's own people, and OPDC."""
    own = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD, Role.VIEWER)
    opdc = (Role.NEGOTIATOR, Role.EVALUATOR, Role.DIRECTOR)
    return duty_at(user, round.agreement.owner_id, *own) or duty_at_opdc(user, *opdc)
