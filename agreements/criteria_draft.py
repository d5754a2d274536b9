"""Criteria while somebody is typing them: one box per level and step of the scale, whatever is stored so far.

A row of Criteria keeps only what its kind uses; a draft has `size` boxes of each sort, filled or not, and can always
be written back. The engine judges it (`problems`) and `marks` says which very boxes a sentence belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agreements import scoring
from agreements.criteria import KINDS_OF_NUMBER, KINDS_OF_STEPS, K, trimmed
from agreements.models import Criteria

# What is merely not filled in yet: listed before sending, never shouted while somebody types.
NOT_YET = frozenset(
    {"level_count", "level_missing", "step_count", "step_missing", "target_missing", "children_missing", "band_missing",
     "name_missing", "unit_missing", "source_missing", "formula_missing", "weight_missing"}
)  # fmt: skip
SPREAD_KINDS = frozenset({K.HIGHER, K.LOWER, K.BANDED})
DIRECTED_KINDS = frozenset({K.BANDED, K.MIXED})
MIXED_STEPS = 3  # steps of a fresh mixed criterion: 1-3 process, the rest numbers (R12)

Parts = list[list[str]]


@dataclass
class Draft:
    """`levels`, `steps` and `parts` have one place per point of the scale; `step_count` counts for mixed criteria."""

    kind: str
    direction: str
    levels: list[Decimal | None]
    steps: list[str]
    parts: list[Parts] = field(default_factory=list)
    step_count: int = MIXED_STEPS
    band_low: Decimal | None = None
    band_high: Decimal | None = None
    interval: Decimal | None = None
    target_level: int | None = None

    @property
    def size(self) -> int:
        return len(self.levels)

    @property
    def way(self) -> str:
        """higher or lower: said by the kind itself where it can."""
        return self.kind if self.kind in (K.HIGHER, K.LOWER) else self.direction


def from_row(row: Criteria, size: int) -> Draft:
    """The stored criteria in boxes; a mixed one's levels stand at the levels they belong to."""
    before = len(row.steps) if row.kind == K.MIXED else 0
    levels = [None] * before + [None if v is None else trimmed(v) for v in row.levels]
    return Draft(
        kind=row.kind,
        direction=row.direction,
        levels=_fit(levels, size, None),
        steps=_fit(row.steps, size, ""),
        parts=_fit(row.parts, size, []),
        step_count=before or MIXED_STEPS,
        band_low=row.band_low,
        band_high=row.band_high,
        interval=row.interval,
        target_level=row.target_level,
    )


def _fit(values: Sequence[Any], size: int, blank: Any) -> list[Any]:
    return [*values[:size], *([blank] * (size - len(values)))]


def columns(draft: Draft) -> dict[str, Any]:
    """Criteria's columns, lists of their own: only what the kind uses, nothing where nothing is typed yet."""
    kind, steps, levels = draft.kind, [], []
    if kind == K.MIXED:
        steps, levels = draft.steps[: draft.step_count], draft.levels[draft.step_count :]
    elif kind in KINDS_OF_STEPS:
        steps = draft.steps
    elif kind in KINDS_OF_NUMBER or kind == K.PERCENT_OF_TARGET:
        levels = draft.levels
    two_sided = kind == K.TWO_SIDED
    return {
        "kind": kind,
        "direction": draft.way,
        "levels": [*levels] if any(level is not None for level in levels) else [],
        "steps": [*steps] if any(steps) or kind == K.MIXED else [],
        "parts": [*draft.parts] if kind == K.MILESTONE_PARTIAL and any(draft.parts) else [],
        "band_low": draft.band_low if two_sided else None,
        "band_high": draft.band_high if two_sided else None,
        "interval": draft.interval if levels else None,
        "target_level": draft.target_level,
    }


def fill(draft: Draft, target: Decimal | None, touched: set[str], scale: scoring.Scale) -> bool:
    """Carry a change through: levels from target and interval (R5), the interval from levels typed by hand.

    `touched`: names of the boxes just changed. Uneven levels stay as typed (R6): then there is no interval to spread.
    Returns whether the levels were filled.
    """
    typed = {name for name in touched if name.startswith("level_")}
    if typed:
        filled = [level for level in draft.levels if level is not None]
        whole = len(filled) == draft.size and draft.kind in SPREAD_KINDS
        draft.interval = (scoring.interval_of(filled) or None) if whole else None
        return False
    if draft.kind not in SPREAD_KINDS or not touched & {"target", "target_level", "interval", "kind", "direction"}:
        return False
    if target is None or not draft.target_level or not draft.interval or draft.interval <= 0:
        return False
    draft.levels = list(scoring.spread(trimmed(target), draft.target_level, trimmed(draft.interval), draft.way, scale))
    return True


def engine(draft: Draft) -> scoring.Criteria | None:
    """The scoring engine's criteria; None for a two-sided one without its band and for those scored by children."""
    kept = columns(draft)
    if draft.kind in (K.COMPOSITE, K.PERCENT_OF_TARGET):
        return None
    if draft.kind == K.TWO_SIDED and (draft.band_low is None or draft.band_high is None):
        return None
    return scoring.criteria_from(
        draft.kind,
        direction=draft.way,
        levels=kept["levels"],
        steps=kept["steps"],
        parts=[[Decimal(share) for _, share in parts] for parts in kept["parts"]],
        band=(draft.band_low, draft.band_high) if draft.kind == K.TWO_SIDED else None,
    )


def marks(problems: Sequence[scoring.Problem]) -> dict[str, str]:
    """box name -> sentence, for what is wrong and not merely missing; a pair of levels marks exactly its two boxes."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.code not in NOT_YET:
            for name in boxes(problem):
                found.setdefault(name, problem.text)
    return found


def boxes(problem: scoring.Problem) -> list[str]:
    """The boxes a problem is about; the first is where a link leads."""
    if problem.key and problem.field in ("levels", "steps", "parts"):
        return ["kind"]  # of a child: it has a page of its own
    match problem.field:
        case "levels" | "interval":
            return [f"level_{n}" for n in problem.levels] or ["level_1" if problem.field == "levels" else "interval"]
        case "steps":
            return [f"step_{n}" for n in problem.levels] or ["step_1"]
        case "parts":
            return [f"parts_{n}" for n in problem.levels] or ["kind"]
        case "band":
            return ["band_low", "band_high"]
        case "children":
            return ["kind"]
    return [problem.field]
