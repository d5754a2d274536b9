"""OPDC's actions on the year's framework: begin a year from an older one, save the whole draft at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agreements import framework_plans, freeze, rules
from agreements.framework_plans import Plan, ScalePlan
from agreements.models import Compulsory, Dimension, Framework, RoundPlan, Scale
from agreements.states import FrameworkState
from kpiportal import audit
from kpiportal.models import User
from kpiportal.workflow import Blocker, NotReady, Stale


@transaction.atomic
def start_year(
    *, fiscal_year: int, party_kind: str, name: str, plan: Plan, source: str, by: User, at: dt.datetime
) -> Framework:
    """A draft of a fiscal year made from `plan`; `source` says in the history where it came from.

    ValidationError where that year already has a framework for such parties.
    """
    duty = rules.can_shape_framework(by)
    if not duty:
        raise PermissionDenied
    live = Framework.objects.filter(fiscal_year=fiscal_year, party_kind=party_kind)
    if live.exclude(state=FrameworkState.ARCHIVED).exists():
        raise ValidationError({"fiscal_year": f"ปีงบประมาณ พ.ศ. {fiscal_year} มีกรอบสำหรับหน่วยงานประเภทนี้แล้ว"})
    framework = Framework.objects.create(
        fiscal_year=fiscal_year, party_kind=party_kind, name=name, scale=scale_of(plan.scale, fiscal_year)
    )
    _write(framework, plan)
    _take_over(framework)
    audit.record("agreements.create_framework", framework, by=by, duty=duty, at=at, name=source)
    return framework


def _take_over(framework: Framework) -> None:
    """Who takes the agreements, and why one may be changed: as the year before had it, until OPDC says otherwise."""
    earlier = Framework.objects.filter(party_kind=framework.party_kind, fiscal_year__lt=framework.fiscal_year)
    if last := earlier.order_by("-fiscal_year", "-pk").first():
        framework.receivers, framework.amendment_reasons = last.receivers, last.amendment_reasons
        framework.save(update_fields=["receivers", "amendment_reasons"])


@transaction.atomic
def save_framework(
    framework: Framework, *, name: str, plan: Plan, by: User, revision: int, at: dt.datetime
) -> Framework:
    """Rewrite a draft: its name, scale, tree and rounds. Only compulsory indicators hang on a draft's rows: they
    find their dimension again by its name.

    403, 409 (no longer a draft, or somebody saved first), NotReady where a compulsory indicator would lose its
    dimension; the history keeps what stood before.
    """
    row = Framework.objects.select_related("scale").select_for_update(of=("self",)).get(pk=framework.pk)
    duty = rules.can_shape_framework(by, row)
    if not duty:
        raise PermissionDenied
    if row.state != FrameworkState.DRAFT:
        raise Stale(f"กรอบนี้อยู่ในสถานะ “{row.get_state_display()}” แก้ไขไม่ได้แล้ว")
    if row.revision != revision:
        raise Stale("มีผู้อื่นบันทึกกรอบนี้ไปก่อนแล้ว ที่ท่านพิมพ์ยังอยู่ ตรวจกับข้อมูลล่าสุดก่อนบันทึก")
    before = _told(row.name, framework_plans.of_framework(row))
    row.name, row.revision, row.scale = name, row.revision + 1, scale_of(plan.scale, row.fiscal_year)
    row.save(update_fields=["name", "revision", "scale"])
    compulsory = list(row.compulsory.select_related("dimension"))
    row.compulsory.all().delete()
    row.dimensions.exclude(parent=None).delete()
    row.dimensions.all().delete()
    row.round_plans.all().delete()
    _write(row, plan)
    _place_again(row, compulsory)
    after = _told(name, plan)
    changed = [part for part in after if after[part] != before[part]]
    audit.record(
        "agreements.edit_framework",
        row,
        by=by,
        duty=duty,
        at=at,
        before={part: before[part] for part in changed},
        after={part: after[part] for part in changed},
    )
    return row


def _place_again(framework: Framework, compulsory: list[Compulsory]) -> None:
    leaves = {one.name: one for one in framework.dimensions.filter(children=None)}
    lost = [rule for rule in compulsory if rule.dimension.name not in leaves]
    if lost:
        raise NotReady(
            Blocker(f"ตัวชี้วัดบังคับ {rule.library} อยู่ใน{rule.dimension.name} นำตัวชี้วัดนี้ออกก่อน หรือคงชื่อประเด็นไว้")
            for rule in lost
        )
    for rule in compulsory:
        rule.pk, rule.dimension = None, leaves[rule.dimension.name]
    Compulsory.objects.bulk_create(compulsory)


def scale_of(plan: ScalePlan, fiscal_year: int) -> Scale:
    """The stored scale that is exactly this, or a new one: a scale other years score on is never changed."""
    facts = dataclasses.asdict(plan)
    for scale in Scale.objects.filter(points=plan.points):
        if all(getattr(scale, name) == value for name, value in facts.items()):
            return scale
    stem = f"{freeze.plain(plan.points[0])}-{freeze.plain(plan.points[-1])} ปี {fiscal_year}"
    taken = set(Scale.objects.filter(name__startswith=stem).values_list("name", flat=True))
    name = next(n for n in (stem, *(f"{stem} แบบที่ {k}" for k in range(2, 999))) if n not in taken)
    return Scale.objects.create(name=name, **facts)


def _write(framework: Framework, plan: Plan) -> None:
    parent = None
    for order, line in enumerate(plan.dimensions, start=1):
        above = parent if line.sub else None
        made = Dimension.objects.create(
            framework=framework, parent=above, order=order, name=line.name, weight=line.weight
        )
        if not line.sub:
            parent = made
    RoundPlan.objects.bulk_create(RoundPlan(framework=framework, **dataclasses.asdict(r)) for r in plan.rounds)


def _told(name: str, plan: Plan) -> dict[str, Any]:
    """The plan as JSON values, for the history."""
    parts = {"name": name, **dataclasses.asdict(plan)}
    for one in parts["rounds"]:
        for key, value in one.items():
            one[key] = value.isoformat() if isinstance(value, dt.date) else value
    return dict(freeze.plain(parts))
