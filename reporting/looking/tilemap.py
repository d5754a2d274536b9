"""The map of the provinces: one tile each, at its rough place. The places are data (tiles.csv), not to scale.

Tiles and not borders: no geometry of the provinces may be shipped under a licence of ours, and on true borders the eye
weighs นครราชสีมา thirty times สมุทรสงคราม, though each is one agreement.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SIDE, GAP = 44, 4  # units of the drawing; on a phone of 360 pixels a tile stays 31 wide
PLACES = Path(__file__).parent / "tiles.csv"


@dataclass(frozen=True)
class Province:
    """What stands on a tile. `words`: what is seen on it, then name and light, for a pointer and for who cannot see."""

    code: str
    abbreviation: str
    figure: str
    tone: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Tile:
    x: int
    y: int
    province: Province

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2

    @property
    def name_y(self) -> int:
        return self.y + 20

    @property
    def figure_y(self) -> int:
        return self.y + 35


@dataclass(frozen=True)
class Map:
    tiles: list[Tile]
    width: int
    height: int
    side: int = SIDE


@cache
def places() -> dict[str, tuple[int, int]]:
    """Column and row by the province's code; the same for everybody, read once."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def draw(provinces: Iterable[Province]) -> Map:
    """North to south, west to east: the order of the keyboard, too. A code without a place is left to the table."""
    known, step = places(), SIDE + GAP
    placed = [(known[one.code], one) for one in provinces if one.code in known]
    placed.sort(key=lambda found: (found[0][1], found[0][0]))
    columns, rows = zip(*known.values(), strict=True)
    return Map(
        tiles=[Tile(column * step, row * step, one) for (column, row), one in placed],
        width=(max(columns) + 1) * step - GAP,
        height=(max(rows) + 1) * step - GAP,
    )
