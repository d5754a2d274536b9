"""What was reported, by kind. A blank is `Missing` with a reason, never a zero (R33)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from .exact import exact


class ResultError(ValueError):
    """The reported result does not fit its criteria; the message is a Thai sentence for the reporter."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured number in the indicator's unit."""

    value: Decimal

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", exact(self.value))


@dataclass(frozen=True, slots=True)
class Missing:
    """No result. `mark` is what a table shows in its place: nothing, N/A, or - (nothing there to measure)."""

    reason: str = "ยังไม่ได้รายงานผล"
    mark: str = "N/A"

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("ต้องระบุเหตุผลที่ไม่มีผล")
        if self.mark not in ("", "N/A", "-"):
            raise ValueError("เครื่องหมายแทนผลที่ไม่มี ใช้ได้เฉพาะ N/A, - หรือเว้นว่าง")


def step_numbers(steps: Iterable[int]) -> frozenset[int]:
    """Check step numbers: whole numbers from 1 (a bool is no number). Empty means nothing is done."""
    numbers = frozenset(steps)
    if any(isinstance(step, bool) or not isinstance(step, int) for step in numbers):
        raise TypeError("step numbers are ints")
    if any(step < 1 for step in numbers):
        raise ResultError("ขั้นตอนเริ่มนับจาก 1")
    return numbers


@dataclass(frozen=True, slots=True)
class StepsDone:
    """Milestone steps or issues done, by number from 1 (R9-R11).

    `part` (0 <= part < 1) is how much of the step after the last consecutive one is done; where that step
    declares sub-points, `sub_points` names those done instead. Both are refused by kinds without parts.
    """

    done: frozenset[int]
    part: Decimal | None = None
    sub_points: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", step_numbers(self.done))
        object.__setattr__(self, "sub_points", step_numbers(self.sub_points))
        if self.part is None:
            return
        object.__setattr__(self, "part", exact(self.part))
        if not 0 <= self.part < 1:
            raise ResultError("ส่วนของขั้นต้องตั้งแต่ 0 แต่ไม่ถึง 1 หากครบแล้วให้เลือกขั้นนั้นเป็นขั้นที่ทำแล้ว")
        if self.sub_points:
            raise ResultError("ระบุส่วนของขั้นเป็นตัวเลข หรือเลือกข้อย่อย อย่างใดอย่างหนึ่ง")


@dataclass(frozen=True, slots=True)
class StepsAndValue:
    """Process steps done, and the measured number that decides the levels above them (R12)."""

    done: frozenset[int]
    value: Measured | Missing = field(default_factory=Missing)

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", step_numbers(self.done))


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no (R16)."""

    yes: bool

    def __post_init__(self) -> None:
        if not isinstance(self.yes, bool):
            raise TypeError("an answer is True or False")


@dataclass(frozen=True, slots=True)
class ChildResults:
    """Results of the children of a composite, by child key; an absent child is Missing (R13, R14)."""

    results: "Mapping[str, Result]" = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "results", MappingProxyType(dict(self.results)))


Result = Measured | Missing | StepsDone | StepsAndValue | Answer | ChildResults
