"""When a report with several collectors is complete (R34)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collector:
    """One data collector of an indicator in a round; one of them holds the score (ผู้บันทึกคะแนน)."""

    name: str
    has_sent: bool
    holds_score: bool = False


@dataclass(frozen=True, slots=True)
class Completeness:
    """`waiting_for` says in Thai who must still act, in the order they can."""

    is_complete: bool
    waiting_for: tuple[str, ...]
    score_holder: str


def completeness(collectors: Sequence[Collector], *, overseer_passed: bool, province_passed: bool) -> Completeness:
    """R34: every collector has sent and both approvers passed.

    Raises ValueError without collectors or unless exactly one of them holds the score.
    """
    holders = [collector.name for collector in collectors if collector.holds_score]
    if len(holders) != 1:
        raise ValueError("ตัวชี้วัดต้องมีผู้บันทึกคะแนนหนึ่งคน")
    waiting = [f"{collector.name} ยังไม่ส่งรายงาน" for collector in collectors if not collector.has_sent]
    if not overseer_passed:
        waiting.append("ผู้กำกับดูแลตัวชี้วัดยังไม่อนุมัติ")
    if not province_passed:
        waiting.append("จังหวัดยังไม่ตรวจผ่าน")
    return Completeness(not waiting, tuple(waiting), holders[0])
