"""What must hold for any criteria, any result and any tree."""

from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.scoring import (
    ONE_TO_FIVE,
    THREE_TARGETS,
    Banded,
    Branch,
    Child,
    ChildResults,
    Composite,
    Count,
    Exclusion,
    Floor,
    Leaf,
    Measured,
    Milestone,
    MilestoneInParts,
    Mixed,
    Numeric,
    Scale,
    StepsAndValue,
    StepsDone,
    TwoSided,
    check,
    half_up,
    interval_of,
    leaves,
    roll_up,
    score,
    spread,
    weigh,
)
from agreements.scoring.rounds import active_weights

quick = settings(deadline=None, max_examples=150)  # no deadline: the machine may be busy

PROPORTIONAL = Scale(THREE_TARGETS.points, floor=Floor.PROPORTIONAL)
SCALES = st.sampled_from([ONE_TO_FIVE, THREE_TARGETS, PROPORTIONAL])
NUMBERS = st.decimals(-1000, 1000, places=3, allow_nan=False, allow_infinity=False)
DIRECTIONS = st.sampled_from(["higher", "lower"])
ULP = Fraction(1, 10**4)


@st.composite
def monotonic_levels(draw, scale, direction):
    chosen = draw(st.lists(NUMBERS, min_size=len(scale.points), max_size=len(scale.points), unique=True))
    return tuple(sorted(chosen, reverse=direction == "lower"))


@st.composite
def numeric(draw, kind=Numeric, scales=SCALES):
    scale, direction = draw(scales), draw(DIRECTIONS)
    return kind(draw(monotonic_levels(scale, direction)), direction), scale


def raw_of(criteria, value, scale):
    return score(criteria, Measured(value), scale).raw


@quick
@given(st.sampled_from([Numeric, Banded]).flatmap(numeric), NUMBERS, NUMBERS)
def test_a_better_result_never_scores_less(made, one, other):
    criteria, scale = made
    worse, better = sorted((one, other), reverse=criteria.direction == "lower")
    assert raw_of(criteria, worse, scale) <= raw_of(criteria, better, scale)


@quick
@given(st.sampled_from([Numeric, Banded]).flatmap(numeric), NUMBERS)
def test_a_score_is_on_the_scale(made, value):
    criteria, scale = made
    raw = raw_of(criteria, value, scale)
    lowest = scale.lowest if scale.floor is Floor.ONE_AT_FLOOR else 0
    assert lowest <= raw <= scale.highest
    assert raw.as_tuple().exponent == -4
    if isinstance(criteria, Banded):
        assert raw in {*scale.points, D(lowest)}


@quick
@given(numeric())
def test_a_level_earns_its_point(made):
    criteria, scale = made
    assert [raw_of(criteria, level, scale) for level in criteria.levels] == list(scale.points)


@quick
@given(numeric(scales=st.just(ONE_TO_FIVE)), NUMBERS, st.decimals(0, 1, places=3))
def test_one_to_five_is_continuous_everywhere(made, value, away):
    """No jump: a result moves the score by no more than the steepest slope, give or take the rounding."""
    criteria, scale = made
    steepest = max(1 / abs(Fraction(b) - Fraction(a)) for a, b in pairwise(criteria.levels))
    moved = abs(Fraction(raw_of(criteria, value + away, scale)) - Fraction(raw_of(criteria, value, scale)))
    assert moved <= steepest * Fraction(away) + ULP


@quick
@given(numeric(scales=st.just(THREE_TARGETS)), st.fractions(0, 1), st.fractions(0, 1))
def test_three_targets_are_continuous_above_the_first(made, one, other):
    criteria, scale = made
    first, last = Fraction(criteria.levels[0]), Fraction(criteria.levels[-1])
    inside = [D(str(half_up(first + share * (last - first), 12))) for share in (one, other)]
    steepest = max(25 / abs(Fraction(b) - Fraction(a)) for a, b in pairwise(criteria.levels))
    moved = abs(Fraction(raw_of(criteria, inside[0], scale)) - Fraction(raw_of(criteria, inside[1], scale)))
    assert moved <= steepest * abs(Fraction(inside[0]) - Fraction(inside[1])) + ULP


