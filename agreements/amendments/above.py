"""Questions about rounds and reports that this app may not import: reporting registers the answers here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agreements import scoring
from agreements.models import Agreement, Indicator


@dataclass(frozen=True)
class RoundEffect:
    """One round that has begun: what would be scored again and what its total would become."""

    months: int
    name: str
    effect: scoring.Effect
    cards: list[CardEffect]


@dataclass(frozen=True)
class CardEffect:
    """A card with a result that would earn something else, or weigh something else. `filed`: it was sent already."""

    indicator: Indicator
    state: str
    filed: bool
    before: Decimal | None
    after: Decimal | None
    weight_before: Decimal
    weight_after: Decimal


# agreement → months and name of every round that takes no change any more.
Closed = Callable[[Agreement], Mapping[int, str]]
# agreement, the rows as they would stand, from which round on → every begun round it would touch.
Effects = Callable[[Agreement, Mapping[int, Indicator], list[int], int], list[RoundEffect]]
_closed: list[Closed] = []
_effects: list[Effects] = []


def provide(closed: Closed, effects: Effects) -> None:
    _closed.append(closed)
    _effects.append(effects)


def closed_rounds(agreement: Agreement) -> dict[int, str]:
    return {months: name for ask in _closed for months, name in ask(agreement).items()}


def effects(
    agreement: Agreement, after: Mapping[int, Indicator], changed: list[int], *, from_months: int
) -> list[RoundEffect]:
    """`after`: every row as it would stand (Outcome.rows), `changed`: keys of those that would move."""
    return [one for ask in _effects for one in ask(agreement, after, changed, from_months)]
