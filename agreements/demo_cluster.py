"""The demo's cluster: an agreement of its own for 2559, agreed and waiting for its head; and a member that takes of it.

ลำพูน's form is the demo's open one: begun, with the cluster's indicators in it, most of it still to be filled in.
"""

from __future__ import annotations

from decimal import Decimal

from agreements import actions, clusters
from agreements.calendar import actions as calendar
from agreements.models import Agreement, Framework
from agreements.negotiation import actions as table
from kpiportal.demo import World, moment
from kpiportal.models.people import Kind

YEAR = 2559
DIMENSIONS = [
    {"name": "มิติภายนอก", "weight": 80, "subs": [{"name": "การประเมินประสิทธิผล", "weight": 80}]},
    {"name": "มิติภายใน", "weight": 20, "subs": [{"name": "การพัฒนาองค์การ", "weight": 20}]},
]
# number, name, unit, dimension, weight, target, levels 1-5, results of 2556-2558
INDICATORS = [
    ("1.1", "ร้อยละที่เพิ่มขึ้นของรายได้จากการท่องเที่ยวของกลุ่มจังหวัด", "ร้อยละ", "การประเมินประสิทธิผล", 40, "5",
     ("3", "4", "5", "6", "7"), ("6.2", "3.6", "5.4")),
    ("1.2", "ร้อยละที่เพิ่มขึ้นของมูลค่าการค้าชายแดน", "ร้อยละ", "การประเมินประสิทธิผล", 40, "4",
     ("2", "3", "4", "5", "6"), ("3.1", "4.4", "3.9")),
    ("2.1", "ร้อยละของโครงการตามแผนกลุ่มจังหวัดที่เบิกจ่ายทันกำหนด", "ร้อยละ", "การพัฒนาองค์การ", 20, "80",
     ("70", "75", "80", "85", "90"), ("72", "76.5", "79.2")),
]  # fmt: skip
TAKEN = {"1.1": Decimal(10), "1.2": Decimal(5)}  # by ลำพูน, at its own weights


def load(world: World, of_provinces: Framework) -> None:
    """`of_provinces`: the provinces' framework of the year, under which the member's form is opened."""
    coordinator, negotiator = world.officials["cluster"], world.officials["negotiator"]
    agreement = _form(world, of_provinces)
    agreement = actions.submit_agreement(agreement, by=coordinator, revision=0, at=moment(2015, 9, 22))
    agreement = actions.open_table(agreement, by=negotiator, revision=1, at=moment(2015, 9, 29, 9, 30))
    laid, at = agreement.table, moment(2015, 9, 29, 11, 20)
    table.accept_rest(laid, seen=laid.version, by=negotiator, at=at)
    actions.agree_agreement(agreement, by=coordinator, revision=2, at=at)
    agreement = actions.agree_agreement(agreement, by=negotiator, revision=2, at=at)
    _member(world, of_provinces, agreement)


def _form(world: World, of_provinces: Framework) -> Agreement:
    director, coordinator = world.officials["director"], world.officials["cluster"]
    framework = actions.create_framework(
        fiscal_year=YEAR,
        party_kind=Kind.CLUSTER,
        name=f"กรอบการประเมินผลการปฏิบัติราชการของกลุ่มจังหวัด ปีงบประมาณ พ.ศ. {YEAR}",
        scale=of_provinces.scale,
        dimensions=DIMENSIONS,
        rounds=of_provinces.round_plans.values("months", "name", "period_end", "agency_due", "opdc_due", "asks"),
        by=director,
        at=moment(2015, 9, 7),
    )
    framework = actions.publish_framework(framework, by=director, revision=0, at=moment(2015, 9, 10))
    calendar.name_receivers(framework, of_provinces.receivers, by=director, at=moment(2015, 9, 10, 11))
    agreement = actions.open_agreement(framework, world.cluster, by=coordinator, at=moment(2015, 9, 14))
    dimensions = {one.name: one for one in framework.dimensions.all()}
    host = next(iter(world.agencies.values()))
    for number, name, unit, dimension, weight, target, levels, past in INDICATORS:
        indicator = actions.add_indicator(
            agreement, dimension=dimensions[dimension], number=number, name=name, unit=unit, weight=Decimal(weight),
            target=Decimal(target), definition=f"{name} เทียบกับปีก่อน", formula="(ปีนี้ - ปีก่อน) × 100 ÷ ปีก่อน",
            source="สำนักงานกลุ่มจังหวัด", method="รวบรวมจากจังหวัดในกลุ่มทุกไตรมาส",
            criteria={"kind": "higher", "levels": [Decimal(level) for level in levels], "target_level": 3},
            baselines={YEAR - 3 + n: Decimal(value) for n, value in enumerate(past)},
            by=coordinator, at=moment(2015, 9, 18),
        )  # fmt: skip
        actions.appoint_hosts(indicator, host=host, by=coordinator, at=moment(2015, 9, 18))
    return agreement


def _member(world: World, framework: Framework, source: Agreement) -> None:
    """ลำพูน opens its form and takes two of the cluster's indicators."""
    coordinator, at = world.officials["lamphun"], moment(2015, 10, 12, 13, 40)
    lamphun = coordinator.duties[0].organization
    form = actions.open_agreement(framework, lamphun, by=coordinator, at=at)
    rows = {row.number: row.pk for row in source.indicators.all()}
    wanted = {rows[number]: weight for number, weight in TAKEN.items()}
    clusters.take(form, wanted, dimension=framework.dimensions.exclude(parent=None)[0], by=coordinator, at=at)
