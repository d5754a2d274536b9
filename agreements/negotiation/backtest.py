"""What past results would earn under an offer: the question every figure at the table is really about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from agreements import scoring
from agreements.criteria import K
from agreements.negotiation.cells import HIGH, LOW, TARGET, WEIGHT, Said, Shape

# Offers of a worker's tables: scoring is pure, and a look at a table asks of every line what it asked a moment ago.
REMEMBERED = 4_096
_MEASURED = frozenset({K.HIGHER, K.LOWER, K.BANDED, K.TWO_SIDED})


def criteria_of(shape: Shape, direction: str, said: Mapping[str, Said]) -> scoring.Criteria | None:
    """The criteria a side offers; None for kinds whose scores come from elsewhere (children) or that lack a band."""
    if not shape.columns and shape.kind != K.YES_NO:
        return None
    band = (_value(said, LOW), _value(said, HIGH))
    if shape.kind == K.TWO_SIDED and None in band:
        return None
    return scoring.criteria_from(
        shape.kind,
        direction=direction,
        levels=[_value(said, name) for name in shape.numbers if name.isdigit()],
        steps=[said[name].words if name in said else "" for name in shape.words],
        band=band if shape.kind == K.TWO_SIDED else None,
    )


def score_of(
    shape: Shape, direction: str, said: Mapping[str, Said], result: Decimal | None, scale: scoring.Scale
) -> Decimal | None:
    """What this result would have earned; None when it was not measured, or the offer cannot be scored with yet."""
    if result is None or shape.kind not in _MEASURED:
        return None
    return _score(shape, direction, tuple(said.items()), result, scale)


@lru_cache(maxsize=REMEMBERED)
def _score(
    shape: Shape, direction: str, said: tuple[tuple[str, Said], ...], result: Decimal, scale: scoring.Scale
) -> Decimal | None:
    criteria = criteria_of(shape, direction, dict(said))
    if criteria is None:
        return None
    try:
        return scoring.score(criteria, scoring.Measured(result), scale).raw
    except scoring.CriteriaError:
        return None


def problems(shape: Shape, direction: str, said: Mapping[str, Said], scale: scoring.Scale) -> Sequence[scoring.Problem]:
    """What keeps this offer from being agreed. Not looked at here: `parts` of steps, which are not negotiated, and the
    children of a composite, which are lines of their own."""
    return _problems(shape, direction, tuple(said.items()), scale)


@lru_cache(maxsize=REMEMBERED)
def _problems(
    shape: Shape, direction: str, items: tuple[tuple[str, Said], ...], scale: scoring.Scale
) -> Sequence[scoring.Problem]:
    said = dict(items)
    criteria = criteria_of(shape, direction, said)
    if shape.kind == K.MILESTONE_PARTIAL and criteria is not None:
        criteria = scoring.MilestoneInParts(criteria.steps)
    if criteria is None:
        return []
    found = scoring.check(criteria, scale, target=_value(said, TARGET))
    return [problem for problem in found if problem.field != "children"]


def total(scored: Sequence[tuple[str, Decimal, Decimal]], scale: scoring.Scale) -> scoring.Total | None:
    """The year's total over (number, weight, score) of the lines that have a score; None when none has."""
    if not scored:
        return None
    return scoring.roll_up([scoring.Leaf(key, weight, raw) for key, weight, raw in scored], scale)


def weight_of(said: Mapping[str, Said]) -> Decimal:
    return _value(said, WEIGHT) or Decimal(0)


def _value(said: Mapping[str, Said], name: str) -> Decimal | None:
    return said[name].value if name in said else None
