"""Actions on the library: keep an indicator, make it compulsory in a framework, take it into a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from agreements import clusters, form_actions, rules, tree_order
from agreements.models import (
    Agreement,
    Compulsory,
    Criteria,
    Dimension,
    Framework,
    Indicator,
    LibraryIndicator,
)
from agreements.states import FrameworkState
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.workflow import Stale

FACTS = ("name", "unit", "definition", "formula", "source", "method", "conditions", "target")

audit.tells(
    **{
        "library.keep": "แก้ไขตัวชี้วัดในคลัง",
        "library.compel": "กำหนดตัวชี้วัดบังคับ",
        "library.release": "ยกเลิกตัวชี้วัดบังคับ",
        "library.take": "นำตัวชี้วัดจากคลังใส่แบบฟอร์ม",
    }
)


def _keeper(by: User) -> Membership:
    duty = rules.can_shape_framework(by)
    if not duty:
        raise PermissionDenied
    return duty


@transaction.atomic
def keep(
    row: LibraryIndicator | None, *, by: User, at: dt.datetime, revision: int = 0, **facts: Any
) -> LibraryIndicator:
    """A new indicator of the library, or an edit of one. Stale when somebody saved since `revision`."""
    duty = _keeper(by)
    if row is None:
        kept = LibraryIndicator(**facts)
    else:
        kept = LibraryIndicator.objects.select_for_update().get(pk=row.pk)
        if kept.revision != revision:
            raise Stale
        kept.revision += 1
    if LibraryIndicator.objects.filter(code=facts["code"]).exclude(pk=kept.pk).exists():
        raise ValidationError({"code": f"รหัส {facts['code']} มีในคลังแล้ว"})
    for name, value in facts.items():
        setattr(kept, name, value)
    kept.save()
    audit.record("library.keep", kept, by=by, duty=duty, at=at)
    return kept


@transaction.atomic
def compel(
    framework: Framework,
    library: LibraryIndicator,
    *,
    dimension: Dimension,
    weight: Decimal | None,
    fixed_criteria: bool,
    by: User,
    at: dt.datetime,
) -> Compulsory:
    """Every form under this framework must carry it; only while the framework is written."""
    duty = _keeper(by)
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if framework.state != FrameworkState.DRAFT:
        raise Stale("กรอบประกาศใช้แล้ว เปลี่ยนตัวชี้วัดบังคับไม่ได้")
    facts = {"dimension": dimension, "weight": weight, "fixed_criteria": fixed_criteria}
    rule, _ = Compulsory.objects.update_or_create(framework=framework, library=library, defaults=facts)
    audit.record("library.compel", framework, by=by, duty=duty, at=at, name=str(library), weight=str(weight or ""))
    return rule


@transaction.atomic
def release(rule: Compulsory, *, by: User, at: dt.datetime) -> None:
    duty = _keeper(by)
    framework = Framework.objects.select_for_update().get(pk=rule.framework_id)
    if framework.state != FrameworkState.DRAFT:
        raise Stale("กรอบประกาศใช้แล้ว เปลี่ยนตัวชี้วัดบังคับไม่ได้")
    name = str(rule)
    rule.delete()
    audit.record("library.release", framework, by=by, duty=duty, at=at, name=name)


@transaction.atomic
def take_ticked(
    agreement: Agreement,
    *,
    library: Iterable[LibraryIndicator],
    cluster: Iterable[int],
    dimension: Dimension | None,
    by: User,
    at: dt.datetime,
) -> list[Indicator]:
    """Rows of the library and of the cluster's agreement in one deed: all of them, or with a ValidationError none.

    `dimension` may be None where only compulsory ones are taken: the framework says where those stand.
    """
    made = take(agreement, library, dimension=dimension, by=by, at=at) if library else []
    if cluster and dimension:
        wanted = dict.fromkeys(cluster, Decimal(0))
        made += clusters.take(agreement, wanted, dimension=dimension, by=by, at=at)
    return made


@transaction.atomic
def take(
    agreement: Agreement, wanted: Iterable[LibraryIndicator], *, dimension: Dimension | None, by: User, at: dt.datetime
) -> list[Indicator]:
    """Put library indicators into a form; a compulsory one goes where the framework says, with its weight."""
    agreement = form_actions.locked(agreement)
    duty = form_actions.may_write(agreement, by)
    ruled = {rule.library_id: rule for rule in agreement.framework.compulsory.select_related("dimension")}
    there = set(agreement.indicators.exclude(library=None).values_list("library", flat=True))
    made = [_put(agreement, row, ruled.get(row.pk), dimension) for row in wanted if row.pk not in there]
    audit.record("library.take", agreement, by=by, duty=duty, at=at, count=len(made), codes=[str(row) for row in made])
    return made


def _put(agreement: Agreement, row: LibraryIndicator, rule: Compulsory | None, dimension: Any) -> Indicator:
    place = rule.dimension if rule else dimension
    known = list(agreement.indicators.order_by("order").values_list("number", "dimension_id", "parent_id", "order"))
    last = agreement.indicators.aggregate(last=Max("order"))["last"] or 0
    return Indicator.objects.create(
        agreement=agreement,
        dimension=place,
        library=row,
        number=tree_order.next_number(known, place, None),
        order=last + 1,
        strategic_issue=row.issue,
        weight=(rule.weight if rule else None) or Decimal(0),
        criteria=Criteria.objects.create(**_criteria(row, len(agreement.framework.scale.points))),
        **{name: getattr(row, name) for name in FACTS},
    )


def _criteria(row: LibraryIndicator, size: int) -> Mapping[str, Any]:
    """The standard criteria, where they are made for a scale of as many points."""
    fits = len(row.levels) in (0, size) and len(row.steps) in (0, size)
    lists = {"levels": row.levels, "steps": row.steps} if fits else {}
    return {"kind": row.kind, "direction": row.direction, **lists}
