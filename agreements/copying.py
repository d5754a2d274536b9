"""Rows of another form taken over: last year's, or any form this person may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from agreements import form_actions, tree_order
from agreements.models import Agreement, Assignment, Baseline, Criteria, Dimension, Indicator
from agreements.pages import number
from kpiportal import audit
from kpiportal.models import User

_FACTS = (
    "name", "unit", "strategic_issue", "objective", "definition", "formula", "source", "method", "conditions",
    "target", "weight", "inner_weight",
)  # fmt: skip
_CRITERIA = ("kind", "direction", "steps", "parts", "band_low", "band_high", "interval", "target_level")


@dataclass(frozen=True)
class Offered:
    """A row that may be taken over, as copy.html lists it. `there`: a row of that name already stands in the form."""

    pk: int
    number: str
    name: str
    weight: str
    children: int
    place: str
    there: bool


def sources(agreement: Agreement, user: User) -> list[Agreement]:
    """Forms to take rows from, those of the same party first, the latest year first."""
    seen = Agreement.objects.visible_to(user).exclude(pk=agreement.pk).select_related("owner")
    found = seen.filter(framework__party_kind=agreement.owner.kind).order_by("-fiscal_year", "owner__sort_key")
    return sorted(found, key=lambda one: one.owner_id != agreement.owner_id)


def offered(agreement: Agreement, source: Agreement) -> list[Offered]:
    """The rows of `source`, its children counted, and whether the form has them already. Three queries."""
    names = set(agreement.indicators.values_list("name", flat=True))
    rows = source.indicators.filter(parent=None).select_related("dimension").prefetch_related("children")
    return [
        Offered(
            row.pk, row.number, row.name, str(number(row.weight, 2)), len(row.children.all()), row.dimension.name,
            row.name in names,
        )
        for row in rows.order_by("dimension__order", "order")
    ]  # fmt: skip


@transaction.atomic
def copy_rows(agreement: Agreement, source: Agreement, wanted: Iterable[int], *, by: User, at: dt.datetime) -> int:
    """Take over the `wanted` rows of `source` with their children, criteria, past results and, within one party, hosts.

    A dimension is found by its name; a row whose dimension is not in this year's framework goes under the first one.
    Levels come along only between scales of as many points. Returns how many rows (children not counted).
    """
    agreement = form_actions.locked(agreement)
    duty = form_actions.may_write(agreement, by)
    leaves = list(Dimension.objects.filter(framework=agreement.framework_id, children=None).order_by("order"))
    tops = source.indicators.filter(parent=None, pk__in=list(wanted)).select_related("criteria", "dimension")
    tops = tops.prefetch_related("children__criteria", "children__baselines", "baselines", "assignments")
    copier = _Copier(agreement, source, leaves)
    count = 0
    for top in tops.order_by("dimension__order", "order"):
        made = copier.take(top, None)
        for child in top.children.all():
            copier.take(child, made)
        count += 1
    name = f"{source.owner.full_name} ปี {source.fiscal_year}"
    audit.record("agreements.copy_indicators", agreement, by=by, duty=duty, at=at, name=name, count=count)
    return count


class _Copier:
    """Remembers numbers and places while rows come in."""

    def __init__(self, agreement: Agreement, source: Agreement, leaves: Sequence[Dimension]):
        self.agreement, self.leaves = agreement, leaves
        self.same_party = source.owner_id == agreement.owner_id
        points = agreement.framework.scale.points
        self.same_scale = len(points) == len(source.framework.scale.points)
        self.known = list(
            agreement.indicators.order_by("order").values_list("number", "dimension_id", "parent_id", "order")
        )

    def take(self, row: Indicator, parent: Indicator | None) -> Indicator:
        same = next((leaf for leaf in self.leaves if leaf.name == row.dimension.name), self.leaves[0])
        dimension = parent.dimension if parent else same
        taken = {known[0] for known in self.known}
        free = row.number not in taken and (parent is None or row.number.startswith(parent.number))
        made = Indicator.objects.create(
            agreement=self.agreement,
            dimension=dimension,
            parent=parent,
            number=row.number if free else tree_order.next_number(self.known, dimension, parent),
            order=max((known[3] for known in self.known), default=0) + 1,
            criteria=Criteria.objects.create(**self._criteria(row)),
            library_id=row.library_id,
            **{name: getattr(row, name) for name in _FACTS},
        )
        self.known.append((made.number, dimension.pk, parent.pk if parent else None, made.order))
        Baseline.objects.bulk_create(
            Baseline(indicator=made, fiscal_year=one.fiscal_year, value=one.value, note=one.note)
            for one in row.baselines.all()
        )
        if self.same_party and parent is None:
            Assignment.objects.bulk_create(
                Assignment(indicator=made, organization_id=one.organization_id, part=one.part)
                for one in row.assignments.all()
            )
        return made

    def _criteria(self, row: Indicator) -> dict[str, Any]:
        facts = {name: getattr(row.criteria, name) for name in _CRITERIA}
        if self.same_scale:
            return {**facts, "levels": row.criteria.levels}
        return {**facts, "steps": [], "parts": [], "interval": None, "target_level": None, "levels": []}
