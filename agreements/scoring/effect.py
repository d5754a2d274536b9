"""What another weight, criterion or score would do to a round that stands already."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .rollup import Row, Total, roll_up
from .scale import Scale
from .tree import Node


@dataclass(frozen=True, slots=True)
class Moved:
    """A leaf that would no longer stand as it does: None where it is in only one of the two trees."""

    key: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One round as it stands and as it would stand."""

    before: Total
    after: Total
    moved: tuple[Moved, ...]

    @property
    def difference(self) -> Decimal | None:
        """Points of the scale the total would gain or lose; None while one of them has none."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


def effect_of(before: Sequence[Node], after: Sequence[Node], scale: Scale, *, at_round: int | None) -> Effect:
    """Compare two trees of one round (R18, R23). Raises ValueError as roll_up does."""
    old, new = (roll_up(nodes, scale, at_round=at_round) for nodes in (before, after))
    keys = [*old.rows, *(key for key in new.rows if key not in old.rows)]
    pairs = (Moved(key, old.rows.get(key), new.rows.get(key)) for key in keys)
    return Effect(old, new, tuple(one for one in pairs if _facts(one.before) != _facts(one.after)))


def _facts(row: Row | None) -> tuple[object, ...] | None:
    """What a person sees of a leaf: whether it counts, its score, its weight and what they make."""
    return None if row is None else (row.standing, row.raw, row.weight, row.weighted and row.weighted.shown)
