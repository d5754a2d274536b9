"""The demo's agreement: Chiang Mai, fiscal year 2558, through the same actions users use.

Structure, dates and offices are those of the founding letter; the indicator list, baselines and results were
constructed for the project (data/chiang_mai_2558.json says so).
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from agreements import actions, demo_amendment, demo_cluster, demo_table
from agreements.calendar import actions as calendar
from agreements.library import actions as library
from agreements.models import Agreement, Dimension, Framework, Indicator, Scale
from agreements.negotiation import actions as negotiation
from kpiportal.demo import World, moment
from kpiportal.models.people import Kind

DATA = Path(__file__).parent / "data"
RECEIVERS = [{"name": "นายวิบูลย์ มั่นคง", "post": "ปลัดกระทรวงมหาดไทย"}]  # invented, as all people of the demo
NARRATIVE = ["explanation", "supporting_factors", "obstacles", "suggestions"]


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def load(world: World) -> None:
    """Framework published by OPDC, form filled and sent, negotiated, agreed, hosts appointed, signed."""
    data = read("chiang_mai_2558.json")
    director, negotiator = world.officials["director"], world.officials["negotiator"]
    coordinator, governor = world.officials["coordinator"], world.officials["governor"]
    _library(world)
    framework = _framework(data, world)
    calendar.name_receivers(framework, RECEIVERS, by=director, at=moment(2014, 9, 22))
    agreement = actions.open_agreement(framework, world.province, by=coordinator, at=moment(2014, 10, 10))
    _indicators(agreement, data, world)
    agreement = actions.submit_agreement(agreement, by=coordinator, revision=0, at=moment(2014, 11, 5))
    agreement = actions.open_table(agreement, by=negotiator, revision=1, at=moment(2014, 11, 20, 9, 30))
    table, agreed = agreement.table, moment(2014, 12, 18, 15, 40)
    negotiation.accept_rest(table, seen=table.version, by=negotiator, at=moment(2014, 12, 18, 14, 5))
    actions.agree_agreement(agreement, by=coordinator, revision=2, at=agreed)
    agreement = actions.agree_agreement(agreement, by=negotiator, revision=2, at=agreed)
    actions.lock_framework(framework, by=director, revision=1, at=moment(2014, 12, 25))
    world.made["agreement"] = actions.sign_agreement(
        agreement, by=governor, revision=3, at=moment(2015, 1, 26), signed_on=dt.date(2015, 1, 26)
    )
    negotiated = demo_table.load(world, world.made["agreement"])
    demo_cluster.load(world, negotiated.framework)
    demo_amendment.load(world, world.made["agreement"])


def _library(world: World) -> None:
    """Indicators provinces did agree to in 2548-2558; their standard criteria were set for the demo (library.json)."""
    for row in read("library.json"):
        numbers = {"levels": [Decimal(level) for level in row["levels"]], "target": Decimal(row["target"])}
        direction = "lower" if row["kind"] == "lower" else "higher"
        facts = {**row, **numbers, "direction": direction, "is_active": True}
        library.keep(None, by=world.officials["negotiator"], at=moment(2014, 9, 3), **facts)


def _framework(data: dict[str, Any], world: World) -> Framework:
    director = world.officials["director"]
    scale = Scale.objects.create(
        name="1-5",
        points=[1, 2, 3, 4, 5],
        bands=[
            {"from": "4.0000", "word": "สูงกว่าเป้าหมาย", "light": "green"},
            {"from": "3.0000", "word": "เป็นไปตามเป้าหมาย", "light": "yellow"},
            {"from": "0.0000", "word": "ต่ำกว่าเป้าหมาย", "light": "red"},
        ],
    )
    framework = actions.create_framework(
        fiscal_year=data["fiscal_year"],
        party_kind=Kind.PROVINCE,
        name=f"กรอบการประเมินผลการปฏิบัติราชการของจังหวัด ปีงบประมาณ พ.ศ. {data['fiscal_year']}",
        scale=scale,
        dimensions=data["dimensions"],
        rounds=[
            {
                "months": r["months"],
                "name": f"รอบ {r['months']} เดือน",
                **{key: dt.date.fromisoformat(r[key]) for key in ("period_end", "agency_due", "opdc_due")},
                "asks": NARRATIVE if r["months"] == 12 else NARRATIVE[:1],
            }
            for r in data["rounds"]
        ],
        by=director,
        at=moment(2014, 9, 8),
    )
    return actions.publish_framework(framework, by=director, revision=0, at=moment(2014, 9, 15))


def _indicators(agreement: Agreement, data: dict[str, Any], world: World) -> None:
    coordinator, at = world.officials["coordinator"], moment(2014, 10, 28)
    dimensions = {d.name: d for d in agreement.framework.dimensions.all()}
    templates = read("chiang_mai_2558_templates.json")
    for row in data["indicators"]:
        indicator = _indicator(agreement, row, dimensions[row["sub_dimension"]], templates, world, at)
        actions.appoint_hosts(
            indicator,
            host=world.agencies[row["host"]],
            co_hosts=[world.agencies[name] for name in row.get("co_hosts", [])],
            by=coordinator,
            at=moment(2014, 10, 30),
        )


def _indicator(
    agreement: Agreement,
    row: dict[str, Any],
    dimension: Dimension,
    templates: dict[str, Any],
    world: World,
    at: dt.datetime,
    parent: Indicator | None = None,
) -> Indicator:
    weight = {"inner_weight": Decimal(row["inner_weight"])} if parent else {"weight": Decimal(row["weight"])}
    indicator = actions.add_indicator(
        agreement,
        parent=parent,
        dimension=dimension,
        number=row["number"],
        name=row["name"],
        unit=row["unit"],
        strategic_issue=row.get("strategic_issue", ""),
        objective=row.get("objective", ""),
        target=Decimal(row.get("target") or row["criteria"][2]),  # a child's target stands on level 3
        criteria={
            "kind": row["kind"],
            "direction": "lower" if row["kind"] == "lower" else "higher",
            "levels": [Decimal(level) for level in row.get("criteria") or []],
            "steps": row.get("steps", []),
            "target_level": 3,
        },
        baselines={int(year): Decimal(value) for year, value in row.get("baselines", {}).items()},
        by=world.officials["coordinator"],
        at=at,
        **weight,
        **templates[row["number"]],
    )
    for child in row.get("children", []):
        _indicator(agreement, child, dimension, templates, world, at, parent=indicator)
    return indicator
