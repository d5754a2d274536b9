from decimal import Decimal as D
from fractions import Fraction

import pytest

from agreements.scoring import Branch, Exclusion, Leaf, Standing, is_active
from agreements.scoring.rounds import active_weights, standing, weight_at

CONSENT = Exclusion("หนังสือสำนักงาน ก.พ.ร. ที่ นร ๑๒๐๐/๑")


@pytest.mark.parametrize(
    ("start", "cancelled", "at_round", "expected"),
    [
        (None, None, 6, True),
        (6, None, 6, True),
        (9, None, 6, False),
        (9, None, 9, True),
        (None, 9, 6, True),
        (None, 9, 9, False),
        (None, 9, 12, False),
        (9, 12, 9, True),
        (9, None, None, True),
        (None, 9, None, False),
    ],
)
def test_is_active(start, cancelled, at_round, expected):
    assert is_active(start, cancelled, at_round) is expected


def test_standing():
    assert standing(Leaf("1", D(5)), 6) is Standing.ACTIVE
    assert standing(Leaf("1", D(5), start_round=9), 6) is Standing.NOT_STARTED
    assert standing(Leaf("1", D(5), cancelled_round=9), 9) is Standing.CANCELLED
    assert standing(Leaf("1", D(5), cancelled_round=9), None) is Standing.CANCELLED
    assert standing(Leaf("1", D(5), excluded=CONSENT), 9) is Standing.EXCLUDED
    assert standing(Leaf("1", D(0)), 9) is Standing.NO_WEIGHT
    assert standing(Leaf("1", D(5), round_weights={9: D(0)}), 9) is Standing.NO_WEIGHT


def test_weight_at_a_round():
    leaf = Leaf("1", D(5), round_weights={6: D("2.5")})
    assert [weight_at(leaf, at) for at in (6, 9, None)] == [Fraction(5, 2), 5, 5]
    with pytest.raises(ValueError, match="ติดลบ"):
        weight_at(Leaf("1", D(-5)), None)


def test_excluded_weight_stays_inside_the_parent():
    """R22: 2/1/2 without the first is 1.6667/3.3333."""
    parent = Branch("3.1", (Leaf("a", D(2), excluded=CONSENT), Leaf("b", D(1)), Leaf("c", D(2))))
    assert active_weights((parent, Leaf("d", D(95))), None) == {
        "b": Fraction(5, 3),
        "c": Fraction(10, 3),
        "d": Fraction(95),
    }


def test_a_wholly_excluded_parent_hands_its_weight_up():
    inner = Branch("P", (Leaf("a", D(2), excluded=CONSENT), Leaf("b", D(1), excluded=CONSENT)))
    outer = Branch("D", (inner, Leaf("c", D(2)), Leaf("d", D(4))))
    assert active_weights((outer,), None) == {"c": Fraction(3), "d": Fraction(6)}


def test_at_the_root_nothing_is_spread():
    alone = Branch("P", (Leaf("a", D(5), excluded=CONSENT),))
    assert active_weights((alone, Leaf("b", D(95))), None) == {"b": Fraction(95)}
    assert active_weights((Leaf("a", D(5), excluded=CONSENT), Leaf("b", D(95))), None) == {"b": Fraction(95)}


def test_late_and_cancelled_weight_is_not_spread():
    parent = Branch("P", (Leaf("a", D(2), start_round=9), Leaf("b", D(1)), Leaf("c", D(2), cancelled_round=6)))
    assert active_weights((parent,), 6) == {"b": Fraction(1)}


def test_an_excluded_leaf_that_is_not_active_gives_nothing():
    parent = Branch("P", (Leaf("a", D(2), start_round=9, excluded=CONSENT), Leaf("b", D(1))))
    assert active_weights((parent,), 6) == {"b": Fraction(1)}
    assert active_weights((parent,), 9) == {"b": Fraction(3)}
