"""What the letter font can print. Who writes a letter is told of a sign it lacks; words collected from many people are
printed all the same, such a sign by its number, so that one emoji in one card does not stop a whole report."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

_FONT = Path(__file__).parent / "fonts" / "KPILetter-Regular.ttf"


@cache
def _known() -> frozenset[int]:
    with TTFont(_FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """`text` in signs of the font: full width becomes plain, what shows nothing is dropped, the rest is [U+1F600]."""
    known = _known()
    return text if known.issuperset(map(ord, text)) else "".join(_printable(sign, known) for sign in text)


def _printable(sign: str, known: frozenset[int]) -> str:
    if ord(sign) in known or sign == "\n":
        return sign
    if sign.isspace():
        return " "
    if unicodedata.category(sign) in ("Cc", "Cf", "Mn"):
        return ""
    plain = unicodedata.normalize("NFKC", sign)
    return plain if known.issuperset(map(ord, plain)) else f"[U+{ord(sign):04X}]"
