"""What another weight, criterion or score would do to a round that stands already."""

from dataclasses import dataclass
from decimal import Decimal

from .rollup import Row, Total


@dataclass(frozen=True, slots=True)
class Moved:
    """A leaf that would no longer stand as it does; None where it is in only one of the two totals."""

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


def effect_of(before: Total, after: Total) -> Effect:
    """Compare two totals of one round, leaf by leaf (R18, R23)."""
    keys = [*before.rows, *(key for key in after.rows if key not in before.rows)]
    pairs = (Moved(key, before.rows.get(key), after.rows.get(key)) for key in keys)
    return Effect(before, after, tuple(one for one in pairs if _facts(one.before) != _facts(one.after)))


def _facts(row: Row | None) -> tuple[object, ...] | None:
    """What a person sees of a leaf: whether it counts, its score, its weight and what they make."""
    return None if row is None else (row.standing, row.raw, row.weight, row.weighted and row.weighted.shown)
