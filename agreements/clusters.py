"""Indicators of a cluster of provinces (R31): reported once by the cluster, counted by every member at its own weight.

A member's row holds no result of its own: `cluster_source` names the cluster's indicator whose score it takes. Who is a
member is a question of the fiscal year: a province that joins later takes nothing of the years before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from agreements import form_actions, tree_order
from agreements.models import Agreement, Criteria, Dimension, Indicator
from agreements.states import AgreementState as S
from kpiportal import audit
from kpiportal.models import ClusterMembership, Organization, User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number

audit.tells(**{"agreements.take_cluster": "นำตัวชี้วัดของกลุ่มจังหวัดใส่แบบฟอร์ม"})
SETTLED = (S.AGREED, S.SIGNED, S.CLOSED)
_FACTS = ("name", "unit", "strategic_issue", "objective", "definition", "formula", "source", "method", "conditions",
          "target")  # fmt: skip
_CRITERIA = ("kind", "direction", "levels", "steps", "parts", "band_low", "band_high", "interval", "target_level")


def links_of(fiscal_year: int) -> QuerySet[ClusterMembership]:
    """Who belongs where in that fiscal year (พ.ศ., both ends of a membership included)."""
    begun = ClusterMembership.objects.filter(valid_from__lte=fiscal_year)
    return begun.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=fiscal_year))


def members(cluster: Organization, fiscal_year: int) -> list[Organization]:
    provinces = Organization.objects.filter(cluster_links__in=links_of(fiscal_year).filter(cluster=cluster))
    return list(provinces.in_thai_order())


def cluster_of(province: Organization, fiscal_year: int) -> Organization | None:
    link = links_of(fiscal_year).filter(province=province).select_related("cluster").first()
    return link.cluster if link else None


def agencies(agreement: Agreement) -> QuerySet[Organization]:
    """Who may host an indicator: agencies of the province; of a cluster, those of its members that year."""
    if agreement.owner.kind != Kind.CLUSTER:
        return Organization.objects.filter(parent=agreement.owner_id)
    of_cluster = links_of(agreement.fiscal_year).filter(cluster=agreement.owner_id)
    return Organization.objects.filter(kind=Kind.AGENCY, parent__in=of_cluster.values("province"))


@dataclass(frozen=True)
class Offered:
    """An indicator of the cluster's agreement a member may take; `there`: the number it has in the member's form."""

    pk: int
    number: str
    name: str
    unit: str
    weight: str
    there: str


def source_of(agreement: Agreement) -> Agreement | None:
    """The cluster's agreement of that year, once both sides have agreed to it."""
    if agreement.owner.kind != Kind.PROVINCE:
        return None
    cluster = cluster_of(agreement.owner, agreement.fiscal_year)
    found = Agreement.objects.filter(owner=cluster, fiscal_year=agreement.fiscal_year, state__in=SETTLED)
    return found.select_related("owner", "framework__scale").first() if cluster else None


def offered(agreement: Agreement, source: Agreement) -> list[Offered]:
    taken = dict(agreement.indicators.exclude(cluster_source=None).values_list("cluster_source", "number"))
    rows = source.indicators.filter(parent=None, cancelled_months=None).order_by("dimension__order", "order")
    return [
        Offered(row.pk, row.number, row.name, row.unit, format_number(row.weight, decimals=2), taken.get(row.pk, ""))
        for row in rows
    ]


@transaction.atomic
def take(
    agreement: Agreement, wanted: Mapping[int, Decimal], *, dimension: Dimension, by: User, at: dt.datetime
) -> list[Indicator]:
    """Put indicators of the cluster into a member's form, `wanted`: the member's weight by the cluster's indicator.

    Raises ValidationError for an indicator that is not of this province's cluster that year, or is there already.
    """
    agreement = form_actions.locked(agreement)
    duty = form_actions.may_write(agreement, by)
    source = source_of(agreement)
    if source is None:
        raise ValidationError("กลุ่มจังหวัดยังไม่มีคำรับรองฯ ที่ตกลงแล้วของปีนี้ หรือจังหวัดไม่ได้อยู่ในกลุ่มจังหวัดในปีนี้")
    rows = source.indicators.filter(parent=None, pk__in=wanted).select_related("criteria")
    rows = list(rows.prefetch_related("children__criteria").order_by("order"))
    if len(rows) != len(wanted) or agreement.indicators.filter(cluster_source__in=wanted).exists():
        raise ValidationError("ตัวชี้วัดนี้ไม่ได้อยู่ในคำรับรองฯ ของกลุ่มจังหวัด หรืออยู่ในแบบฟอร์มแล้ว")
    if len(agreement.framework.scale.points) != len(source.framework.scale.points):
        raise ValidationError("กรอบของกลุ่มจังหวัดใช้มาตรคะแนนคนละแบบกับกรอบของจังหวัด คะแนนจึงใช้ร่วมกันไม่ได้")
    made = [_take(agreement, row, wanted[row.pk], dimension) for row in rows]
    name = f"{source.owner.full_name} ปี {source.fiscal_year}"
    audit.record("agreements.take_cluster", agreement, by=by, duty=duty, at=at, name=name, count=len(made))
    return made


def _take(agreement: Agreement, row: Indicator, weight: Decimal, dimension: Dimension) -> Indicator:
    top = _copy(agreement, row, dimension, weight=weight, cluster_source=row)
    for child in row.children.all():
        _copy(agreement, child, dimension, parent=top, inner_weight=child.inner_weight)
    return top


def _copy(agreement: Agreement, row: Indicator, dimension: Dimension, **facts: Any) -> Indicator:
    known = list(agreement.indicators.order_by("order").values_list("number", "dimension_id", "parent_id", "order"))
    last = agreement.indicators.aggregate(last=Max("order"))["last"] or 0
    return Indicator.objects.create(
        agreement=agreement,
        dimension=dimension,
        number=tree_order.next_number(known, dimension, facts.get("parent")),
        order=last + 1,
        criteria=Criteria.objects.create(**{name: getattr(row.criteria, name) for name in _CRITERIA}),
        **{name: getattr(row, name) for name in _FACTS},
        **facts,
    )
