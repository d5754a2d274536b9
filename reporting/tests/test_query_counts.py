"""A page asks the database the same number of questions at any size, and never more than eight (QUALITY P5).

Every count is typed by hand: a page that begins to ask per row, or once more for everybody, changes a number here.
Two of each count are the person and their duties; the session comes from the cache.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from agreements import actions as agreement_actions
from agreements import testing as agreements
from agreements.criteria import KINDS_OF_NUMBER, KINDS_OF_STEPS, leaves_of
from agreements.models import Agreement, Criteria, Indicator
from kpiportal.testing.people import Cast
from kpiportal.testing.queries import Visit, query_counts
from reporting import actions, testing
from reporting.models import Report, Round

MOST = 8
K = Criteria.Kind

pytestmark = pytest.mark.usefixtures("frozen")

A_YEAR = {
    "home of collector": 4,
    "home of overseer": 3,
    "home of coordinator": 7,
    "home of office_head": 7,
    "home of governor": 5,
    "home of viewer": 4,
    "home of negotiator": 5,
    "home of nobody": 1,
    "agreement list": 3,
    "agreement": 5,
    "agreement seen by its host": 5,
    "indicator": 6,
    "framework list": 2,
    "framework": 7,
    "round list": 2,
    "summary": 3,
    "summary with its history": 4,
    "summary seen by its host": 4,
    "summary PDF": 3,
    "grid": 5,
    "grid seen by its host": 5,
    "agencies of the round": 3,
    "evidence of the round": 3,
    "card not begun": 7,
    "card in draft": 7,
    "card to certify": 7,
    "card to review": 7,
    "card accepted": 7,
}


@pytest.mark.parametrize(
    ("per_dimension", "years"),
    [(1, 1), (15, 1), (40, 1), (1, 5)],
    ids=["4 indicators", "60 indicators", "160 indicators", "4 indicators in each of 5 years"],
)
def test_pages_of_a_province(cast, per_dimension, years):
    agreement = agreements.make_signed(cast, per_dimension=per_dimension)
    not_begun = testing.make_round(cast, months=6, agreement=agreement)
    round = testing.make_round(cast, agreement=agreement)
    _play_cards(round, cast)
    for later in range(2558 + 1, 2558 + years):
        _one_more_year(cast, later)
    counts = query_counts(_visits(cast, round, not_begun))
    assert counts == A_YEAR
    assert max(counts.values()) <= MOST


def _one_more_year(cast: Cast, fiscal_year: int) -> None:
    framework = agreements.make_framework(cast, fiscal_year=fiscal_year)
    _play_cards(testing.make_round(cast, agreement=agreements.make_signed(cast, framework=framework)), cast)


def _play_cards(round: Round, cast: Cast) -> None:
    """By turns in draft, sent, certified, accepted: four indicators are enough to have each, forty to have many."""
    crews = {
        cast.agency: cast,
        cast.other_agency: replace(cast, collector=cast.other_collector, overseer=cast.other_overseer),
    }
    deeds = [testing.fill, testing.send, testing.certify, testing.accept]
    for place, card in enumerate(round.reports.select_related("host").order_by("indicator__order")[:40]):
        deeds[place % len(deeds)](card, crews[card.host])


def _visits(cast: Cast, round: Round, not_begun: Round) -> list[Visit]:
    agreement, framework = round.agreement, round.agreement.framework
    summary = reverse("reporting:round_summary", args=[round.pk])
    of_agreement = reverse("agreements:agreement_detail", args=[agreement.pk])
    watchers = ["collector", "overseer", "coordinator", "office_head", "governor", "viewer", "negotiator", "nobody"]
    draft, sent, certified, accepted = map(_address, round.reports.order_by("indicator__order")[:4])
    return [
        *((f"home of {name}", getattr(cast, name), reverse("home")) for name in watchers),
        ("agreement list", cast.coordinator, reverse("agreements:agreement_list")),
        ("agreement", cast.coordinator, of_agreement),
        ("agreement seen by its host", cast.collector, of_agreement),
        ("indicator", cast.coordinator, _indicator(agreement.indicators.order_by("order").first())),
        ("framework list", cast.director, reverse("agreements:framework_list")),
        ("framework", cast.director, reverse("agreements:framework_detail", args=[framework.pk])),
        ("round list", cast.coordinator, reverse("reporting:round_list")),
        ("summary", cast.coordinator, summary),
        ("summary with its history", cast.coordinator, f"{summary}?history"),
        ("summary seen by its host", cast.collector, summary),
        ("summary PDF", cast.coordinator, reverse("reporting:round_summary_pdf", args=[round.pk])),
        ("grid", cast.coordinator, reverse("reporting:agreement_grid", args=[agreement.pk])),
        ("grid seen by its host", cast.collector, reverse("reporting:agreement_grid", args=[agreement.pk])),
        ("agencies of the round", cast.coordinator, reverse("reporting:round_control", args=[round.pk])),
        ("evidence of the round", cast.coordinator, reverse("reporting:round_evidence_zip", args=[round.pk])),
        ("card not begun", cast.collector, _address(not_begun.reports.order_by("indicator__order").first())),
        ("card in draft", cast.collector, draft),
        ("card to certify", cast.other_overseer, sent),
        ("card to review", cast.coordinator, certified),
        ("card accepted", cast.evaluator, accepted),
    ]


def _address(card: Report) -> str:
    return reverse("reporting:report_detail", args=[card.pk])


def _indicator(indicator: Indicator) -> str:
    return reverse("agreements:indicator_detail", args=[indicator.pk])


STEPS = [f"ขั้นตอนที่ {n}" for n in range(1, 6)]
EVERY_KIND: dict[str, dict[str, Any]] = {
    K.HIGHER: {"levels": [70, 75, 80, 85, 90]},
    K.LOWER: {"levels": [90, 85, 80, 75, 70]},
    K.BANDED: {"levels": [70, 75, 80, 85, 90]},
    K.TWO_SIDED: {"levels": [20, 15, 10, 5, 0], "band_low": 75, "band_high": 85},
    K.MILESTONE: {"steps": STEPS},
    K.MILESTONE_PARTIAL: {"steps": STEPS, "parts": [[], [], [], [["ร่าง", "0.5"], ["เห็นชอบ", "0.5"]], []]},
    K.COUNT: {"steps": STEPS},
    K.MIXED: {"steps": STEPS[:3], "levels": [80, 90]},
    K.COMPOSITE: {},
    K.PERCENT_OF_TARGET: {"levels": [60, 70, 80, 90, 100]},
    K.YES_NO: {},
}
OF_STEPS = {K.MILESTONE, K.MILESTONE_PARTIAL, K.COUNT, K.COMPOSITE, K.PERCENT_OF_TARGET}
OF_CHILDREN = {K.COMPOSITE, K.PERCENT_OF_TARGET}
CARDS = dict.fromkeys(EVERY_KIND, 7)
INDICATORS = {**dict.fromkeys(EVERY_KIND, 6), K.COMPOSITE: 7, K.PERCENT_OF_TARGET: 7}


@pytest.mark.parametrize(("children", "files"), [(2, 1), (20, 6)])
def test_pages_of_every_kind_of_criteria(cast, children, files):
    agreement = agreements.sign(_draft_of_every_kind(cast, children), cast)
    testing.make_round(cast, months=6, agreement=agreement)
    round = testing.make_round(cast, agreement=agreement)
    first = round.reports.filter(indicator__number__startswith="1.").select_related("indicator__criteria")
    cards = {card.indicator.criteria.kind: card for card in first}
    indicators = query_counts((kind, cast.coordinator, _indicator(card.indicator)) for kind, card in cards.items())
    for card in cards.values():
        _answer(card, cast, files)
    to_fill = query_counts((kind, cast.collector, _address(card)) for kind, card in cards.items())
    for card in cards.values():
        actions.send_report(card, by=cast.collector, revision=1, at=testing.FILED, token=uuid.uuid4())
    to_certify = query_counts((kind, cast.overseer, _address(card)) for kind, card in cards.items())
    assert (to_fill, to_certify, indicators) == (CARDS, CARDS, INDICATORS)


def _draft_of_every_kind(cast: Cast, children: int) -> Agreement:
    """All eleven in the first sub-dimension, each 5 but the last 10; one plain indicator in the others."""
    framework = agreements.make_framework(cast)
    agreement = agreement_actions.open_agreement(framework, cast.province, by=cast.coordinator, at=agreements.AUTUMN)
    first, *others = framework.dimensions.exclude(parent=None).order_by("order")
    for n, (kind, criteria) in enumerate(EVERY_KIND.items(), start=1):
        indicator = agreements.add_indicator(
            agreement, cast, dimension=first, number=f"1.{n}", weight=Decimal(5 if n < len(EVERY_KIND) else 10),
            criteria={"kind": kind, **criteria}, target=Decimal(3) if kind in OF_STEPS else Decimal(80),
        )  # fmt: skip
        for child in range(1, children + 1) if kind in OF_CHILDREN else ():
            agreements.add_indicator(
                agreement, cast, dimension=first, parent=indicator, number=f"1.{n}.{child}", weight=None,
                inner_weight=Decimal(1) / children,
            )  # fmt: skip
    for place, dimension in enumerate(others, start=2):
        agreements.add_indicator(agreement, cast, dimension=dimension, number=f"{place}.1", weight=dimension.weight)
    for indicator in agreement.indicators.filter(parent=None):
        agreement_actions.appoint_hosts(indicator, host=cast.agency, by=cast.coordinator, at=agreements.AUTUMN)
    return agreement


def _answer(card: Report, cast: Cast, files: int) -> None:
    """Every leaf answered as its kind is, and so many pieces of evidence."""
    answers = {}
    for leaf in leaves_of(card.indicator):
        kind = leaf.criteria.kind
        answers[leaf.pk] = {
            "value": Decimal(82) if kind in KINDS_OF_NUMBER or kind == K.MIXED else None,
            "steps_done": [1, 2, 3] if kind in KINDS_OF_STEPS else None,
            "answer": True if kind == K.YES_NO else None,
        }
    actions.save_report(card, by=cast.collector, revision=0, at=testing.FILED, answers=testing.ANSWERS, entries=answers)
    for _ in range(files):
        actions.attach_evidence(card, testing.upload(), by=cast.collector, at=testing.FILED)
