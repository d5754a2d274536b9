"""Deductions by the evaluator (R26, R27) and which score is final (R32)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .exact import exact, fixed, plain
from .scale import Scale
from .working import Step


@dataclass(frozen=True, slots=True)
class DeductionRule:
    """A framework's setting: points off per missed interim report, and what no deduction may go below.

    No amount is published for provinces, so there is no default: 0.2000 is one ministry's inner scheme.
    `floor` None is what the scale gives below its first level: 1.0000 on 1-5, 0 on 50/75/100.
    """

    per_missed_report: Decimal
    floor: Decimal | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_missed_report", exact(self.per_missed_report))
        object.__setattr__(self, "floor", None if self.floor is None else exact(self.floor))
        if self.per_missed_report < 0 or (self.floor is not None and self.floor < 0):
            raise ValueError("คะแนนที่หักและคะแนนต่ำสุดต้องไม่ติดลบ")


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A raw score, its two deductions in columns of their own, and what is left."""

    raw: Decimal
    missed_reports: Decimal
    lowered: Decimal
    reason: str
    score: Decimal
    working: tuple[Step, ...]


def deduct(
    raw: Decimal,
    rule: DeductionRule,
    scale: Scale,
    *,
    missed_reports: int = 0,
    lowered: Decimal = Decimal(0),  # noqa: B008 -- immutable
    reason: str = "",
) -> Adjusted:
    """Take off missed interim reports (R26) and what the evaluator lowers for late or thin evidence (R27).

    Never below the rule's floor, and never raises a score that is below it already. Raises ValueError for
    a negative amount, a negative count or lowering without a reason; TypeError when the count is no int.
    """
    start, off = exact(raw), exact(lowered)
    if isinstance(missed_reports, bool) or not isinstance(missed_reports, int):
        raise TypeError("the number of missed reports is an int")
    if missed_reports < 0 or off < 0:
        raise ValueError("คะแนนที่หักและจำนวนครั้งที่ไม่รายงานต้องไม่ติดลบ")
    if off and not reason.strip():
        raise ValueError("การลดคะแนนต้องระบุเหตุผล")
    missed = Fraction(rule.per_missed_report) * missed_reports
    left = Fraction(start) - missed - Fraction(off)
    floor = scale.below_first(Fraction(0)) if rule.floor is None else Fraction(rule.floor)
    score = max(left, min(floor, Fraction(start)))
    steps: list[Step] = []
    if missed:
        said = f"ไม่ได้รายงาน {missed_reports} ครั้ง หัก {missed_reports} × {plain(rule.per_missed_report)}"
        steps.append(Step("R26", f"{said} = {fixed(missed, scale.decimals)}"))
    if off:
        steps.append(Step("R27", f"ลดคะแนน {fixed(off, scale.decimals)} เพราะ{reason.strip()}"))
    if steps:
        steps.append(Step(steps[-1].rule, _subtraction(start, (missed, Fraction(off)), left, score, scale)))
    columns = [scale.rounded(column) for column in (start, missed, off, score)]
    return Adjusted(columns[0], columns[1], columns[2], reason.strip(), columns[3], tuple(steps))


def _subtraction(
    start: Decimal, taken: tuple[Fraction, Fraction], left: Fraction, score: Fraction, scale: Scale
) -> str:
    """5.0000 − 0.2000 = 4.8000, and where the floor stopped it."""
    minus = "".join(f" − {fixed(part, scale.decimals)}" for part in taken if part)
    text = f"{fixed(start, scale.decimals)}{minus} = {fixed(left, scale.decimals)}"
    return text if score == left else f"{text} แต่ไม่ต่ำกว่า {fixed(score, scale.decimals)}"


class Origin(StrEnum):
    """Whose score is final."""

    EVALUATOR = "evaluator"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Final:
    """Self, evaluator's and appeal score side by side; none overwrites another (R32)."""

    self_score: Decimal | None
    evaluator_score: Decimal | None
    appeal_score: Decimal | None
    score: Decimal | None
    origin: Origin | None


def final_score(
    self_score: Decimal | None, evaluator_score: Decimal | None = None, appeal_score: Decimal | None = None
) -> Final:
    """R32: the appeal's result if there is one, else the evaluator's score; nothing is final before it.

    Raises ValueError for an appeal without an evaluator's score to appeal against.
    """
    for value in (self_score, evaluator_score, appeal_score):
        if value is not None:
            exact(value)
    if appeal_score is not None:
        if evaluator_score is None:
            raise ValueError("ยังไม่มีคะแนนของผู้ประเมิน จึงยังไม่มีผลอุทธรณ์")
        return Final(self_score, evaluator_score, appeal_score, appeal_score, Origin.APPEAL)
    origin = None if evaluator_score is None else Origin.EVALUATOR
    return Final(self_score, evaluator_score, None, evaluator_score, origin)
