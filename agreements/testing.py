"""Agreements for tests, built through the actions users use: boring, small, whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from agreements import actions
from agreements.models import Agreement, Framework, Indicator, Scale, Table
from agreements.negotiation import actions as table_actions
from kpiportal.models import OutgoingMail
from kpiportal.models.people import Kind
from kpiportal.testing.people import BANGKOK, Cast
from kpiportal.testing.rebuilt import built_once

AUTUMN = dt.datetime(2014, 10, 20, 10, tzinfo=BANGKOK)
WINTER = dt.datetime(2015, 1, 26, 10, tzinfo=BANGKOK)
DIMENSIONS = [
    {"name": "มิติภายนอก", "weight": 70, "subs": [
        {"name": "การประเมินประสิทธิผล", "weight": 60}, {"name": "การประเมินคุณภาพ", "weight": 10}]},
    {"name": "มิติภายใน", "weight": 30, "subs": [
        {"name": "การประเมินประสิทธิภาพ", "weight": 15}, {"name": "การพัฒนาองค์การ", "weight": 15}]},
]  # fmt: skip
ROUNDS = [
    {"months": 6, "name": "รอบ 6 เดือน", "period_end": dt.date(2015, 3, 31), "agency_due": dt.date(2015, 4, 17),
     "opdc_due": dt.date(2015, 4, 30), "asks": ["explanation"]},
    {"months": 12, "name": "รอบ 12 เดือน", "period_end": dt.date(2015, 9, 30), "agency_due": dt.date(2015, 10, 26),
     "opdc_due": dt.date(2015, 10, 31), "asks": ["explanation", "obstacles"]},
]  # fmt: skip


def make_scale() -> Scale:
    return Scale.objects.get_or_create(name="1-5", defaults={"points": [1, 2, 3, 4, 5]})[0]


def make_framework(
    cast: Cast, *, party_kind: str = Kind.PROVINCE, published: bool = True, fiscal_year: int = 2558
) -> Framework:
    framework = actions.create_framework(
        fiscal_year=fiscal_year, party_kind=party_kind, name=f"กรอบปีงบประมาณ พ.ศ. {fiscal_year}", scale=make_scale(),
        dimensions=DIMENSIONS, rounds=ROUNDS, by=cast.director, at=AUTUMN,
    )  # fmt: skip
    if published:
        framework = actions.publish_framework(framework, by=cast.director, revision=0, at=AUTUMN)
    return framework


def make_draft(cast: Cast, *, per_dimension: int = 1, framework: Framework | None = None) -> Agreement:
    """A complete draft: `per_dimension` plain indicators in each of the four sub-dimensions, hosted by turns."""
    framework = framework or Framework.objects.filter(fiscal_year=2558).first() or make_framework(cast)
    agreement = actions.open_agreement(framework, cast.province, by=cast.coordinator, at=AUTUMN)
    hosts = [cast.agency, cast.other_agency]
    for place, dimension in enumerate(framework.dimensions.exclude(parent=None), start=1):
        share = (dimension.weight / per_dimension).quantize(Decimal("0.01"))
        for n in range(1, per_dimension + 1):
            weight = dimension.weight - share * (per_dimension - 1) if n == per_dimension else share
            indicator = add_indicator(agreement, cast, dimension=dimension, number=f"{place}.{n}", weight=weight)
            actions.appoint_hosts(indicator, host=hosts[(place + n) % 2], by=cast.coordinator, at=AUTUMN)
    return agreement


def add_indicator(agreement: Agreement, cast: Cast, *, dimension, number: str, weight: Decimal, **more) -> Indicator:
    """ร้อยละ, higher is better, 70-90, target 80."""
    facts = {
        "name": f"ร้อยละความสำเร็จของงานที่ {number}", "unit": "ร้อยละ", "target": Decimal(80),
        "definition": "คำอธิบาย", "formula": "ก × 100 ÷ ข", "source": "ระบบงาน", "method": "รายงานรายเดือน",
        "criteria": {"kind": "higher", "levels": [70, 75, 80, 85, 90], "target_level": 3},
        "baselines": {2556: Decimal("76.5"), 2557: Decimal("78.25")},
        **more,
    }  # fmt: skip
    return actions.add_indicator(
        agreement, dimension=dimension, number=number, weight=weight, by=cast.coordinator, at=AUTUMN, **facts
    )


@built_once
def make_signed(cast: Cast, *, per_dimension: int = 1, framework: Framework | None = None) -> Agreement:
    """The same, taken through OPDC to the governor's signature."""
    return sign(make_draft(cast, per_dimension=per_dimension, framework=framework), cast)


def agree(agreement: Agreement, cast: Cast, *, revision: int = 2, at: dt.datetime = AUTUMN) -> Agreement:
    """OPDC takes over every figure of the open table, and both sides say yes to all."""
    table = Table.objects.get(agreement=agreement)
    table_actions.accept_rest(table, seen=table.version, by=cast.negotiator, at=at)
    actions.agree_agreement(agreement, by=cast.coordinator, revision=revision, at=at)
    return actions.agree_agreement(agreement, by=cast.negotiator, revision=revision, at=at)


@transaction.atomic
def sign(agreement: Agreement, cast: Cast) -> Agreement:
    """Take a complete draft through OPDC to the governor's signature. Who was told on the way is never sent."""
    agreement = actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=AUTUMN)
    agreement = actions.open_table(agreement, by=cast.negotiator, revision=1, at=AUTUMN)
    agreement = agree(agreement, cast)
    signed = actions.sign_agreement(agreement, by=cast.governor, revision=3, at=WINTER, signed_on=dt.date(2015, 1, 26))
    OutgoingMail.objects.filter(queued_at__in=[AUTUMN, WINTER]).delete()
    return signed
