"""Where rows of the form stand: the next number, one place up or down, into another dimension. No database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agreements.models import Dimension, Indicator

# (number, dimension_id, parent_id, order) of every row there is
Known = tuple[str, int, int | None, int]


def next_number(rows: Sequence[Known], dimension: Dimension, parent: Indicator | None) -> str:
    """1.2.3 after 1.2.2; 1.2.1.1 under a childless 1.2.1; <place of the dimension>.1 where nothing stands yet."""
    taken = {row[0] for row in rows}
    if parent is not None:
        last = [row[0] for row in rows if row[2] == parent.pk]
    else:
        last = [row[0] for row in rows if row[1] == dimension.pk and row[2] is None]
    if last and (match := re.fullmatch(r"(.*?)(\d+)", last[-1])):
        stem, number = match[1], int(match[2])
    else:
        stem, number = f"{parent.number if parent is not None else dimension.place}.", 0
    while f"{stem}{(number := number + 1)}" in taken:
        pass
    return f"{stem}{number}"[:20]


def moved(
    rows: Sequence[Indicator],
    row: Indicator,
    *,
    to: str = "",
    before: int | None = None,
    dimension: Dimension | None = None,
) -> list[Indicator] | None:
    """All rows in their new order, `dimension` of the moved family changed; None when nothing moves.

    rows: every row of the agreement as it stands. A family (a row and its children) moves as one; a child stays with
    its parent.
    """
    row = next(one for one in rows if one.pk == row.pk)
    likes = [one for one in rows if one.parent_id == row.parent_id and one.dimension_id == row.dimension_id]
    place = likes.index(row)
    if to:
        other = place + (1 if to == "down" else -1)
        if not 0 <= other < len(likes):
            return None
        likes[place], likes[other] = likes[other], likes[place]
        return _in_families(rows, likes)
    if row.parent_id is not None or dimension is None:
        return None
    family = [one for one in rows if row.pk in (one.pk, one.parent_id)]
    for one in family:
        one.dimension = dimension
    there = [one for one in rows if one.parent_id is None and one.dimension_id == dimension.pk and one is not row]
    at = next((n for n, one in enumerate(there) if one.pk == before), len(there))
    there.insert(at, row)
    return _in_families(rows, there)


def _in_families(rows: Sequence[Indicator], order: list[Indicator]) -> list[Indicator]:
    """`rows` with those of `order` (likes of one another) in that order, each parent before its own."""
    wanted = {one.pk: n for n, one in enumerate(order)}
    is_child = order[0].parent_id is not None if order else False
    tops = [one for one in rows if one.parent_id is None]
    if not is_child:
        tops = [*(one for one in tops if one.pk not in wanted), *order]
    found: list[Indicator] = []
    for top in tops:
        own = [one for one in rows if one.parent_id == top.pk]
        if is_child and own and own[0].pk in wanted:
            own = order
        found += [top, *own]
    return found


def counted_through(rows: Sequence[Indicator], places: Mapping[int, int]) -> dict[int, str]:
    """The number of each row by pk as counted through the tree: dimension, strategic issue where the dimension holds
    more than one, row; a child adds its own place to its parent's number.

    rows: all of an agreement, by dimension and order. places: of the dimensions by pk, from 1.
    """
    issues: dict[int, list[str]] = {}
    for row in rows:
        if row.parent_id is None and row.strategic_issue not in issues.setdefault(row.dimension_id, []):
            issues[row.dimension_id].append(row.strategic_issue)
    found: dict[int, str] = {}
    counted: Counter[str] = Counter()
    for row in sorted(rows, key=lambda one: one.parent_id is not None):  # parents are numbered before their children
        if row.parent_id is None:
            of_issue = issues[row.dimension_id]
            stem = str(places[row.dimension_id])
            if len(of_issue) > 1:
                stem += f".{of_issue.index(row.strategic_issue) + 1}"
        else:
            stem = found[row.parent_id]
        counted[stem] += 1
        found[row.pk] = f"{stem}.{counted[stem]}"
    return found


def place_text(rows: Sequence[Indicator], row: Indicator) -> str:
    """For the history: which dimension, and the how-manieth of its likes."""
    likes = [one for one in rows if one.parent_id == row.parent_id and one.dimension_id == row.dimension_id]
    place = next(n for n, one in enumerate(likes, start=1) if one.pk == row.pk)
    return f"{row.dimension} ลำดับที่ {place}"
