"""Grades and traffic lights from a framework's bands (R29, R30). The bands are data of the fiscal year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .exact import exact


@dataclass(frozen=True, slots=True)
class Band:
    """One band from `lower` up to the next. `includes_lower` False starts just above it (total > 3.00).

    `tone` is a colour word of the caller's (a traffic light), empty for grades.
    """

    name: str
    lower: Decimal
    includes_lower: bool = True
    tone: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", exact(self.lower))

    def admits(self, score: Decimal) -> bool:
        return score >= self.lower if self.includes_lower else score > self.lower


def band_of(score: Decimal | None, bands: Sequence[Band]) -> Band | None:
    """The best band that admits the score; None without a score or below the lowest band.

    A band reaches up to the next one, so 89.995 has a grade although a table prints 75-89.99 and 90-100.
    Bands may come in any order.
    """
    if score is None:
        return None
    value = exact(score)
    admitting = [band for band in bands if band.admits(value)]
    return max(admitting, key=lambda band: (band.lower, not band.includes_lower), default=None)
