"""`score`: the entry point for every kind of criteria; composites score their children first (R13, R14)."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from .criteria import (
    Banded,
    Child,
    Composite,
    Count,
    Criteria,
    CriteriaError,
    Milestone,
    MilestoneInParts,
    Mixed,
    Numeric,
    PercentOfTarget,
    Project,
    TwoSided,
    YesNo,
)
from .exact import fixed, plain, short
from .levels import score_banded, score_numeric, score_two_sided
from .results import Answer, ChildResults, Measured, Missing, Result, ResultError, StepsAndValue, StepsDone
from .scale import Scale
from .steps import score_count, score_in_parts, score_milestone, score_mixed
from .working import ChildScore, Score, Step

FORMULA_VERSION = "2569.1"
"""Stored with every score; raised whenever a rule or the rounding changes."""

R = TypeVar("R")
M = TypeVar("M", Child, Project)


def score(criteria: Criteria, result: Result, scale: Scale) -> Score:
    """Score one result. `raw` is on the scale, rounded half up to its decimals (R20); None when Missing.

    Raises CriteriaError or ResultError (Thai sentences) when the criteria are unfinished or the result does
    not fit them, TypeError when the result is of another kind than the criteria ask for.
    """
    if isinstance(result, Missing):
        return Score(None, (Step("R33", f"ยังไม่มีผล: {result.reason}"),), missing=result)
    match criteria:
        case Numeric():
            return score_numeric(criteria, _wanted(Measured, result).value, scale)
        case Banded():
            return score_banded(criteria, _wanted(Measured, result).value, scale)
        case TwoSided():
            return score_two_sided(criteria, _wanted(Measured, result).value, scale)
        case Milestone():
            return score_milestone(criteria, _wanted(StepsDone, result), scale)
        case MilestoneInParts():
            return score_in_parts(criteria, _wanted(StepsDone, result), scale)
        case Count():
            return score_count(criteria, _wanted(StepsDone, result), scale)
        case Mixed():
            return score_mixed(criteria, _wanted(StepsAndValue, result), scale)
        case YesNo():
            return _score_answer(_wanted(Answer, result), scale)
        case Composite():
            return _score_composite(criteria, _wanted(ChildResults, result), scale)
        case PercentOfTarget():
            return _score_projects(criteria, _wanted(ChildResults, result), scale)
    raise TypeError(f"not a kind of criteria: {type(criteria).__name__}")


def _wanted(kind: type[R], result: object) -> R:
    if not isinstance(result, kind):
        raise TypeError(f"these criteria need a {kind.__name__}, not a {type(result).__name__}")
    return result


def _score_answer(answer: Answer, scale: Scale) -> Score:
    """R16."""
    raw = scale.rounded(scale.at_level(len(scale.points) if answer.yes else 0))
    return Score(raw, (Step("R16", f"ผลเป็น “{'ใช่' if answer.yes else 'ไม่ใช่'}” ได้ {raw}"),))


def _score_composite(criteria: Composite, reported: ChildResults, scale: Scale) -> Score:
    _known(reported, [child.key for child in criteria.children])

    def scored(child: Child) -> Score:
        return score(child.criteria, reported.results.get(child.key, Missing()), scale)

    return _mean("R13", [_counted(child, scored, scale) for child in criteria.children], scale)


def _score_projects(criteria: PercentOfTarget, reported: ChildResults, scale: Scale) -> Score:
    _known(reported, [project.key for project in criteria.projects])

    def scored(project: Project) -> Score:
        result = reported.results.get(project.key, Missing())
        if isinstance(result, Missing):
            return score(Numeric(criteria.levels), result, scale)
        return _score_project(criteria, project, _wanted(Measured, result).value, scale)

    return _mean("R14", [_counted(project, scored, scale) for project in criteria.projects], scale)


def _score_project(criteria: PercentOfTarget, project: Project, value: Decimal, scale: Scale) -> Score:
    """R14. The percent is kept as a fraction: only the score is rounded."""
    noun, levels = "ร้อยละของเป้าหมาย", Numeric(criteria.levels)
    if project.target is None:
        return score_numeric(levels, value, scale, noun=noun)
    if project.target <= 0:
        raise CriteriaError(f"ค่าเป้าหมายของ {project.key} ต้องมากกว่า 0 จึงคิดเป็นร้อยละได้")
    percent = Fraction(value) * 100 / Fraction(project.target)
    formula = f"{plain(value)} ÷ {plain(project.target)} × 100 = {fixed(percent, scale.decimals)}"
    found = score_numeric(levels, percent, scale, noun=noun)
    return Score(found.raw, (Step("R14", formula), *found.working))


def _known(reported: ChildResults, keys: list[str]) -> None:
    if len(set(keys)) != len(keys):
        raise CriteriaError("รหัสของตัวชี้วัดย่อยซ้ำกัน")
    if unknown := [key for key in reported.results if key not in keys]:
        raise ResultError(f"ไม่มีตัวชี้วัดย่อย {', '.join(unknown)} ในเกณฑ์นี้")


def _counted(member: M, scored: Callable[[M], Score], scale: Scale) -> ChildScore:
    """What a child counts: its score, the policy's when it has none (R25), nothing when left out (R22).

    A child left out is not even scored: nobody need finish its criteria.
    """
    if member.weight < 0:
        raise CriteriaError(f"น้ำหนักของ {member.key} ติดลบ")
    if member.excluded:
        left_out = Step("R22", f"ได้รับยกเว้น ไม่นำมาคำนวณ ({member.excluded.consent})")
        return ChildScore(member.key, member.weight, Score(None, (left_out,)), None)
    found = scored(member)
    counted = scale.rounded(scale.missing_score) if found.raw is None else found.raw
    return ChildScore(member.key, member.weight, found, counted)


def _mean(rule: str, scored: Sequence[ChildScore], scale: Scale) -> Score:
    """Sum of weight × score ÷ sum of weights over the children that count; Missing when none reported."""
    counting = [(child.counted, child) for child in scored if child.counted is not None]
    whole = sum((Fraction(child.weight) for _, child in counting), Fraction(0))
    if whole == 0:
        raise CriteriaError("ไม่มีตัวชี้วัดย่อยที่มีน้ำหนักให้คำนวณ")
    working = tuple(step for child in scored for step in _child_steps(child))
    if all(child.score.raw is None for _, child in counting):
        missing = Missing("ยังไม่มีผลของตัวชี้วัดย่อย")
        return Score(None, (*working, Step("R33", f"ยังไม่มีผล: {missing.reason}")), tuple(scored), missing)
    earned = sum((Fraction(counted) * Fraction(child.weight) for counted, child in counting), Fraction(0))
    terms = " + ".join(f"{counted} × {plain(child.weight)}" for counted, child in counting)
    formula = f"({terms}) ÷ {short(whole)} = {fixed(earned / whole, scale.decimals)}"
    return Score(scale.rounded(earned / whole), (*working, Step(rule, formula)), tuple(scored))


def _child_steps(child: ChildScore) -> Iterable[Step]:
    for step in child.score.working:
        yield Step(step.rule, f"{child.key}: {step.text}")
    if child.counted is not None and child.score.raw is None:
        yield Step("R25", f"{child.key}: ไม่มีผล คิดเป็น {child.counted} ตามหลักเกณฑ์")
