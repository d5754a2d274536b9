"""Validation of criteria at set-up. Every problem is found, not only the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from .criteria import (
    Banded,
    Child,
    Composite,
    Count,
    Criteria,
    Levels,
    Milestone,
    MilestoneInParts,
    Mixed,
    Numeric,
    PercentOfTarget,
    Project,
    TwoSided,
    YesNo,
)
from .exact import exact, plain, short, summed
from .levels import difference, is_reached
from .problems import Problem
from .scale import Direction, Floor, Scale


@dataclass(frozen=True, slots=True)
class Facts:
    """The rest of an indicator's template that must be filled in before agreement; blank is missing."""

    unit: str
    formula: str
    source: str
    overseer: str
    collectors: Sequence[str]


FACTS = {
    "unit": "หน่วยวัด",
    "formula": "สูตรการคำนวณ",
    "source": "แหล่งข้อมูล",
    "overseer": "ผู้กำกับดูแลตัวชี้วัด",
}


def check(
    criteria: Criteria,
    scale: Scale,
    *,
    target: Decimal | None = None,
    interval: Decimal | None = None,
    facts: Facts | None = None,
) -> list[Problem]:
    """Everything that keeps these criteria from being agreed; an empty list means they are sound.

    `interval` is the declared distance between levels, None where levels may be uneven (R6). `facts` None
    leaves the rest of the template unchecked.
    """
    return [
        *check_criteria(criteria, scale),
        *_check_target(criteria, scale, target),
        *_check_interval(criteria, interval),
        *(check_facts(facts) if facts else ()),
    ]


def check_criteria(criteria: Criteria, scale: Scale) -> list[Problem]:
    """The criteria alone, children included, without target and template."""
    points = len(scale.points)
    match criteria:
        case Numeric():
            found = [*_levels(criteria.levels, criteria.direction, points), *_floor(criteria, scale)]
        case Banded():
            found = [*_levels(criteria.levels, criteria.direction, points)]
        case Milestone() | Count():
            found = [*_steps(criteria.steps, points)]
        case MilestoneInParts():
            found = [*_steps(criteria.steps, points), *_parts(criteria)]
        case Mixed():
            found = [*_mixed(criteria, points)]
        case TwoSided():
            found = [*_band(criteria), *_levels(criteria.levels, Direction.LOWER, points)]
        case Composite():
            found = [*_family(criteria.children)]
            for child in criteria.children:
                found += [problem.inside(child.key) for problem in check_criteria(child.criteria, scale)]
        case PercentOfTarget():
            found = [*_family(criteria.projects), *_projects(criteria.projects)]
            found += _levels(criteria.levels, Direction.HIGHER, points)
        case YesNo():
            found = []
    return found


def check_facts(facts: Facts) -> list[Problem]:
    """Unit, formula, source, overseer and at least one collector must be there."""
    blank = [field for field in FACTS if not str(getattr(facts, field)).strip()]
    found = [Problem(f"{field}_missing", field, f"ยังไม่ได้ระบุ{FACTS[field]}") for field in blank]
    if not any(name.strip() for name in facts.collectors):
        found.append(Problem("collector_missing", "collectors", "ยังไม่ได้ระบุผู้จัดเก็บข้อมูลอย่างน้อยหนึ่งคน"))
    return found


def _levels(levels: Levels, direction: Direction, count: int, first: int = 1) -> Iterator[Problem]:
    """Complete, as many as the scale has, strictly monotonic in the declared direction (R3, R4, R7)."""
    if len(levels) != count:
        yield Problem("level_count", "levels", f"เกณฑ์การให้คะแนนต้องมี {count} ระดับ แต่มี {len(levels)} ระดับ")
    for number, level in enumerate(levels, first):
        if level is None:
            yield Problem("level_missing", "levels", f"ยังไม่ได้กรอกเกณฑ์ระดับ {number}", (number,))
    for number, (before, after) in enumerate(pairwise(levels), first):
        if before is None or after is None:
            continue
        pair = (number, number + 1)
        if before == after:
            text = f"เกณฑ์ระดับ {number} กับระดับ {number + 1} เท่ากัน ({plain(after)}) แต่ละระดับต้องต่างกัน"
            yield Problem("level_repeated", "levels", text, pair)
        elif not is_reached(after, before, direction):
            must, why = ("มากกว่า", "มากยิ่งดี") if direction is Direction.HIGHER else ("น้อยกว่า", "น้อยยิ่งดี")
            text = f"เกณฑ์ระดับ {number + 1} ({plain(after)}) ต้อง{must}ระดับ {number} ({plain(before)})"
            text += f" เพราะค่ายิ่ง{why}"
            yield Problem("level_order", "levels", text, pair)


def _floor(criteria: Numeric, scale: Scale) -> Iterator[Problem]:
    first = criteria.levels[0] if criteria.levels else None
    if scale.floor is Floor.PROPORTIONAL and first is not None and first <= 0:
        text = f"เกณฑ์ระดับแรก ({plain(first)}) ต้องมากกว่า 0 เพราะผลที่ต่ำกว่านั้นคิดคะแนนตามสัดส่วน"
        yield Problem("first_level_not_positive", "levels", text, (1,))


def _steps(steps: Sequence[str], count: int) -> Iterator[Problem]:
    if len(steps) != count:
        yield Problem("step_count", "steps", f"ขั้นตอนต้องมี {count} ขั้น แต่มี {len(steps)} ขั้น")
    for number, text in enumerate(steps, 1):
        if not text.strip():
            yield Problem("step_missing", "steps", f"ยังไม่ได้ระบุรายละเอียดขั้นที่ {number}", (number,))


