"""The kinds of criteria (เกณฑ์การให้คะแนน). Unfinished drafts can be built: `check` names what is wrong.

Levels are ordered from the first point of the scale to the last, in both directions; a level that is not
filled in yet is None.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .exact import exact
from .scale import Direction

Levels = tuple[Decimal | None, ...]
PERCENT_LEVELS: Levels = tuple(map(Decimal, (60, 70, 80, 90, 100)))
"""The customary levels of a composite on percent of target (R14)."""


class CriteriaError(ValueError):
    """The criteria cannot be scored with; the message is a Thai sentence, `check` gives all of them."""


def _levels(levels: Iterable[Decimal | int | None]) -> Levels:
    return tuple(None if level is None else exact(level) for level in levels)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Leave out a leaf or a child and spread its weight inside its parent (R22). The consent is on record."""

    consent: str

    def __post_init__(self) -> None:
        if not self.consent.strip():
            raise ValueError("การยกเว้นตัวชี้วัดต้องอ้างความเห็นชอบของสำนักงาน ก.พ.ร.")


@dataclass(frozen=True, slots=True)
class Numeric:
    """Interpolated levels, higher or lower is better (R1-R7, R28)."""

    levels: Levels
    direction: Direction = Direction.HIGHER

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels(self.levels))
        object.__setattr__(self, "direction", Direction(self.direction))

    @property
    def kind(self) -> str:
        return self.direction.value


@dataclass(frozen=True, slots=True)
class Banded:
    """Step function: the level reached counts whole (R8). A level is the near edge of its band."""

    levels: Levels
    direction: Direction = Direction.HIGHER
    kind = "banded"

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels(self.levels))
        object.__setattr__(self, "direction", Direction(self.direction))


@dataclass(frozen=True, slots=True)
class Milestone:
    """Cumulative steps: only those done without a gap from step 1 count (R9)."""

    steps: tuple[str, ...]
    kind = "milestone"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))


@dataclass(frozen=True, slots=True)
class MilestoneInParts:
    """Cumulative steps, the step begun counting in part (R11).

    `parts` is aligned with `steps`: the shares of the sub-points of each step, summing to 1; an empty tuple
    for a step whose part is reported as a number.
    """

    steps: tuple[str, ...]
    parts: tuple[tuple[Decimal, ...], ...] = ()
    kind = "milestone_partial"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "parts", tuple(tuple(map(exact, shares)) for shares in self.parts))


@dataclass(frozen=True, slots=True)
class Count:
    """Issues in any order: as many done, as many levels (R10)."""

    steps: tuple[str, ...]
    kind = "count"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))


@dataclass(frozen=True, slots=True)
class Mixed:
    """Process steps for the first levels, a number for the last; interpolated only among those (R12)."""

    steps: tuple[str, ...]
    levels: Levels
    direction: Direction = Direction.HIGHER
    kind = "mixed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "levels", _levels(self.levels))
        object.__setattr__(self, "direction", Direction(self.direction))


@dataclass(frozen=True, slots=True)
class Child:
    """One child of a composite with its weight inside it; weights sum to 1 or 100."""

    key: str
    weight: Decimal
    criteria: "Criteria"
    excluded: Exclusion | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", exact(self.weight))


@dataclass(frozen=True, slots=True)
class Composite:
    """Weighted mean of the children's scores (R13)."""

    children: tuple[Child, ...]
    kind = "composite"

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", tuple(self.children))


@dataclass(frozen=True, slots=True)
class Project:
    """One project scored on percent of its target; without a target the result is that percent already."""

    key: str
    weight: Decimal
    target: Decimal | None = None
    excluded: Exclusion | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", exact(self.weight))
        object.__setattr__(self, "target", None if self.target is None else exact(self.target))


@dataclass(frozen=True, slots=True)
class PercentOfTarget:
    """Every project on the same levels of percent of target, then their weighted mean (R14)."""

    projects: tuple[Project, ...]
    levels: Levels = PERCENT_LEVELS
    kind = "percent_of_target"

    def __post_init__(self) -> None:
        object.__setattr__(self, "projects", tuple(self.projects))
        object.__setattr__(self, "levels", _levels(self.levels))


@dataclass(frozen=True, slots=True)
class TwoSided:
    """Inside [low, high] is the top; outside, the distance to the band on its own falling levels (R15)."""

    low: Decimal
    high: Decimal
    levels: Levels
    kind = "two_sided"

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", exact(self.low))
        object.__setattr__(self, "high", exact(self.high))
        object.__setattr__(self, "levels", _levels(self.levels))


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes is the top, no is what falls short of the first level (R16)."""

    kind = "yes_no"


BySteps = Milestone | MilestoneInParts | Count
Criteria = Numeric | Banded | BySteps | Mixed | Composite | PercentOfTarget | TwoSided | YesNo
KINDS = (
    "higher", "lower", "banded", "milestone", "milestone_partial", "count", "mixed", "composite",
    "percent_of_target", "two_sided", "yes_no",
)  # fmt: skip


def criteria_from(
    kind: str,
    *,
    direction: Direction | str = Direction.HIGHER,
    levels: Sequence[Decimal | int | None] | None = None,
    steps: Sequence[str] | None = None,
    parts: Sequence[Sequence[Decimal]] | None = None,
    band: tuple[Decimal, Decimal] | None = None,
    children: Sequence[Child] | Sequence[Project] | None = None,
) -> Criteria:
    """Build criteria from stored columns; `kind` is one of KINDS, columns the kind does not use are ignored.

    `children` are Child for "composite", Project for "percent_of_target". Raises CriteriaError for an
    unknown kind or a two-sided one without its band, TypeError for children of the wrong class.
    """
    filled, named, side = _levels(levels or ()), tuple(steps or ()), Direction(direction)
    match kind:
        case "higher" | "lower":
            return Numeric(filled, Direction(kind))
        case "banded":
            return Banded(filled, side)
        case "milestone":
            return Milestone(named)
        case "milestone_partial":
            return MilestoneInParts(named, tuple(map(tuple, parts or ())))
        case "count":
            return Count(named)
        case "mixed":
            return Mixed(named, filled, side)
        case "composite" | "percent_of_target":
            return _family(kind, children or (), filled)
        case "two_sided":
            if band is None:
                raise CriteriaError("เกณฑ์แบบช่วงต้องระบุค่าต่ำสุดและค่าสูงสุดของช่วง")
            return TwoSided(band[0], band[1], filled)
        case "yes_no":
            return YesNo()
    raise CriteriaError(f"ไม่รู้จักเกณฑ์ชนิด “{kind}”")


def _family(kind: str, children: Sequence[Child] | Sequence[Project], levels: Levels) -> Criteria:
    if kind == "composite":
        members = tuple(child for child in children if isinstance(child, Child))
        if len(members) == len(children):
            return Composite(members)
    else:
        projects = tuple(child for child in children if isinstance(child, Project))
        if len(projects) == len(children):
            return PercentOfTarget(projects, levels or PERCENT_LEVELS)
    raise TypeError("a composite has Child children, percent_of_target has Project children")
