"""Declared parts of a milestone step are ticked, counted once the steps before are done, and never lost."""

from decimal import Decimal

import pytest

from agreements import actions as agreement_actions
from agreements.testing import AUTUMN, add_indicator, make_framework, sign
from reporting import testing
from reporting.tests.refusals import page_of, typed, url

STEPS = ["ตั้งคณะทำงาน", "จัดทำแผน", "ดำเนินการ", "สรุปผล", "ขยายผล"]
PARTS = [[], [], [], [["ร่างรายงาน", "0.25"], ["ประชุมพิจารณา", "0.25"], ["เห็นชอบ", "0.5"]], []]


@pytest.fixture
def steps(cast, as_user):
    """A card of a milestone whose fourth step has three parts, its number, and its collector's browser."""
    agreement = agreement_actions.open_agreement(make_framework(cast), cast.province, by=cast.coordinator, at=AUTUMN)
    for number, dimension in enumerate(agreement.framework.dimensions.exclude(parent=None), start=1):
        indicator = add_indicator(
            agreement, cast, dimension=dimension, number=str(number), weight=dimension.weight, target=3,
            criteria={"kind": "milestone_partial", "steps": STEPS, "parts": PARTS},
        )  # fmt: skip
        agreement_actions.appoint_hosts(indicator, host=cast.agency, by=cast.coordinator, at=AUTUMN)
    card = testing.make_round(cast, agreement=sign(agreement, cast)).reports.order_by("indicator__order").first()
    return card, card.indicator_id, as_user(cast.collector)


def tick(pk, steps, points):
    return {f"steps_{pk}": list(steps), f"points_{pk}_4": list(points)}


@pytest.mark.parametrize(
    ("done", "points", "score", "shown"),
    [
        ("123", "", "3.0000", "ขั้น 1-3"),
        ("123", "1", "3.2500", "ขั้น 1-3 + ข้อย่อย 1"),
        ("123", "13", "3.7500", "ขั้น 1-3 + ข้อย่อย 1, 3"),
        ("123", "123", "4.0000", "ขั้น 1-3 + ข้อย่อย 1, 2, 3"),
        ("12", "12", "2.0000", "ขั้น 1-2"),
        ("1234", "12", "4.0000", "ขั้น 1-4"),
    ],
)
def test_ticks_are_scored_and_kept(steps, cast, as_user, done, points, score, shown):
    card, pk, browser = steps
    assert browser.post(url("report_save", card), typed(card, "", **tick(pk, done, points))).status_code == 302
    card.refresh_from_db()
    assert (card.score, card.entries.get().sub_points) == (Decimal(score), [400 + int(n) for n in points] or None)
    page = page_of(browser.get(url("report_detail", card)))
    assert page.count(" checked") == len(done) + len(points)
    assert "เห็นชอบ (0.5)" in page
    assert f">{shown}<" in page_of(as_user(cast.overseer).get(url("report_detail", card)))


def test_a_part_that_is_not_declared_is_refused(steps):
    card, pk, browser = steps
    response = browser.post(url("report_save", card), typed(card, "", **tick(pk, "123", "4")))
    assert response.status_code == 422
    card.refresh_from_db()
    assert card.state == "not_started"
