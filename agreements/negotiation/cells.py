"""Which cells an indicator has on the table, how they read, and how they go back into its row. No query here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from agreements.criteria import K, trimmed
from agreements.models import Criteria, Indicator
from kpiportal.numbers import format_number

WEIGHT, TARGET, LOW, HIGH, KEEP = "weight", "target", "low", "high", "keep"
STAYS, GOES = Decimal(1), Decimal(0)
LABELS = {WEIGHT: "น้ำหนัก", TARGET: "ค่าเป้าหมาย", LOW: "ขอบล่าง", HIGH: "ขอบบน", KEEP: "การคงตัวชี้วัด"}
_WITHOUT_LEVELS = frozenset({K.COMPOSITE, K.YES_NO})


class Said(NamedTuple):
    """What a side says in one cell: a number, or the words of a step."""

    value: Decimal | None
    words: str = ""

    @property
    def text(self) -> str:
        if self.words:
            return self.words
        return "" if self.value is None else format_number(self.value)


STAY, GO = Said(STAYS), Said(GOES)
NOTHING = Said(None)


@dataclass(frozen=True)
class Shape:
    """The cells of one indicator: how many columns are steps, how many are numbers, has it a band, is it a child."""

    kind: str
    steps: int
    levels: int
    is_child: bool
    is_project: bool = False  # a child of "percent of target": its parent's levels are its own

    @property
    def columns(self) -> int:
        return 0 if self.kind in _WITHOUT_LEVELS or self.is_project else self.steps + self.levels

    @property
    def numbers(self) -> list[str]:
        """Cells that hold a number, in the order they are read."""
        band = [LOW, HIGH] if self.kind == K.TWO_SIDED else []
        levels = [str(n) for n in range(self.steps + 1, self.columns + 1)]
        return [WEIGHT, TARGET, *band, *levels]

    @property
    def words(self) -> list[str]:
        """Cells that hold the words of a step."""
        return [str(n) for n in range(1, min(self.steps, self.columns) + 1)]

    @property
    def names(self) -> list[str]:
        return [*self.numbers, *self.words]

    def decimals(self, name: str) -> int:
        """How many decimals the column of the indicator keeps."""
        if name == WEIGHT:
            return 4 if self.is_child else 2
        return 6


def label_of(name: str) -> str:
    """ระดับ 3, น้ำหนัก: how a sentence calls the cell."""
    return LABELS.get(name) or f"ระดับ {name}"


def shape_of(indicator: Indicator, parent_kind: str = "") -> Shape:
    criteria = indicator.criteria
    return Shape(
        kind=criteria.kind,
        steps=len(criteria.steps),
        levels=len(criteria.levels),
        is_child=indicator.parent_id is not None,
        is_project=parent_kind == K.PERCENT_OF_TARGET,
    )


def of_form(indicator: Indicator, shape: Shape) -> dict[str, Said]:
    """What the form says: the party's first offer."""
    criteria = indicator.criteria
    weight = indicator.inner_weight if shape.is_child else indicator.weight
    found = {WEIGHT: Said(trim(weight)), TARGET: Said(trim(indicator.target)), KEEP: STAY}
    if criteria.kind == K.TWO_SIDED:
        found |= {LOW: Said(trim(criteria.band_low)), HIGH: Said(trim(criteria.band_high))}
    if shape.columns:
        for n, words in enumerate(criteria.steps, start=1):
            found[str(n)] = Said(None, words)
        for n, level in enumerate(criteria.levels, start=len(criteria.steps) + 1):
            found[str(n)] = Said(trim(level))
    return found


def into_rows(indicator: Indicator, criteria: Criteria, shape: Shape, said: Mapping[str, Said]) -> None:
    """Write what is agreed into the indicator and its criteria (not saved). `interval` described the old levels."""
    if shape.is_child:
        indicator.inner_weight = said[WEIGHT].value
    else:
        indicator.weight = said[WEIGHT].value
    indicator.target = said[TARGET].value
    if criteria.kind == K.TWO_SIDED:
        criteria.band_low, criteria.band_high = said[LOW].value, said[HIGH].value
    if not shape.columns:
        return
    levels = [said[name].value for name in shape.numbers if name.isdigit()]
    if levels != list(criteria.levels):
        criteria.levels, criteria.interval = levels, None
    criteria.steps = [said[name].words for name in shape.words]


def differing(shape: Shape, mine: Mapping[str, Said], theirs: Mapping[str, Said]) -> list[str]:
    """Cells in which the two sides do not say the same, KEEP included; a cell nobody filled is the same."""
    return [name for name in [KEEP, *shape.names] if mine.get(name, NOTHING) != theirs.get(name, NOTHING)]


def is_agreed(shape: Shape, party: Mapping[str, Said], opdc: Mapping[str, Said]) -> bool:
    """Both sides hold the same in every cell; or both say it goes, and then the rest does not matter."""
    if not party or not opdc:
        return False
    if party.get(KEEP) == opdc.get(KEEP) == GO:
        return True
    return not differing(shape, party, opdc)


def by_side(rows: Iterable[Any]) -> dict[str, dict[str, Said]]:
    """Rows of Cell (or tuples side, name, value, words) as side -> name -> what is said."""
    found: dict[str, dict[str, Said]] = {"party": {}, "opdc": {}}
    for row in rows:
        found[row.side][row.name] = Said(trim(row.value), row.words)
    return found


def trim(value: Decimal | None) -> Decimal | None:
    return None if value is None else trimmed(value)
