"""A card's answers as the scoring engine sees them, and what they earn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from agreements import scoring
from agreements.criteria import (
    KINDS_OF_CHILDREN,
    KINDS_OF_NUMBER,
    KINDS_OF_STEPS,
    K,
    as_criteria,
    as_scale,
    leaves_of,
)
from agreements.scoring.steps import consecutive

if TYPE_CHECKING:
    from agreements.models import Indicator, Scale
    from reporting.models import Report, ReportEntry

PER_STEP = 100  # a sub-point is stored as step × PER_STEP + point
NOT_YET = scoring.Missing("ยังไม่ได้กรอกผล")


def entry_result(indicator: Indicator, entry: ReportEntry | None) -> scoring.Result:
    """One leaf's result. An untouched leaf is Missing; a milestone saved with no step ticked is a real zero."""
    kind = indicator.criteria.kind
    if entry is None:
        return NOT_YET
    if kind == K.YES_NO:
        return NOT_YET if entry.answer is None else scoring.Answer(entry.answer)
    if kind in KINDS_OF_STEPS and entry.steps_done is None:
        return NOT_YET
    done = frozenset(entry.steps_done or ())
    if kind == K.MIXED:
        value = NOT_YET if entry.value is None else scoring.Measured(entry.value)
        return scoring.StepsAndValue(done, value)
    if kind in KINDS_OF_STEPS:
        return scoring.StepsDone(done, entry.part, next_points(done, entry.sub_points or ()))
    return NOT_YET if entry.value is None else scoring.Measured(entry.value)


def next_points(done: frozenset[int], points: Iterable[int]) -> frozenset[int]:
    """Of the ticked sub-points (step × 100 + point), those of the step after the run: the others do not count yet."""
    step = consecutive(done) + 1
    return frozenset(point % PER_STEP for point in points if point // PER_STEP == step)


def result_of(indicator: Indicator, entries: Mapping[int, ReportEntry], *, no_data_reason: str = "") -> scoring.Result:
    """The whole card's result; `entries` by indicator id."""
    if no_data_reason:
        return scoring.Missing(no_data_reason)
    if indicator.criteria.kind in KINDS_OF_CHILDREN:
        return scoring.ChildResults({c.number: entry_result(c, entries.get(c.pk)) for c in leaves_of(indicator)})
    return entry_result(indicator, entries.get(indicator.pk))


def score_card(
    indicator: Indicator, scale: Scale, entries: Mapping[int, ReportEntry], *, no_data_reason: str = ""
) -> scoring.Score:
    """Score and working of the answers as they stand. Raises scoring.ResultError with a Thai sentence."""
    result = result_of(indicator, entries, no_data_reason=no_data_reason)
    return scoring.score(as_criteria(indicator), result, as_scale(scale))


def missing_answers(report: Report) -> list[tuple[str, str]]:
    """(field name, sentence) for every leaf that has no answer yet."""
    entries = {entry.indicator_id: entry for entry in report.entries.all()}
    found = []
    for leaf in leaves_of(report.indicator):
        result = entry_result(leaf, entries.get(leaf.pk))
        of_child = f" {leaf.number}" if leaf.parent_id else ""
        entry = entries.get(leaf.pk)
        if entry and (entry.numerator is None) != (entry.denominator is None):
            name, label = ("den", "ตัวหาร") if entry.denominator is None else ("num", "ตัวตั้ง")
            found.append((f"{name}_{leaf.pk}", f"กรุณากรอก{label}{of_child}"))
        elif isinstance(result, scoring.Missing):
            found.append((field_name(leaf), f"กรุณากรอกผลการดำเนินงาน{of_child}"))
        elif isinstance(result, scoring.StepsAndValue) and isinstance(result.value, scoring.Missing):
            found.append((f"value_{leaf.pk}", f"กรุณากรอกค่าตัวเลข{of_child}"))
    return found


def field_name(leaf: Indicator) -> str:
    """The form field that holds this leaf's main answer."""
    kind = leaf.criteria.kind
    if kind in KINDS_OF_NUMBER:
        return f"value_{leaf.pk}"
    return f"answer_{leaf.pk}" if kind == K.YES_NO else f"steps_{leaf.pk}"