def _parts(criteria: MilestoneInParts) -> Iterator[Problem]:
    if len(criteria.parts) > len(criteria.steps):
        yield Problem("part_without_step", "parts", f"มีข้อย่อยเกินจำนวนขั้น ({len(criteria.steps)} ขั้น)")
    for number, shares in enumerate(criteria.parts, 1):
        if any(share <= 0 for share in shares):
            text = f"น้ำหนักของข้อย่อยในขั้นที่ {number} ต้องมากกว่า 0"
            yield Problem("part_not_positive", "parts", text, (number,))
        if shares and summed(shares) != 1:
            text = f"ข้อย่อยของขั้นที่ {number} รวมได้ {short(summed(shares))} ต้องรวมได้ 1"
            yield Problem("part_sum", "parts", text, (number,))


def _mixed(criteria: Mixed, points: int) -> Iterator[Problem]:
    steps, levels = len(criteria.steps), len(criteria.levels)
    if not 0 < steps < points or steps + levels != points:
        text = f"ขั้นตอน {steps} ขั้น กับเกณฑ์เชิงปริมาณ {levels} ระดับ ต้องมีทั้งสองส่วนและรวมได้ {points} ระดับ"
        yield Problem("mixed_count", "steps", text)
    yield from _steps(criteria.steps, steps)
    yield from _levels(criteria.levels, criteria.direction, levels, first=steps + 1)


def _band(criteria: TwoSided) -> Iterator[Problem]:
    if criteria.low > criteria.high:
        text = f"ค่าต่ำสุดของช่วง ({plain(criteria.low)}) ต้องไม่มากกว่าค่าสูงสุด ({plain(criteria.high)})"
        yield Problem("band_order", "band", text)
    for number, level in enumerate(criteria.levels, 1):
        if level is not None and level < 0:
            text = f"เกณฑ์ระดับ {number} ({plain(level)}) เป็นระยะห่างจากช่วง จึงต้องไม่ติดลบ"
            yield Problem("distance_negative", "levels", text, (number,))


def _family(members: Sequence[Child] | Sequence[Project]) -> Iterator[Problem]:
    """Keys differ, weights are positive and those of all members sum to 1 or 100."""
    if not members:
        yield Problem("children_missing", "children", "ยังไม่มีตัวชี้วัดย่อย")
        return
    keys = [member.key for member in members]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Problem("child_repeated", "children", f"รหัสตัวชี้วัดย่อย {key} ซ้ำกัน", key=key)
    for member in members:
        if member.weight <= 0:
            text = f"น้ำหนักของ {member.key} ต้องมากกว่า 0"
            yield Problem("child_weight_not_positive", "children", text, key=member.key)
    whole = summed(member.weight for member in members)
    if whole not in (Fraction(1), Fraction(100)):
        text = f"น้ำหนักของตัวชี้วัดย่อยรวมได้ {short(whole, 8)} ต้องรวมได้ 1 หรือ 100"
        yield Problem("child_weight_sum", "children", text)


def _projects(projects: Sequence[Project]) -> Iterator[Problem]:
    for project in projects:
        if project.target is not None and project.target <= 0:
            text = f"ค่าเป้าหมายของ {project.key} ต้องมากกว่า 0 จึงคิดเป็นร้อยละได้"
            yield Problem("child_target_not_positive", "children", text, key=project.key)


def _check_target(criteria: Criteria, scale: Scale, target: Decimal | None) -> Iterator[Problem]:
    """The target equals a level; for steps and composites a point of the scale, for a band a value inside."""
    if isinstance(criteria, YesNo):
        return
    if target is None:
        if not isinstance(criteria, TwoSided):
            yield Problem("target_missing", "target", "ยังไม่ได้ระบุค่าเป้าหมาย")
        return
    value = exact(target)
    if isinstance(criteria, TwoSided):
        if not criteria.low <= value <= criteria.high:
            band = f"{plain(criteria.low)} ถึง {plain(criteria.high)}"
            yield Problem("target_outside_band", "target", f"ค่าเป้าหมาย {plain(value)} ไม่อยู่ในช่วง {band}")
        return
    if isinstance(criteria, Numeric | Banded):
        levels = [level for level in criteria.levels if level is not None]
    elif isinstance(criteria, Mixed):
        steps = scale.points[: len(criteria.steps)]
        levels = [*steps, *(level for level in criteria.levels if level is not None)]
    else:
        levels = list(scale.points)
    if value not in levels:
        known = ", ".join(map(plain, levels))
        of_score = not isinstance(criteria, Numeric | Banded | Mixed)
        wrong = "ต้องเป็นขั้นหรือคะแนนที่ตั้งใจให้ได้" if of_score else "ไม่ตรงกับเกณฑ์ระดับใด"
        yield Problem("target_not_a_level", "target", f"ค่าเป้าหมาย {plain(value)} {wrong} ({known})")


def _check_interval(criteria: Criteria, interval: Decimal | None) -> Iterator[Problem]:
    """Where an interval is declared (R5) every two neighbours are that far apart."""
    if interval is None or not isinstance(criteria, Numeric | Banded | Mixed | TwoSided | PercentOfTarget):
        return
    step = exact(interval)
    if step <= 0:
        yield Problem("interval_not_positive", "interval", "ช่วงปรับเกณฑ์การให้คะแนนต้องมากกว่า 0")
        return
    first = len(criteria.steps) + 1 if isinstance(criteria, Mixed) else 1
    for number, (before, after) in enumerate(pairwise(criteria.levels), first):
        if before is None or after is None:
            continue
        gap = difference(max(before, after), min(before, after))
        if gap != step:
            text = f"เกณฑ์ระดับ {number} กับระดับ {number + 1} ห่างกัน {plain(gap)} ไม่เท่ากับช่วงปรับเกณฑ์ {plain(step)}"
            yield Problem("interval_differs", "interval", text, (number, number + 1))