@quick
@given(st.decimals("0.1", 100, places=2), DIRECTIONS)
def test_the_proportional_floor_meets_the_first_level(first, direction):
    step = D("0.01")
    levels = (first, first + 1, first + 2) if direction == "higher" else (first, first - 1, first - 2)
    just_short = first - step if direction == "higher" else first + step
    gap = 50 - Fraction(raw_of(Numeric(levels, direction), just_short, PROPORTIONAL))
    assert 0 < gap <= 50 * Fraction(step) / Fraction(first) + ULP


@quick
@given(numeric(), NUMBERS)
def test_the_raw_score_is_the_textbook_formula(made, value):
    """An oracle written apart: walk the segments from the bottom."""
    criteria, scale = made
    sign = 1 if criteria.direction == "higher" else -1
    x, levels = sign * Fraction(value), [sign * Fraction(level) for level in criteria.levels]
    points = [Fraction(point) for point in scale.points]
    if x < levels[0]:
        return
    expected = points[-1]
    for (low, high), (start, end) in zip(pairwise(levels), pairwise(points), strict=True):
        if low <= x < high:
            expected = start + (end - start) * (x - low) / (high - low)
    assert abs(Fraction(raw_of(criteria, value, scale)) - expected) <= ULP / 2


@quick
@given(st.data(), NUMBERS, st.decimals(0, 500, places=2))
def test_two_sided_treats_both_sides_alike(data, low, distance):
    levels = data.draw(st.lists(st.decimals(1, 500, places=2), min_size=4, max_size=4, unique=True))
    criteria = TwoSided(low, low + 10, (*sorted(levels, reverse=True), D(0)))
    below = raw_of(criteria, low - distance, ONE_TO_FIVE)
    assert below == raw_of(criteria, low + 10 + distance, ONE_TO_FIVE)
    assert 1 <= below <= raw_of(criteria, low - distance / 2, ONE_TO_FIVE) <= 5


STEP_SETS = st.frozensets(st.integers(1, 5))
FIVE = ("ก", "ข", "ค", "ง", "จ")


@quick
@given(st.sampled_from([Milestone, MilestoneInParts, Count]), STEP_SETS, STEP_SETS)
def test_doing_more_steps_never_scores_less(kind, done, more):
    criteria = kind(FIVE)
    assert score(criteria, StepsDone(done), ONE_TO_FIVE).raw <= score(criteria, StepsDone(done | more), ONE_TO_FIVE).raw


@quick
@given(STEP_SETS, st.decimals(0, "0.99", places=2), st.decimals(0, "0.99", places=2))
def test_doing_more_of_a_step_never_scores_less(done, one, other):
    if done == {1, 2, 3, 4, 5}:
        return
    criteria, (less, more) = MilestoneInParts(FIVE), sorted((one, other))
    raws = [score(criteria, StepsDone(done, part=part), ONE_TO_FIVE).raw for part in (less, more)]
    whole = score(criteria, StepsDone(done), ONE_TO_FIVE).raw
    assert whole <= raws[0] <= raws[1] <= whole + 1


@quick
@given(st.frozensets(st.integers(1, 3)), NUMBERS, NUMBERS)
def test_mixed_is_monotonic_in_its_number(done, one, other):
    criteria, (worse, better) = Mixed(FIVE[:3], (D(80), D(90))), sorted((one, other))
    raws = [score(criteria, StepsAndValue(done, Measured(value)), ONE_TO_FIVE).raw for value in (worse, better)]
    assert 1 <= raws[0] <= raws[1] <= 5


RAWS = st.decimals(1, 5, places=4)
WEIGHTS = st.decimals("0.01", 50, places=2)


@quick
@given(st.lists(st.tuples(WEIGHTS, st.booleans()), min_size=1, max_size=6))
def test_a_composite_lies_between_its_children(parts):
    numbers = Numeric(tuple(map(D, range(1, 6))))
    children = tuple(Child(str(n), weight, numbers) for n, (weight, _) in enumerate(parts))
    results = ChildResults({str(n): Measured(D(4 if high else 2)) for n, (_, high) in enumerate(parts)})
    raw = score(Composite(children), results, ONE_TO_FIVE).raw
    kinds = {high for _, high in parts}
    assert (4 if kinds == {True} else 2) <= raw <= (2 if kinds == {False} else 4)


