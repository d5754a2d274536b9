from decimal import Decimal as D
from fractions import Fraction

import pytest

from agreements.scoring import ONE_TO_FIVE, THREE_TARGETS, Floor, MissingPolicy, Scale


def test_the_two_scales():
    assert ONE_TO_FIVE.points == (D(1), D(2), D(3), D(4), D(5))
    assert THREE_TARGETS.points == (D(50), D(75), D(100))
    assert (ONE_TO_FIVE.floor, THREE_TARGETS.floor) == (Floor.ONE_AT_FLOOR, Floor.ZERO)
    assert (ONE_TO_FIVE.missing_score, THREE_TARGETS.missing_score) == (D(1), D(0))


def test_missing_policy_zero_on_one_to_five():
    assert Scale(ONE_TO_FIVE.points, missing=MissingPolicy.ZERO).missing_score == D(0)


def test_level_names():
    assert ONE_TO_FIVE.level_name(3) == "ระดับ 3"
    assert THREE_TARGETS.level_name(2) == "เป้าหมาย 75 คะแนน"


def test_at_level_and_below():
    assert ONE_TO_FIVE.at_level(0) == 1
    assert ONE_TO_FIVE.at_level(4) == 4
    assert ONE_TO_FIVE.at_level(9) == 5
    assert THREE_TARGETS.at_level(0) == 0
    proportional = Scale(THREE_TARGETS.points, floor=Floor.PROPORTIONAL)
    assert proportional.below_first(Fraction(1, 2)) == 25


def test_decimals_are_those_of_the_scale():
    assert str(Scale(THREE_TARGETS.points, decimals=3).rounded(D("94.97350"))) == "94.974"


@pytest.mark.parametrize("points", [(), (D(1),), (D(1), D(1)), (D(2), D(1)), (D(-1), D(1)), (D("NaN"), D(1))])
def test_impossible_points_are_refused(points):
    with pytest.raises(ValueError, match=r"คะแนน|ตัวเลข"):
        Scale(points)


@pytest.mark.parametrize("decimals", [-1, 11])
def test_impossible_decimals_are_refused(decimals):
    with pytest.raises(ValueError, match="จำนวนทศนิยม"):
        Scale(ONE_TO_FIVE.points, decimals=decimals)


def test_floats_and_unknown_rules_are_refused():
    with pytest.raises(TypeError):
        Scale((1.0, 2.0))
    with pytest.raises(ValueError, match="half"):
        Scale(ONE_TO_FIVE.points, floor="half")


def test_stored_codes_are_accepted():
    scale = Scale((D(50), D(75), D(100)), floor="proportional", missing="zero")
    assert (scale.floor, scale.missing) == (Floor.PROPORTIONAL, MissingPolicy.ZERO)


def test_the_smallest_scales_are_possible():
    scale = Scale((D(0), D(1)), decimals=0)
    assert (scale.lowest, scale.highest, str(scale.rounded(D("0.5")))) == (D(0), D(1), "1")
    assert str(Scale((D(0), D(1)), decimals=10).rounded(D("0.5"))) == "0.5000000000"
