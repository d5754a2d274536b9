"""Numbers in and out of the engine: Decimal outside, exact fractions inside.

Why fractions: 2/3 has no decimal expansion, so any working precision would have to be chosen, would make
totals depend on the order of the rows, and could tip a half the wrong way. With `Fraction` only the last
step rounds (R20, half up), and no decimal context - ours or the caller's - has a say.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

Number = Decimal | Fraction

MAX_DIGITS = 100
"""Digits allowed on each side of the point: far beyond any budget, yet 1E+999999 cannot fill the memory."""

MINUS = "−"


def exact(value: Decimal | int) -> Decimal:
    """Return `value` as a finite Decimal, unrounded.

    Raises TypeError for anything but Decimal and int (float above all: 0.1 is not a tenth), ValueError for
    NaN, Infinity and numbers longer than MAX_DIGITS.
    """
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        raise TypeError(f"a Decimal or an int is needed, not {type(value).__name__}")
    if isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise ValueError(f"ตัวเลขยาวเกิน {MAX_DIGITS} หลัก")
        return Decimal(value)
    if not value.is_finite():
        raise ValueError("ค่าต้องเป็นตัวเลขที่แน่นอน")
    if value.adjusted() >= MAX_DIGITS or decimals(value) > MAX_DIGITS:
        raise ValueError(f"ตัวเลขยาวเกิน {MAX_DIGITS} หลัก")
    return value


def half_up(value: Number, places: int) -> Decimal:
    """Round half away from zero to exactly `places` decimals (R20): 2.50005 -> 2.5001 at 4."""
    top, bottom = value.as_integer_ratio()
    size = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    sign = "-" if top < 0 and size else ""
    return Decimal(f"{sign}{size}E-{places}")


@lru_cache(maxsize=4096)
def fraction(value: Decimal) -> Fraction:
    """The same number as a fraction. Remembered: a round has sixty rows but few different weights and scores."""
    return Fraction(value)


def summed(values: Iterable[Number]) -> Fraction:
    """The sum with every digit kept, the same in any order.

    Over one common denominator: adding fractions one by one would shorten each sum on the way, which is most of
    what a total of sixty rows costs.
    """
    ratios = [value.as_integer_ratio() for value in values]
    bottom = lcm(*(below for _, below in ratios))
    return Fraction(sum(above * (bottom // below) for above, below in ratios), bottom)


def decimals(value: Decimal) -> int:
    """How many decimals the number was typed with: 2 for 74.50, 0 for 1E+3."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(value: Number) -> str:
    """Write a number as a person typed it: no exponent; 74.50 stays 74.50.

    Zeros beyond the second decimal are padding of a database column, not typing: 74.500000 -> 74.5.
    A fraction was never typed and gets at most 4 decimals.
    """
    if isinstance(value, Fraction):
        return short(value)
    text = format(value, "f")
    _, point, decimals = text.partition(".")
    if point and len(decimals) > 2 and decimals.endswith("0"):
        text = text.rstrip("0").rstrip(".")
    if text.startswith("-"):
        text = MINUS + text[1:] if value else text[1:]
    return text


def operand(value: Number) -> str:
    """`plain`, in parentheses when negative, so that it can stand after a sign: 5 − (−3)."""
    return f"({plain(value)})" if value < 0 else plain(value)


def fixed(value: Number, places: int) -> str:
    """Write with exactly `places` decimals, rounded half up."""
    return format(half_up(value, places), "f").replace("-", MINUS)


def short(value: Number, places: int = 4) -> str:
    """Write with at most `places` decimals and no zeros at the end: 60, 1.6667, 209.001."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown_weight(weight: Fraction) -> Decimal:
    """A weight for a table: 2 decimals (R20), or 4 when spreading gave it more (R22)."""
    two = half_up(weight, 2)
    return two if Fraction(two) == weight else half_up(weight, 4)
