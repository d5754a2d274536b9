"""What the pages of agreements show, as plain values: numbers formatted once here, never in templates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import scoring
from agreements.criteria import KINDS_OF_CHILDREN, KINDS_OF_NUMBER, as_criteria, as_scale
from agreements.models import Agreement, Assignment, Framework, Indicator
from kpiportal import audit
from kpiportal.models import Membership, Role
from kpiportal.numbers import format_number
from kpiportal.scalefigure import scale_figure

_YEARS_SHOWN = 3  # columns of past results in the tree: the three latest years anybody gave


def number(value: Decimal | None, decimals: int | None = None) -> SafeString:
    return SafeString("" if value is None else format_number(value, decimals=decimals))


class Row(NamedTuple):
    """One line of the agreement's tree: a dimension's heading or an indicator. All strings.

    A tuple, so that the template unpacks it once per line; numbers and addresses, which this module writes itself, are
    marked safe (escaping costs more than printing them), people's words are not.
    """

    kind: str  # "dimension" | "sub" | "indicator" | "child"
    number: str
    name: str
    unit: str
    baseline: list[str]
    target: str
    weight: str
    levels: list[str]
    criteria: str
    host: str
    url: str


def tree(agreement: Agreement) -> dict[str, Any]:
    """The whole tree in four queries: dimensions, indicators with criteria, baselines, hosts."""
    dimensions = list(agreement.framework.dimensions.all())
    indicators = list(
        agreement.indicators.select_related("criteria").prefetch_related("baselines", "assignments__organization")
    )
    # Baselines stand in columns by year: without the heading nobody knows which year a number is of.
    page = reverse("agreements:indicator_detail", args=[0])  # resolved once, not once per line
    years = sorted({b.fiscal_year for i in indicators for b in i.baselines.all()})[-_YEARS_SHOWN:]
    rows = []
    for dimension in dimensions:
        kind = "sub" if dimension.parent_id else "dimension"
        rows.append(Row(kind, "", dimension.name, "", [], "", number(dimension.weight, 2), [], "", "", ""))
        rows += [_row(i, years, page) for i in indicators if i.dimension_id == dimension.pk]
    tops = [i for i in indicators if i.parent_id is None]
    total = sum((i.weight for i in tops), Decimal(0))
    points = [number(point) for point in agreement.framework.scale.points]
    return {
        "rows": rows,
        "count": len(tops),
        "weight": number(total, 2),
        "points": points,
        "years": years,
        "before_weight": 3 + len(years),
        "after_weight": 1 + len(points),
    }


def _row(indicator: Indicator, years: list[int], page: str) -> Row:
    hosts = [a.organization.label for a in indicator.assignments.all() if a.part == Assignment.Part.HOST]
    past = {b.fiscal_year: number(b.value) for b in indicator.baselines.all()}
    return Row(
        kind="child" if indicator.parent_id else "indicator",
        number=indicator.number,
        name=indicator.name,
        unit=indicator.unit,
        baseline=[past.get(year, "") for year in years],
        target=number(indicator.target),
        weight=number(indicator.inner_weight if indicator.parent_id else indicator.weight, 2),
        levels=levels_of(indicator),
        criteria=indicator.criteria.get_kind_display(),
        host=", ".join(hosts),
        url=SafeString(page.replace("/0/", f"/{indicator.pk}/")),
    )


def levels_of(indicator: Indicator) -> list[str]:
    """What stands in the columns 1..5: numbers, ขั้น n for steps, both where mixed; nothing for a composite."""
    criteria = indicator.criteria
    steps = [f"ขั้น {n}" for n in range(1, len(criteria.steps) + 1)]
    return steps + [number(level) for level in criteria.levels]


def indicator(indicator: Indicator, *, on: dt.date) -> dict[str, Any]:
    """Everything of DOMAIN.md 4.1 about one indicator."""
    children = []
    if indicator.criteria.kind in KINDS_OF_CHILDREN:
        children = list(indicator.children.select_related("criteria"))
    assignments = list(indicator.assignments.select_related("organization").order_by("-part", "pk"))
    people = _people([a.organization_id for a in assignments], on)
    scale = indicator.agreement.framework.scale
    return {
        "indicator": indicator,
        "agreement": indicator.agreement,
        "weight": number(indicator.inner_weight if indicator.parent_id else indicator.weight, 2),
        "target": number(indicator.target),
        "interval": number(indicator.criteria.interval),
        "band": band_text(indicator),
        "round_weights": round_weights_text(indicator),
        "levels": _levels(indicator, scale),
        "figure": figure(indicator, scale),
        "children": [
            {"row": child, "weight": number(child.inner_weight, 2), "levels": levels_of(child)} for child in children
        ],
        "baselines": baselines(indicator, scale),
        "assignments": [{"row": a, "people": people.get(a.organization_id, [])} for a in assignments],
        "points": [number(point) for point in scale.points],
        "history": audit.history(indicator),
    }


def _levels(indicator: Indicator, scale: Any) -> list[dict[str, str]]:
    texts = [*indicator.criteria.steps, *map(number, indicator.criteria.levels)]
    return [{"point": number(point), "text": text} for point, text in zip(scale.points, texts, strict=False)]


def band_text(indicator: Indicator) -> str:
    """45 ถึง 55: where a two-sided result earns the highest point."""
    criteria = indicator.criteria
    if criteria.band_low is None or criteria.band_high is None:
        return ""
    return f"{number(criteria.band_low)} ถึง {number(criteria.band_high)}"


def round_weights_text(indicator: Indicator) -> str:
    """รอบ 6 เดือน 4.00 · รอบ 9 เดือน 4.50, where they differ from the yearly weight (R23)."""
    weights = sorted((int(months), weight) for months, weight in indicator.round_weights.items())
    return " · ".join(f"รอบ {months} เดือน {number(Decimal(weight), 2)}" for months, weight in weights)


def figure(indicator: Indicator, scale: Any, value: Decimal | None = None) -> dict[str, Any] | None:
    """The scale as a picture, for criteria that are one row of numbers; `value` is marked on it."""
    criteria = indicator.criteria
    if criteria.kind not in KINDS_OF_NUMBER or criteria.kind == "two_sided" or None in criteria.levels:
        return None
    levels = [(number(point), number(level), level) for point, level in zip(scale.points, criteria.levels, strict=True)]
    lower = criteria.kind == "lower" or (criteria.kind == "banded" and criteria.direction == "lower")
    return scale_figure(levels, value, lower_is_better=lower, result_text=number(value))


def baselines(indicator: Indicator, scale: Any) -> list[dict[str, str]]:
    """Past results and the score each would earn under the agreed criteria."""
    measured = indicator.criteria.kind in KINDS_OF_NUMBER
    criteria = as_criteria(indicator) if measured else None
    rows = []
    for baseline in indicator.baselines.all():
        score = None
        if criteria is not None and baseline.value is not None:
            score = scoring.score(criteria, scoring.Measured(baseline.value), as_scale(scale)).raw
        rows.append(
            {
                "when": f"ปี {baseline.fiscal_year}",
                "result": number(baseline.value),
                "score": number(score, scale.decimals),
                "note": baseline.note,
            }
        )
    return rows


def _people(organization_ids: list[int], on: dt.date) -> dict[int, list[dict[str, str]]]:
    """Overseers and collectors of the agencies that answer, in force on that day, as printed on the template."""
    rows = (
        Membership.objects.in_force(on)
        .filter(organization__in=organization_ids, role__in=[Role.OVERSEER, Role.COLLECTOR], user__is_active=True)
        .select_related("user")
        .order_by("-role", "user_id")
    )
    found: dict[int, list[dict[str, str]]] = {}
    for duty in rows:
        found.setdefault(duty.organization_id, []).append(
            {
                "role": duty.get_role_display(),
                "name": duty.user.full_name,
                "post": duty.post or duty.user.position,
                "phone": duty.user.phone,
                "email": duty.user.email,
            }
        )
    return found


def framework(framework: Framework) -> dict[str, Any]:
    dimensions = framework.dimensions.all()
    return {
        "framework": framework,
        "points": [number(point) for point in framework.scale.points],
        "dimensions": [
            {"name": d.name, "weight": number(d.weight, 2), "sub": d.parent_id is not None} for d in dimensions
        ],
        "rounds": framework.round_plans.all(),
        "history": audit.history(framework),
    }
