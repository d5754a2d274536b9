"""What an evaluator says of one indicator, and the score it makes. Pure: no database, no clock.

The self score is only read (R32). Accepting it, or giving another with a reason, is the score before deductions; what
is taken off for missed reports (R26) and for late or thin evidence (R27) stands in columns of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agreements import scoring

ACCEPTED, CHANGED = "accepted", "changed"
NONE = Decimal(0)


@dataclass(frozen=True)
class Marks:
    """The boxes of one line. `raw` is asked for only where the score is changed; "" as verdict: not yet looked at."""

    verdict: str = ""
    raw: Decimal | None = None
    reason: str = ""
    missed_reports: int = 0
    lowered: Decimal = NONE
    lowered_reason: str = ""


def lacking(marks: Marks) -> dict[str, str]:
    """What is still to be said before the line has a score: a Thai sentence by box."""
    found = {}
    if marks.verdict not in (ACCEPTED, CHANGED):
        found["verdict"] = "เลือกว่ายอมรับหรือปรับคะแนน"
    if marks.verdict == CHANGED and marks.raw is None:
        found["raw"] = "พิมพ์คะแนนที่ให้"
    if marks.verdict == CHANGED and not marks.reason.strip():
        found["reason"] = "พิมพ์เหตุผลที่ปรับคะแนน"
    if marks.lowered and not marks.lowered_reason.strip():
        found["lowered_reason"] = "พิมพ์เหตุผลที่หัก"
    return found


def outside(raw: Decimal | None, scale: scoring.Scale) -> str:
    """Why a score cannot stand on the scale; "" when it can."""
    if raw is None or NONE <= raw <= scale.highest:
        return ""
    return f"คะแนนต้องอยู่ระหว่าง 0 ถึง {scoring.plain(scale.highest)}"


def judged(
    marks: Marks, self_score: Decimal | None, rule: scoring.DeductionRule, scale: scoring.Scale
) -> scoring.Adjusted | None:
    """The score with its deductions and its working; None while something is lacking.

    An accepted blank counts what the year's policy gives for no result (R25). Raises ValueError for a score off the
    scale: the form says that first.
    """
    if lacking(marks):
        return None
    if problem := outside(marks.raw if marks.verdict == CHANGED else None, scale):
        raise ValueError(problem)
    start = marks.raw if marks.verdict == CHANGED else self_score
    return scoring.deduct(
        scale.rounded(scale.missing_score if start is None else start),
        rule,
        scale,
        missed_reports=marks.missed_reports,
        lowered=marks.lowered,
        reason=marks.lowered_reason,
    )
