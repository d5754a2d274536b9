"""The three totals of an evaluation: its own, OPDC's, the final one. One tree, three sets of scores (R18-R23, R32)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agreements import scoring
from agreements.criteria import as_scale
from reporting import sheet

if TYPE_CHECKING:
    from reporting.models import EvaluationLine, Round

Table = list[dict[str, Any]]


@dataclass(frozen=True)
class Totals:
    """`given` counts what an appeal gave only in `final`; a line nobody has judged counts as one without result."""

    own: scoring.Total
    given: scoring.Total
    final: scoring.Total


def totals(round: Round, table: Table, lines: Iterable[EvaluationLine]) -> Totals:
    """`table`: sheet.read(round)."""
    lines = list(lines)
    return Totals(
        own=_total(round, table, {line.indicator_id: line.self_score for line in lines}),
        given=_total(round, table, {line.indicator_id: line.score for line in lines}),
        final=_total(round, table, {line.indicator_id: final_of(line).score for line in lines}),
    )


def result(round: Round, lines: Iterable[EvaluationLine], *, appealed: bool) -> Decimal | None:
    """The total that is announced; `appealed`: with what the appeal gave."""
    scores = {line.indicator_id: final_of(line).score if appealed else line.score for line in lines}
    return _total(round, sheet.read(round), scores).all_active.score


def final_of(line: EvaluationLine) -> scoring.Final:
    return scoring.final_score(line.self_score, line.score, None if line.score is None else line.appeal_score)


def _total(round: Round, table: Table, scores: Mapping[int, Decimal | None]) -> scoring.Total:
    rows = [{**row, "score": scores.get(row["id"])} for row in table]
    return sheet.rolled_up(rows, as_scale(round.agreement.framework.scale), round.months)