@st.composite
def trees(draw):
    """Two levels of branches, with blanks, exclusions, late and cancelled leaves, and approvals."""
    number = iter(range(1000))

    def leaf():
        return Leaf(
            f"l{next(number)}",
            draw(WEIGHTS),
            draw(st.none() | RAWS),
            draw(st.booleans()),
            draw(st.sampled_from([None, 6, 9])),
            draw(st.sampled_from([None, None, 9])),
            {6: draw(WEIGHTS)} if draw(st.booleans()) else {},
            Exclusion("หนังสือ") if draw(st.sampled_from([False, False, True])) else None,
        )

    def branch(make):
        return Branch(f"b{next(number)}", tuple(make() for _ in range(draw(st.integers(1, 4)))))

    return tuple(branch(lambda: branch(leaf)) for _ in range(draw(st.integers(1, 3))))


def shuffled(nodes, random):
    mixed = [
        node if isinstance(node, Leaf) else Branch(node.key, tuple(shuffled(node.children, random))) for node in nodes
    ]
    random.shuffle(mixed)
    return mixed


@quick
@given(trees(), st.randoms(use_true_random=False), st.sampled_from([6, 9, None]))
def test_totals_do_not_depend_on_the_order(nodes, random, at_round):
    one, other = (roll_up(each, ONE_TO_FIVE, at_round=at_round) for each in (nodes, shuffled(nodes, random)))
    assert (one.all_active, one.passed, one.on_100) == (other.all_active, other.passed, other.on_100)
    assert dict(one.subtotals) == dict(other.subtotals)
    assert dict(one.rows) == dict(other.rows)


@quick
@given(trees(), st.sampled_from([6, 9, None]))
def test_contributions_add_up_to_the_total(nodes, at_round):
    total = roll_up(nodes, ONE_TO_FIVE, at_round=at_round)
    tops = [total.subtotals[node.key] for node in nodes]
    assert sum(top.all_active.share for top in tops) == total.all_active.share
    assert sum(top.passed.share for top in tops) == total.passed.share
    assert sum(row.weighted.exact for row in total.rows.values() if row.weighted) == total.all_active.share
    if total.score is not None:
        assert total.score == half_up(total.all_active.share, 4)
    for node in nodes:
        below = [total.subtotals[child.key].all_active for child in node.children]
        assert sum(each.share for each in below) == total.subtotals[node.key].all_active.share


@quick
@given(trees(), st.sampled_from([6, 9, None]))
def test_renormalised_weights_sum_to_one(nodes, at_round):
    weights = active_weights(nodes, at_round)
    whole = sum(weights.values(), Fraction(0))
    if whole:
        assert sum(weigh(D(1), weight, whole).exact for weight in weights.values()) == 1
    total = roll_up(nodes, ONE_TO_FIVE, at_round=at_round)
    assert {row.key: row.weight for row in total.rows.values() if row.weight} == weights


@quick
@given(trees())
def test_excluding_leaves_a_branch_its_weight_unless_nothing_is_left(nodes):
    """R22: spreading stays inside."""
    present = active_weights(nodes, None)
    for node in nodes:
        inside = [leaf for leaf in leaves((node,)) if leaf.cancelled_round is None]
        kept = sum(present.get(leaf.key, Fraction(0)) for leaf in inside)
        assert kept in (0, sum(Fraction(leaf.weight) for leaf in inside))


@quick
@given(trees(), st.sampled_from([6, 9, None]))
def test_totals_and_subtotals_are_on_the_scale(nodes, at_round):
    total = roll_up(nodes, ONE_TO_FIVE, at_round=at_round)
    figures = [total.all_active, total.passed]
    figures += [figure for each in total.subtotals.values() for figure in (each.all_active, each.passed)]
    assert all(figure.score is None or 1 <= figure.score <= 5 for figure in figures)


@quick
@given(NUMBERS, st.decimals("0.001", 100, places=3), DIRECTIONS, st.data())
def test_spread_levels_round_trip(target, interval, direction, data):
    scale = data.draw(SCALES)
    at_level = data.draw(st.integers(1, len(scale.points)))
    levels = spread(target, at_level, interval, direction, scale)
    assert (levels[at_level - 1], interval_of(levels), len(levels)) == (target, interval, len(scale.points))
    found = check(Numeric(levels, direction), scale, target=target, interval=interval)
    assert [problem.code for problem in found if problem.code != "first_level_not_positive"] == []


@quick
@given(st.decimals(-(10**6), 10**6, places=9), st.integers(0, 6))
def test_half_up_agrees_with_decimal(value, places):
    expected = value.quantize(D(1).scaleb(-places), rounding="ROUND_HALF_UP")
    assert half_up(value, places) == expected
