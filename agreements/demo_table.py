"""The demo's open negotiation: Chiang Mai's fiscal year 2559, a few days old, with both sides' figures on the table."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from agreements import actions
from agreements.calendar import actions as calendar
from agreements.models import Agreement, Framework, Indicator
from agreements.negotiation import actions as table
from agreements.negotiation.cells import Said
from kpiportal.demo import World, moment

YEAR = 2559
# number -> what OPDC says otherwise than the province: cells by name
COUNTERS = {
    "1.1.2": {"target": "6", "1": "4", "2": "5", "3": "6", "4": "7", "5": "8"},
    "1.2.2": {"weight": "4.50"},
    "1.2.3": {"target": "0.9", "1": "1.4", "2": "1.15", "3": "0.9", "4": "0.65", "5": "0.4"},
    "2.1": {"weight": "12.50"},
    "4.2": {"target": "75", "1": "65", "2": "70", "3": "75", "4": "80", "5": "85"},
}
COPIED = (
    "number", "name", "unit", "strategic_issue", "objective", "definition", "formula", "source", "method",
    "conditions", "weight", "inner_weight", "target",
)  # fmt: skip
ACCEPTED = ["1.1.1", "1.2.1", "1.2.4", "1.3.1", "1.3.2", "1.3.2.1", "1.3.2.2", "3.1.1", "3.1.2", "3.1.3", "3.2"]


def load(world: World, last_year: Agreement) -> Agreement:
    """Next year's form from this year's, sent and opened; OPDC has accepted some lines and countered others."""
    coordinator, negotiator = world.officials["coordinator"], world.officials["negotiator"]
    framework = _framework(last_year.framework, world)
    agreement = actions.open_agreement(framework, world.province, by=coordinator, at=moment(2015, 9, 21))
    _copy(agreement, last_year, world)
    agreement = actions.submit_agreement(agreement, by=coordinator, revision=0, at=moment(2015, 10, 9, 15, 20))
    agreement = actions.open_table(agreement, by=negotiator, revision=1, at=moment(2015, 10, 15, 9, 30))
    lines = {line.indicator.number: line for line in agreement.table.lines.select_related("indicator")}
    at = moment(2015, 10, 15, 10, 5)
    for number in [number for number in ACCEPTED if number in lines]:
        table.accept(_fresh(lines[number]), seen=_seen(lines[number]), by=negotiator, at=at)
    for number, cells in COUNTERS.items():
        at += dt.timedelta(minutes=7)
        said = {name: Said(Decimal(value)) for name, value in cells.items()}
        table.offer(_fresh(lines[number]), typed=said, seen=_seen(lines[number]), by=negotiator, at=at)
    tourism, housing = lines["1.1.2"], lines["1.2.3"]
    words = "ปีก่อนมีพืชสวนโลก ฐานสูงผิดปกติ ขอใช้ค่าเฉลี่ยปี 2555-2557"
    table.remark(_fresh(tourism), words=words, shared=True, by=coordinator, at=moment(2015, 10, 15, 10, 41))
    words = "รับได้ถ้าเป้าหมายเป็น 6"
    table.remark(_fresh(tourism), words=words, shared=True, by=negotiator, at=moment(2015, 10, 15, 10, 44))
    words = "ท่านผู้ว่าฯ ยอมได้ถึง 0.95"
    table.remark(_fresh(housing), words=words, shared=False, by=coordinator, at=moment(2015, 10, 15, 10, 52))
    table.park(
        _fresh(lines["4.1"]), owner="สำนักงานจังหวัดเชียงใหม่", reason="ตรวจผลการประเมิน PMQA ปี 2558 กับผู้ตรวจประเมินภายนอก",
        until=dt.date(2015, 10, 30), by=negotiator, at=moment(2015, 10, 15, 11, 20),
    )  # fmt: skip
    return agreement


def _framework(last: Framework, world: World) -> Framework:
    director = world.officials["director"]
    tops = last.dimensions.filter(parent=None).prefetch_related("children")
    framework = actions.create_framework(
        fiscal_year=YEAR,
        party_kind=last.party_kind,
        name=last.name.replace(str(last.fiscal_year), str(YEAR)),
        scale=last.scale,
        dimensions=[
            {
                "name": top.name,
                "weight": top.weight,
                "subs": [{"name": sub.name, "weight": sub.weight} for sub in top.children.all()],
            }
            for top in tops
        ],
        rounds=[
            {
                "months": plan.months,
                "name": plan.name,
                "asks": plan.asks,
                **{name: _a_year_on(getattr(plan, name)) for name in ("period_end", "agency_due", "opdc_due")},
            }
            for plan in last.round_plans.all()
        ],
        by=director,
        at=moment(2015, 9, 7),
    )
    framework = actions.publish_framework(framework, by=director, revision=0, at=moment(2015, 9, 10))
    calendar.name_receivers(framework, last.receivers, by=director, at=moment(2015, 9, 10, 11))
    return framework


def _a_year_on(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1)


def _copy(agreement: Agreement, last: Agreement, world: World) -> None:
    """Every indicator again; the year that is ending stands in for the newest past result where it is known."""
    coordinator, at = world.officials["coordinator"], moment(2015, 9, 28)
    dimensions = {d.name: d for d in agreement.framework.dimensions.all()}
    made: dict[int, Indicator] = {}
    rows = last.indicators.select_related("criteria", "dimension")
    for row in rows.prefetch_related("baselines", "assignments__organization"):
        criteria = row.criteria
        made[row.pk] = actions.add_indicator(
            agreement,
            parent=made.get(row.parent_id),
            dimension=dimensions[row.dimension.name],
            criteria={
                name: getattr(criteria, name)
                for name in ("kind", "direction", "levels", "steps", "parts", "band_low", "band_high", "target_level")
            },
            baselines={b.fiscal_year: b.value for b in row.baselines.all()},
            by=coordinator,
            at=at,
            **{name: getattr(row, name) for name in COPIED},
        )
        hosts = {a.part: [] for a in row.assignments.all()}
        for assignment in row.assignments.all():
            hosts[assignment.part].append(assignment.organization)
        if hosts:
            actions.appoint_hosts(
                made[row.pk], host=hosts["host"][0], co_hosts=hosts.get("co_host", []), by=coordinator, at=at
            )


def _fresh(line: Any) -> Any:
    related = ("table__agreement", "indicator__criteria", "indicator__parent__criteria")
    return type(line).objects.select_related(*related).get(pk=line.pk)


def _seen(line: Any) -> int:
    return type(line.table).objects.get(pk=line.table_id).version
