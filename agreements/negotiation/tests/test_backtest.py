"""What keeps an offer from being agreed, and what it would have earned."""

from decimal import Decimal

import pytest

from agreements import scoring
from agreements.criteria import K
from agreements.negotiation import backtest
from agreements.negotiation.cells import Said, Shape

FIVE = scoring.Scale(points=tuple(map(Decimal, range(1, 6))))


def offer(*levels, target=None):
    said = {str(number): Said(value=Decimal(level)) for number, level in enumerate(levels, start=1)}
    return said if target is None else {**said, "target": Said(value=Decimal(target))}


def codes(kind, said):
    shape = Shape(kind, steps=0, levels=5, is_child=False)
    return [problem.code for problem in backtest.problems(shape, "higher", said, FIVE)]


def test_the_children_are_lines_of_their_own_and_not_missing_from_their_parent():
    assert codes(K.PERCENT_OF_TARGET, offer(60, 70, 80, 90, 100, target=3)) == []


def test_levels_that_repeat_are_found_in_an_offer():
    assert "level_repeated" in codes(K.HIGHER, offer(60, 70, 70, 80, 90, target=80))


@pytest.mark.parametrize(("result", "score"), [("82.35", "3.4700"), ("90", "5.0000"), ("60", "1.0000"), (None, None)])
def test_last_year_s_result_under_an_offer(result, score):
    shape = Shape(K.HIGHER, steps=0, levels=5, is_child=False)
    found = backtest.score_of(shape, "higher", offer(70, 75, 80, 85, 90), result and Decimal(result), FIVE)
    assert found == (score and Decimal(score))
