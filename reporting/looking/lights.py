"""Traffic lights of a year (R30): a word of the framework's bands, and the tone of the chip it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements import scoring

TONES = {"green": "ok", "yellow": "due", "red": "late"}


@dataclass(frozen=True)
class Light:
    """`tone` is a chip's (templates/components/chip.html); the word always stands beside it."""

    word: str
    tone: str


NONE = Light("ยังไม่มีคะแนน", "none")


def light(score: Decimal | None, bands: Sequence[scoring.Band]) -> Light:
    """The light of a score; without a score, or in a year without bands, one that says so."""
    found = scoring.band_of(score, bands)
    if found is None:
        return NONE if score is None else Light("", "none")
    return Light(found.name, TONES.get(found.tone, "none"))
