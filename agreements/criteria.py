"""From rows to the scoring engine: scale, criteria, and what the set-up check finds in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from agreements import scoring
from agreements.models import Criteria, Indicator, Scale

K = Criteria.Kind
# Scored from children of the indicator, each with its own result.
KINDS_OF_CHILDREN = frozenset({K.COMPOSITE, K.PERCENT_OF_TARGET})
KINDS_OF_NUMBER = frozenset({K.HIGHER, K.LOWER, K.BANDED, K.TWO_SIDED})
KINDS_OF_STEPS = frozenset({K.MILESTONE, K.MILESTONE_PARTIAL, K.COUNT, K.MIXED})


def trimmed(value: Decimal) -> Decimal:
    """2.00 of a NUMERIC column as 2: the working prints numbers as they were typed."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def as_scale(scale: Scale) -> scoring.Scale:
    return scoring.Scale(
        points=tuple(trimmed(point) for point in scale.points),
        floor=scoring.Floor(scale.floor),
        missing=scoring.MissingPolicy(scale.missing),
        decimals=scale.decimals,
    )


def leaves_of(indicator: Indicator) -> list[Indicator]:
    """The indicators whose results are typed: the children of a composite, else the indicator itself."""
    if indicator.criteria.kind in KINDS_OF_CHILDREN:
        return list(indicator.children.all())
    return [indicator]


def as_criteria(indicator: Indicator) -> scoring.Criteria:
    """The engine's criteria of this indicator (its children's inside, keyed by number)."""
    row = indicator.criteria
    match row.kind:
        case K.COMPOSITE:
            children = indicator.children.all()
            return scoring.Composite(tuple(scoring.Child(c.number, c.inner_weight, as_criteria(c)) for c in children))
        case K.PERCENT_OF_TARGET:
            projects = (scoring.Project(c.number, c.inner_weight, c.target) for c in indicator.children.all())
            return scoring.PercentOfTarget(tuple(projects), tuple(row.levels) or scoring.PERCENT_LEVELS)
        case K.HIGHER | K.LOWER:
            return scoring.Numeric(tuple(row.levels), scoring.Direction(row.kind))
        case K.BANDED:
            return scoring.Banded(tuple(row.levels), scoring.Direction(row.direction))
        case K.TWO_SIDED:
            return scoring.TwoSided(row.band_low, row.band_high, tuple(row.levels))
        case K.MILESTONE:
            return scoring.Milestone(tuple(row.steps))
        case K.MILESTONE_PARTIAL:
            return scoring.MilestoneInParts(tuple(row.steps), _shares(row))
        case K.COUNT:
            return scoring.Count(tuple(row.steps))
        case K.MIXED:
            return scoring.Mixed(tuple(row.steps), tuple(row.levels), scoring.Direction(row.direction))
        case K.YES_NO:
            return scoring.YesNo()
    raise LookupError(row.kind)


def _shares(row: Criteria) -> tuple[tuple[Decimal, ...], ...]:
    return tuple(tuple(Decimal(share) for _, share in parts) for parts in row.parts)


def problems_of(indicator: Indicator, scale: Scale) -> Sequence[scoring.Problem]:
    """What keeps this indicator from being agreed (DOMAIN.md 3, validation at set-up)."""
    row = indicator.criteria
    if row.kind == K.TWO_SIDED and (row.band_low is None or row.band_high is None):
        return [scoring.Problem("band_missing", "band", "ยังไม่ได้กรอกช่วงที่กำหนด")]
    return scoring.check(as_criteria(indicator), as_scale(scale), target=indicator.target)
