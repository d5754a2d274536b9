"""Actions on plans: lay steps down for a scope, or take them back to what the wider scope says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit
from kpiportal.models import Organization, ReminderPlan, User
from kpiportal.obligations import KINDS
from kpiportal.reminding import rules

audit.tells(**{"reminding.planned": "กำหนดขั้นการเตือน", "reminding.plan_lifted": "กลับไปใช้ขั้นการเตือนเดิม"})


@transaction.atomic
def lay_down(
    kind: str, *, year: int, months: int | None, party: Organization | None, steps: Sequence[int], by: User,
    at: dt.datetime,
) -> ReminderPlan:  # fmt: skip
    """Steps for duties of a kind in this scope. No steps at all: nobody is reminded of them. PermissionDenied."""
    duty = rules.can_plan(by, party.pk if party else None)
    if not duty:
        raise PermissionDenied
    steps = sorted(set(steps), reverse=True)
    scope = {"kind": kind, "fiscal_year": year, "months": months, "party": party}
    before = list(ReminderPlan.objects.filter(**scope).values_list("steps", flat=True))
    plan, _ = ReminderPlan.objects.update_or_create(**scope, defaults={"steps": steps})
    data = {"name": KINDS[kind].label, "year": year, "months": months, "party": party.full_name if party else ""}
    audit.record("reminding.planned", plan, by=by, at=at, duty=duty, before={"steps": before}, after={"steps": steps},
                 **data)  # fmt: skip
    return plan


@transaction.atomic
def lift(plan: ReminderPlan, *, by: User, at: dt.datetime) -> None:
    """Back to what the wider scope says. PermissionDenied."""
    duty = rules.can_plan(by, plan.party_id)
    if not duty:
        raise PermissionDenied
    before = {"steps": plan.steps}
    audit.record("reminding.plan_lifted", plan, by=by, at=at, duty=duty, before=before, name=KINDS[plan.kind].label)
    plan.delete()
