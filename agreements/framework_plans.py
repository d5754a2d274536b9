"""What a framework is made of, as plain values: read from a stored one, from those shipped as data, moved to a year."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from agreements.models import Framework
from kpiportal.thai import ce_year

DATA = Path(__file__).parent / "data" / "frameworks.json"


@dataclass(frozen=True)
class ScalePlan:
    """Scale's columns; bands run from the highest threshold down."""

    points: list[Decimal]
    floor: str
    missing: str
    decimals: int
    bands: list[dict[str, str]]


@dataclass(frozen=True)
class DimensionPlan:
    """One line of the tree: `sub` stands under the nearest line above it that is none. Weight in percent points."""

    name: str
    weight: Decimal
    sub: bool = False


@dataclass(frozen=True)
class RoundPlanned:
    """RoundPlan's columns. Dates are the last days, included."""

    months: int
    name: str
    period_end: dt.date
    agency_due: dt.date
    opdc_due: dt.date
    asks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    scale: ScalePlan
    dimensions: list[DimensionPlan]
    rounds: list[RoundPlanned]


def of_framework(framework: Framework) -> Plan:
    """A stored framework. Three queries."""
    scale = framework.scale
    return Plan(
        ScalePlan(list(scale.points), scale.floor, scale.missing, scale.decimals, list(scale.bands)),
        [DimensionPlan(d.name, d.weight, d.parent_id is not None) for d in framework.dimensions.all()],
        [
            RoundPlanned(r.months, r.name, r.period_end, r.agency_due, r.opdc_due, list(r.asks))
            for r in framework.round_plans.all()
        ],
    )


def in_year(plan: Plan, years: int) -> Plan:
    """The same with every date `years` later: last year's calendar is next year's first draft."""
    return replace(
        plan,
        rounds=[
            replace(r, **{name: _later(getattr(r, name), years) for name in ("period_end", "agency_due", "opdc_due")})
            for r in plan.rounds
        ],
    )


def _later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Key -> the frameworks that come with the portal, by the schemes of past years (DOMAIN.md 2)."""
    return {one["key"]: one for one in json.loads(DATA.read_text(encoding="utf-8"))}


def of_shipped(key: str, fiscal_year: int) -> Plan:
    """A shipped scheme for a fiscal year (พ.ศ.). KeyError for a key nobody ships."""
    data = shipped()[key]
    scale = data["scale"]
    lines = []
    for top in data["dimensions"]:
        lines.append(DimensionPlan(top["name"], Decimal(top["weight"])))
        lines += [DimensionPlan(sub["name"], Decimal(sub["weight"]), sub=True) for sub in top.get("subs", [])]
    rounds = data["rounds"]
    return Plan(
        ScalePlan(
            [Decimal(p) for p in scale["points"]], scale["floor"], scale["missing"], scale["decimals"], scale["bands"]
        ),
        lines,
        [
            RoundPlanned(
                one["months"],
                one["name"],
                **{n: _in(fiscal_year, one[n]) for n in ("period_end", "agency_due", "opdc_due")},
                asks=list(ASKS) if one is rounds[-1] else ["explanation"],
            )
            for one in rounds
        ],
    )


ASKS = {
    "explanation": "คำชี้แจงการปฏิบัติงาน",
    "supporting_factors": "ปัจจัยสนับสนุน",
    "obstacles": "ปัญหาอุปสรรค",
    "suggestions": "ข้อเสนอแนะ",
}


def _in(fiscal_year: int, month_and_day: str) -> dt.date:
    """A day of the fiscal year's own calendar year: the year ends on 30 September, its reports are due after."""
    month, day = map(int, month_and_day.split("-"))
    return dt.date(ce_year(fiscal_year), month, day)
