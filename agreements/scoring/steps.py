"""Steps and issues done (R9-R12)."""

from fractions import Fraction
from itertools import count

from .criteria import Count, CriteriaError, Milestone, MilestoneInParts, Mixed
from .exact import fixed, plain, short
from .levels import filled_levels, highest_reached, on_level
from .results import Missing, ResultError, StepsAndValue, StepsDone
from .scale import Floor, Scale
from .working import Score, Step, listed


def consecutive(done: frozenset[int]) -> int:
    """How many steps are done without a gap from step 1: {1, 2, 3, 5} -> 3."""
    return next(step for step in count(1) if step not in done) - 1


def score_milestone(criteria: Milestone, result: StepsDone, scale: Scale) -> Score:
    """R9: the steps done in one run from step 1; none done is below the first level."""
    _refuse_parts(result)
    _within(result.done, len(criteria.steps))
    run = consecutive(result.done)
    raw = scale.rounded(scale.at_level(run))
    return Score(raw, (_done("R9", result.done), _run("R9", run, raw)))


def score_count(criteria: Count, result: StepsDone, scale: Scale) -> Score:
    """R10: as many issues done as levels, in any order."""
    _refuse_parts(result)
    _within(result.done, len(criteria.steps))
    done, listed_issues = len(result.done), len(criteria.steps)
    raw = scale.rounded(scale.at_level(done))
    return Score(raw, (Step("R10", f"สำเร็จ {done} ประเด็น จากทั้งหมด {listed_issues} ประเด็น ได้ {raw}"),))


def score_in_parts(criteria: MilestoneInParts, result: StepsDone, scale: Scale) -> Score:
    """R11: the last full step in the run plus the part done of the next one."""
    _within(result.done, len(criteria.steps))
    run, part, working = _run_and_part(criteria, result)
    shown = (_done("R11", result.done), *working)
    if part == 0 or run >= len(scale.points):
        raw = scale.rounded(scale.at_level(run))
        return Score(raw, (*shown, _run("R11", run, raw)))
    if run == 0:
        return _first_step_in_part(part, scale, shown)
    start, points = scale.at_level(run), scale.at_level(run + 1) - scale.at_level(run)
    value = start + points * part
    factor = "" if points == 1 else f"{short(points)} × "
    formula = f"{short(start)} + {factor}{short(part)} = {fixed(value, scale.decimals)}"
    return Score(scale.rounded(value), (*shown, Step("R11", formula)))


def _first_step_in_part(part: Fraction, scale: Scale, shown: tuple[Step, ...]) -> Score:
    value = scale.below_first(part)
    text = f"ทำขั้นที่ 1 ได้ {short(part)} ของขั้น ยังไม่ถึง{scale.level_name(1)} ได้ {fixed(value, scale.decimals)}"
    if scale.floor is Floor.PROPORTIONAL:
        text += f" ({plain(scale.lowest)} × {short(part)})"
    return Score(scale.rounded(value), (*shown, Step("R11", text)))


def _run_and_part(criteria: MilestoneInParts, result: StepsDone) -> tuple[int, Fraction, tuple[Step, ...]]:
    """The run of full steps, the part of the next one and how the part adds up.

    A step whose sub-points are all done is a full step, and the run may go on behind it.
    """
    run = consecutive(result.done)
    if result.part is not None:
        part = Fraction(result.part)
        if part and run >= len(criteria.steps):
            raise ResultError("ทำครบทุกขั้นแล้ว ไม่มีขั้นถัดไปให้คิดเป็นส่วน")
        return run, part, ()
    if not result.sub_points:
        return run, Fraction(0), ()
    shares = criteria.parts[run] if run < len(criteria.parts) else ()
    if max(result.sub_points) > len(shares):
        raise ResultError(f"ขั้นที่ {run + 1} มีข้อย่อย {len(shares)} ข้อ")
    chosen = [shares[point - 1] for point in sorted(result.sub_points)]
    part = sum(map(Fraction, chosen), Fraction(0))
    if part > 1:
        raise CriteriaError(f"ข้อย่อยของขั้นที่ {run + 1} รวมกันเกิน 1")
    text = f"ขั้นที่ {run + 1} ทำข้อย่อย {listed(sorted(result.sub_points))}: "
    text += f"{' + '.join(map(plain, chosen))} = {short(part)}"
    working = (Step("R11", text),)
    if part == 1:
        return consecutive(result.done | {run + 1}), Fraction(0), working
    return run, part, working


def score_mixed(criteria: Mixed, result: StepsAndValue, scale: Scale) -> Score:
    """R12: process steps first; once all are done the number decides, interpolated among its own levels.

    Short of its first level, or not measured yet, the level of the last process step stands.
    """
    steps = len(criteria.steps)
    _within(result.done, steps)
    levels = filled_levels(criteria.levels, len(scale.points) - steps, criteria.direction)
    run = consecutive(result.done)
    head = _done("R12", result.done)
    if run < steps:
        raw = scale.rounded(scale.at_level(run))
        return Score(raw, (head, _run("R12", run, raw)))
    raw = scale.rounded(scale.at_level(steps))
    if isinstance(result.value, Missing):
        text = f"ทำครบ {steps} ขั้น ยังไม่มีผลเชิงปริมาณ ({result.value.reason}) ได้ {raw}"
        return Score(raw, (head, Step("R12", text)))
    value = result.value.value
    reached = highest_reached(value, levels, criteria.direction)
    if reached == 0:
        name = f"{scale.level_name(steps + 1)} ({plain(levels[0])})"
        text = f"ทำครบ {steps} ขั้น ผล {plain(value)} ยังไม่ถึง{name} ได้ {raw}"
        return Score(raw, (head, Step("R12", text)))
    score = on_level(value, levels, reached, criteria.direction, scale, offset=steps)
    return Score(score.raw, (head, Step("R12", f"ทำครบ {steps} ขั้น จึงคิดผลเชิงปริมาณต่อ"), *score.working))


def _refuse_parts(result: StepsDone) -> None:
    if result.part is not None or result.sub_points:
        raise ResultError("เกณฑ์นี้ไม่ให้คะแนนบางส่วนของขั้น")


def _within(done: frozenset[int], steps: int) -> None:
    if done and max(done) > steps:
        raise ResultError(f"ไม่มีขั้นที่ {max(done)} เพราะเกณฑ์มี {steps} ขั้น")


def _done(rule: str, done: frozenset[int]) -> Step:
    return Step(rule, f"ทำแล้วขั้นที่ {listed(sorted(done))}" if done else "ยังไม่มีขั้นใดแล้วเสร็จ")


def _run(rule: str, run: int, raw: object) -> Step:
    return Step(rule, f"นับต่อเนื่องจากขั้นที่ 1 ได้ {run} ขั้น ได้ {raw}")
