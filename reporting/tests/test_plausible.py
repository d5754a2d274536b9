"""Figures that look mistyped are asked about, once, and sent when the answer is yes; what was asked is frozen."""

import re
from decimal import Decimal

import pytest

from reporting import plausible, testing
from reporting.leaffields import ratio
from reporting.models import ReportEntry, ReportVersion
from reporting.tests.refusals import page_of, typed, url


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"value": Decimal("82.35")}, []),
        ({"value": Decimal("100")}, []),
        ({"value": Decimal("823.5")}, ["ผลร้อยละ 823.5 อยู่นอกช่วง 0 ถึง 100 ถูกต้องหรือไม่"]),
        ({"value": Decimal("-3")}, ["ผลร้อยละ -3 อยู่นอกช่วง 0 ถึง 100 ถูกต้องหรือไม่"]),
        ({"value": None}, []),
        (
            {"value": Decimal(125), "numerator": Decimal(500), "denominator": Decimal(400)},
            ["ตัวตั้ง 500 มากกว่าตัวหาร 400 ถูกต้องหรือไม่"],
        ),
    ],
)
def test_what_is_asked_of_a_percentage(card, facts, asked):
    entry = ReportEntry(indicator_id=card.indicator_id, **facts)
    assert plausible.questions(card, {card.indicator_id: entry}) == asked


@pytest.mark.parametrize(("value", "asked"), [("150", False), ("151", True), ("10", False), ("9", True)])
def test_other_units_are_measured_by_levels_and_past_results(card, value, asked):
    """Levels 70 to 90: three spreads of 20 beyond either end are 10 and 150."""
    card.indicator.unit = "แห่ง"
    entry = ReportEntry(indicator_id=card.indicator_id, value=Decimal(value))
    assert bool(plausible.questions(card, {card.indicator_id: entry})) is asked


def test_it_asks_once_keeps_the_draft_and_takes_yes_for_an_answer(mine, card, cast):
    testing.fill(card, cast)
    card.refresh_from_db()
    response = mine.post(url("report_send", card), typed(card, "823.5"))
    assert response.status_code == 422
    page = page_of(response)
    assert "ตรวจอีกครั้งก่อนส่ง" in page
    mark = re.search(r'name="sure" value="([0-9a-f]+)"', page)[1]
    card.refresh_from_db()
    assert (card.state, card.entries.get().value) == ("draft", Decimal("823.5"))
    other = mine.post(url("report_send", card), typed(card, "9999", sure=mark))
    assert other.status_code == 422, "a new figure is asked about anew"
    card.refresh_from_db()
    assert mine.post(url("report_send", card), typed(card, "823.5", sure=mark)).status_code == 302
    confirmed = ReportVersion.objects.get().content["confirmed"]
    assert confirmed == ["ผลร้อยละ 823.5 อยู่นอกช่วง 0 ถึง 100 ถูกต้องหรือไม่"]


def test_the_preview_says_so_while_typing(mine, card):
    page = page_of(mine.post(url("report_score", card), typed(card, "823.5")))
    assert "<b>โปรดตรวจ</b> ผลร้อยละ 823.5" in page
    page = page_of(mine.post(url("report_score", card), typed(card, "", **two(card, "350", "425"))))
    assert "350 × 100 ÷ 425 = 82.352941" in page
    assert "3.4706" in page


def two(card, numerator, denominator):
    return {f"num_{card.indicator_id}": numerator, f"den_{card.indicator_id}": denominator}


def test_a_typed_result_must_agree_with_its_two_figures(mine, card):
    agreed = mine.post(url("report_save", card), typed(card, "82.35", **two(card, "350", "425")))
    assert agreed.status_code == 302
    card.refresh_from_db()
    response = mine.post(url("report_save", card), typed(card, "80", **two(card, "350", "425")))
    assert response.status_code == 422
    assert "ไม่ตรงกับตัวตั้ง × 100 ÷ ตัวหาร ซึ่งได้ 82.352941" in page_of(response)


@pytest.mark.parametrize(
    ("numerator", "denominator", "per_cent"),
    [("1", "3", "33.333333"), ("2", "3", "66.666667"), ("1", "8", "12.500000"), ("0", "7", "0.000000")],
)
def test_the_ratio_is_half_up_to_six_decimals(numerator, denominator, per_cent):
    assert str(ratio(Decimal(numerator), Decimal(denominator))) == per_cent


def test_half_a_ratio_is_a_draft_and_not_sent(mine, card, cast):
    testing.fill(card, cast)
    card.refresh_from_db()
    response = mine.post(url("report_send", card), typed(card, "", **two(card, "350", "")))
    assert response.status_code == 422
    assert "กรุณากรอกตัวหาร" in page_of(response)
    card.refresh_from_db()
    assert card.entries.get().numerator == 350
