"""What the pages of agreements show, as plain values: numbers formatted once here, never in templates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from agreements import scoring
from agreements.criteria import KINDS_OF_CHILDREN, KINDS_OF_NUMBER, as_criteria, as_scale
from agreements.models import Assignment, Baseline, Framework, Indicator
from kpiportal import audit
from kpiportal.models import Membership, Role
from kpiportal.numbers import format_number
from kpiportal.prepared import Given, Prepared
from kpiportal.scalefigure import scale_figure


def number(value: Decimal | None, decimals: int | None = None) -> SafeString:
    return SafeString("" if value is None else format_number(value, decimals=decimals))


def level_texts(steps: int, levels: Iterable[Decimal | None]) -> list[str]:
    """What stands in the columns 1..5: ขั้น n for steps, numbers for levels, both where mixed; none for a composite."""
    return [SafeString(f"ขั้น {n}") for n in range(1, steps + 1)] + [number(level) for level in levels]


_assignments = Prepared(
    lambda indicator: (
        Assignment.objects.filter(indicator=indicator).select_related("organization").order_by("-part", "pk")
    )
)
_answering = Prepared(
    lambda agencies, on: (
        Membership.objects.in_force(on)
        .filter(organization__in=agencies, role__in=[Role.OVERSEER, Role.COLLECTOR], user__is_active=True)
        .select_related("user")
        .order_by("-role", "user_id")
    ),
    agencies=Given("agencies", "::bigint[]"),
)


def indicator(indicator: Indicator, *, on: dt.date) -> dict[str, Any]:
    """Everything of DOMAIN.md 4.1 about one indicator, which comes from `for_a_page`."""
    children = []
    if indicator.criteria.kind in KINDS_OF_CHILDREN:
        children = list(indicator.children.select_related("criteria"))
    assignments = _assignments(indicator=indicator.pk)
    people = people_of([a.organization_id for a in assignments], on)
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
            {
                "row": child,
                "weight": number(child.inner_weight, 2),
                "levels": level_texts(len(child.criteria.steps), child.criteria.levels),
            }
            for child in children
        ],
        "baselines": baselines(indicator, scale, _past(indicator)),
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


def _past(indicator: Indicator) -> list[Baseline]:
    return [
        Baseline(fiscal_year=one["fiscal_year"], value=one["value"] and Decimal(one["value"]), note=one["note"])
        for one in indicator.past
    ]


def baselines(indicator: Indicator, scale: Any, past: list[Baseline] | None = None) -> list[dict[str, str]]:
    """Past results, read here unless they are given, and the score each would earn under the agreed criteria."""
    measured = indicator.criteria.kind in KINDS_OF_NUMBER
    criteria = as_criteria(indicator) if measured else None
    rows = []
    for baseline in indicator.baselines.all() if past is None else past:
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
    return with_even_results(rows)


def with_even_results(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    results = even_decimals([row["result"] for row in rows])
    return [{**row, "result": result} for row, result in zip(rows, results, strict=True)]


_PLAIN_NUMBER = re.compile(r"-?[0-9,]+(?:\.([0-9]+))?")


def even_decimals(texts: list[str]) -> list[str]:
    """Numbers of one column with the decimals of the longest: the points stand under each other. Words stay."""
    found = [_PLAIN_NUMBER.fullmatch(text) for text in texts]
    places = max((len(match[1] or "") for match in found if match), default=0)
    return [
        text + ("" if match[1] else ".") + "0" * (places - len(match[1] or "")) if match and places else text
        for text, match in zip(texts, found, strict=True)
    ]


def people_of(organization_ids: Iterable[int], on: dt.date) -> dict[int, list[dict[str, Any]]]:
    """Overseers and collectors of the agencies that answer, in force on that day, as printed on the template."""
    agencies = list(organization_ids)
    rows = _answering(agencies=agencies, on=on) if agencies else []
    found: dict[int, list[dict[str, Any]]] = {}
    for duty in rows:
        found.setdefault(duty.organization_id, []).append(
            {
                "role": duty.get_role_display(),
                "is_overseer": duty.role == Role.OVERSEER,
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
