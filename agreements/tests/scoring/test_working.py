from decimal import Decimal as D
from fractions import Fraction

import pytest

from agreements.scoring import weigh
from agreements.scoring.working import listed


def test_weighted_score():
    """R17: weight 4, score 4.8."""
    weighted = weigh(D("4.8"), D(4))
    assert weighted.exact == Fraction(192, 1000)
    assert str(weighted.shown) == "0.1920"
    assert weighted.step.rule == "R17"
    assert weighted.step.text == "4.8000 × 4 ÷ 100 = 0.1920"


@pytest.mark.parametrize(
    ("raw", "weight", "expected"),
    [
        ("3.4700", "10", "3.4700 × 10 ÷ 100 = 0.3470"),
        ("2.5000", "2", "2.5000 × 2 ÷ 100 = 0.0500"),
        ("83.3333", "30", "83.3333 × 30 ÷ 100 = 25.0000"),
        ("2.5000", "2.500000", "2.5000 × 2.5 ÷ 100 = 0.0625"),
    ],
)
def test_weighted_working(raw, weight, expected):
    assert weigh(D(raw), D(weight)).step.text == expected


def test_weighted_by_active_weight():
    weighted = weigh(D("3.6"), D(7), D(21))
    assert weighted.exact == Fraction(6, 5)
    assert (weighted.step.rule, weighted.step.text) == ("R23", "3.6000 × 7 ÷ 21 = 1.2000")


def test_exact_is_not_the_rounded_figure():
    """R20: the total is taken from unrounded weighted scores."""
    assert weigh(D("3.3333"), D(3)).exact == Fraction(99999, 1000000)
    assert weigh(D("3.3333"), D(3)).shown == D("0.1000")


def test_impossible_weights_are_refused():
    with pytest.raises(ValueError, match="น้ำหนัก"):
        weigh(D(3), D(-1))
    with pytest.raises(ValueError, match="น้ำหนัก"):
        weigh(D(3), D(1), D(0))
    with pytest.raises(TypeError):
        weigh(3.0, D(1))
    with pytest.raises(TypeError):
        weigh(D(3), 1.0)


def test_listed():
    assert [listed([]), listed([1]), listed([1, 2]), listed([1, 2, 5])] == ["", "1", "1 และ 2", "1, 2 และ 5"]
