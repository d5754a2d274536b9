"""Numbers against levels: interpolation, bands, two-sided bands (R1-R8, R15, R28); spreading levels (R5)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from .criteria import Banded, CriteriaError, Levels, Numeric, TwoSided
from .exact import Number, decimals, exact, fixed, half_up, operand, plain
from .scale import Direction, Floor, Scale
from .working import Score, Step, line


def filled_levels(levels: Levels, count: int, direction: Direction) -> tuple[Decimal, ...]:
    """The levels, ready to score with.

    Repeated values pass, because imported criteria have them (R7). Raises CriteriaError when a level is
    blank, their number is not `count` or they run against the direction.
    """
    filled = tuple(level for level in levels if level is not None)
    if len(filled) != len(levels):
        raise CriteriaError("ยังกรอกเกณฑ์การให้คะแนนไม่ครบทุกระดับ")
    if len(filled) != count:
        raise CriteriaError(f"เกณฑ์การให้คะแนนต้องมี {count} ระดับ แต่มี {len(filled)} ระดับ")
    if any(not is_reached(after, before, direction) for before, after in pairwise(filled)):
        raise CriteriaError("เกณฑ์การให้คะแนนเรียงสวนทางกับทิศทางของตัวชี้วัด")
    return filled


def is_reached(value: Number, level: Decimal, direction: Direction) -> bool:
    """True at the level and beyond it in the good direction."""
    return level <= value if direction is Direction.HIGHER else level >= value


def highest_reached(value: Number, levels: Sequence[Decimal], direction: Direction) -> int:
    """The number of the highest level reached, 0 when short of the first (R7 for repeated levels)."""
    return next((n for n in range(len(levels), 0, -1) if is_reached(value, levels[n - 1], direction)), 0)


def score_numeric(criteria: Numeric, value: Number, scale: Scale, *, noun: str = "ผล") -> Score:
    """R1-R4, R6, R7, R28. `noun` is what the number is called in the working."""
    direction = criteria.direction
    levels = filled_levels(criteria.levels, len(scale.points), direction)
    reached = highest_reached(value, levels, direction)
    if reached == 0:
        return _below_first(value, levels[0], direction, scale, noun)
    return on_level(value, levels, reached, direction, scale, noun=noun)


def on_level(
    value: Number,
    levels: Sequence[Decimal],
    reached: int,
    direction: Direction,
    scale: Scale,
    *,
    offset: int = 0,
    noun: str = "ผล",
) -> Score:
    """R1, R2, R28: the score of a value that reached level `reached` of `levels`, counted from 1.

    `levels` belong to the points after the first `offset` (those of process steps, R12).
    """
    level, passed, said = reached + offset, levels[reached - 1], f"{noun} {plain(value)}"
    name = f"{scale.level_name(level)} ({plain(passed)})"
    if reached == len(levels) or value == passed:
        raw = scale.rounded(scale.at_level(level))
        verb = "เท่ากับ" if value == passed else "ดีกว่า"
        return Score(raw, (Step("R2" if reached == len(levels) else "R1", f"{said} {verb}{name} ได้ {raw}"),))
    ahead = levels[reached]
    start, end = scale.at_level(level), scale.at_level(level + 1)
    done, gap = Fraction(value) - Fraction(passed), Fraction(ahead) - Fraction(passed)
    score = start + (end - start) * done / gap
    where = f"{said} อยู่ระหว่าง{name} กับ{scale.level_name(level + 1)} ({plain(ahead)})"
    if direction is Direction.HIGHER:
        formula = line(scale, level, score, (value, passed), (ahead, passed))
    else:
        formula = line(scale, level, score, (passed, value), (passed, ahead))
    rule = "R1" if scale.is_counted_by_ones else "R28"
    return Score(scale.rounded(score), (Step(rule, where), Step(rule, formula)))


def _below_first(value: Number, first: Decimal, direction: Direction, scale: Scale, noun: str) -> Score:
    """Short of the first level (R2, R28). A share of a level needs a level above zero, else it is zero."""
    part: Number
    whole: Number
    part, whole = (value, first) if direction is Direction.HIGHER else (first, value)
    share = Fraction(part) / Fraction(whole) if first > 0 and part > 0 else Fraction(0)
    score = scale.below_first(share)
    said = f"{noun} {plain(value)} ยังไม่ถึง{scale.level_name(1)} ({plain(first)})"
    shown = fixed(score, scale.decimals)
    if scale.floor is Floor.PROPORTIONAL and share:
        formula = f"{plain(scale.lowest)} × {plain(part)} ÷ {plain(whole)} = {shown}"
        return Score(scale.rounded(score), (Step("R28", said), Step("R28", formula)))
    rule = "R2" if scale.floor is Floor.ONE_AT_FLOOR else "R28"
    return Score(scale.rounded(score), (Step(rule, f"{said} ได้ {shown}"),))


def score_banded(criteria: Banded, value: Decimal, scale: Scale) -> Score:
    """R8: the level reached, whole; nothing between levels."""
    levels = filled_levels(criteria.levels, len(scale.points), criteria.direction)
    reached = highest_reached(value, levels, criteria.direction)
    raw = scale.rounded(scale.at_level(reached))
    said = f"ผล {plain(value)}"
    if reached == 0:
        said += f" ยังไม่ถึง{scale.level_name(1)} ({plain(levels[0])})"
    else:
        said += f" ถึง{scale.level_name(reached)} ({plain(levels[reached - 1])})"
        if reached < len(levels):
            said += f" ยังไม่ถึง{scale.level_name(reached + 1)} ({plain(levels[reached])})"
    return Score(raw, (Step("R8", f"{said} ได้ {raw} ไม่คิดเศษระหว่างระดับ"),))


def score_two_sided(criteria: TwoSided, value: Decimal, scale: Scale) -> Score:
    """R15: inside the band the top, outside the distance to the band, the less the better."""
    low, high = criteria.low, criteria.high
    if low > high:
        raise CriteriaError("ค่าต่ำสุดของช่วงต้องไม่มากกว่าค่าสูงสุด")
    by_distance = Numeric(criteria.levels, Direction.LOWER)
    filled_levels(by_distance.levels, len(scale.points), Direction.LOWER)
    band = f"ช่วง {plain(low)} ถึง {plain(high)}"
    if low <= value <= high:
        raw = scale.rounded(scale.highest)
        return Score(raw, (Step("R15", f"ผล {plain(value)} อยู่ใน{band} ได้ {raw}"),))
    more, less = (low, value) if value < low else (value, high)
    distance = difference(more, less)
    sentence = f"ผล {plain(value)} อยู่นอก{band} ห่าง {plain(more)} − {operand(less)} = {plain(distance)}"
    score = score_numeric(by_distance, distance, scale, noun="ระยะห่าง")
    return Score(score.raw, (Step("R15", sentence), *score.working))


def difference(more: Decimal, less: Decimal) -> Decimal:
    """`more` − `less` with every digit kept; Decimal's own minus would round to the caller's context."""
    return half_up(Fraction(more) - Fraction(less), max(decimals(more), decimals(less)))


def spread(
    target: Decimal, at_level: int, interval: Decimal, direction: Direction | str, scale: Scale
) -> tuple[Decimal, ...]:
    """R5: levels with `target` at level `at_level` and one interval between them.

    Level j is target + (j − at_level) × interval, minus for lower is better; as many levels as the scale has
    points. Raises ValueError for an interval not above zero or a level outside the scale.
    """
    middle, step = exact(target), exact(interval)
    if step <= 0:
        raise ValueError("ช่วงปรับเกณฑ์การให้คะแนนต้องมากกว่า 0")
    if not 1 <= at_level <= len(scale.points):
        raise ValueError(f"ระดับของค่าเป้าหมายต้องอยู่ระหว่าง 1 ถึง {len(scale.points)}")
    signed = Fraction(step) if Direction(direction) is Direction.HIGHER else -Fraction(step)
    places = max(decimals(middle), decimals(step))
    distances = range(1 - at_level, len(scale.points) + 1 - at_level)
    return tuple(half_up(Fraction(middle) + distance * signed, places) for distance in distances)


def interval_of(levels: Sequence[Decimal]) -> Decimal | None:
    """The one distance between neighbouring levels, always positive; None when they differ (R6)."""
    gaps = {difference(max(pair), min(pair)) for pair in pairwise(levels)}
    return gaps.pop() if len(gaps) == 1 else None
