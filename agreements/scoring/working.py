"""The arithmetic as steps a person can read; the same texts go to screen, PDF and XLSX."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .exact import Number, exact, fixed, half_up, operand, plain, short
from .results import Missing
from .scale import Scale

WHOLE = Decimal(100)
"""Weights are percent points: a whole agreement is 100."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of working: the rule it applies (R1...) and the Thai text, numbers in Arabic digits."""

    rule: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ChildScore:
    """The score of one child of a composite. `counted` is None when the child is left out (R22)."""

    key: str
    weight: Decimal
    score: "Score"
    counted: Decimal | None


@dataclass(frozen=True, slots=True)
class Score:
    """A raw score rounded to the scale's decimals, or None with the reason; and how it came about."""

    raw: Decimal | None
    working: tuple[Step, ...]
    children: tuple[ChildScore, ...] = ()
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted score: `exact` goes into sums, `shown` onto paper (R17, R20)."""

    raw: Decimal
    weight: Number
    divisor: Number
    places: int
    exact: Fraction

    @property
    def shown(self) -> Decimal:
        return half_up(self.exact, self.places)

    @property
    def step(self) -> Step:
        """Written when asked for: a page of totals shows the working of one row at a time."""
        formula = f"{fixed(self.raw, self.places)} × {plain(self.weight)} ÷ {plain(self.divisor)}"
        return Step("R17" if self.divisor == WHOLE else "R23", f"{formula} = {fixed(self.exact, self.places)}")


def weigh(raw: Decimal, weight: Number, divisor: Number = WHOLE, *, places: int = 4) -> Weighted:
    """R17: raw × weight ÷ 100, or ÷ the sum of active weights in a round (R23).

    `places` is the scale's decimals. Raises ValueError for a negative weight or a divisor not above 0.
    """
    (a, b), (c, d), (e, f) = _ratio(raw), _ratio(weight), _ratio(divisor)
    if e <= 0 or c < 0:
        raise ValueError("น้ำหนักต้องไม่ติดลบ และน้ำหนักรวมต้องมากกว่า 0")
    return Weighted(raw, weight, divisor, places, Fraction(a * c * f, b * d * e))


def _ratio(value: Number) -> tuple[int, int]:
    return value.as_integer_ratio() if isinstance(value, Fraction) else exact(value).as_integer_ratio()


def listed(items: Iterable[object]) -> str:
    """1, 2 และ 4"""
    words = [str(item) for item in items]
    return f"{', '.join(words[:-1])} และ {words[-1]}" if len(words) > 1 else "".join(words)


def line(scale: Scale, level: int, score: Fraction, done: tuple[Number, Number], gap: tuple[Number, Number]) -> str:
    """The interpolation of R1 written out: 2 + (74.5 − 72) ÷ (77 − 72) = 2.5000.

    `done` and `gap` are the two differences, larger number first, so that lower is better reads as plainly
    as higher. On 50/75/100 the distance between the points comes in as a factor.
    """
    start, end = scale.points[level - 1], scale.points[level]
    points = Fraction(end) - Fraction(start)
    factor = "" if points == 1 else f"{short(points)} × "
    above, below = (f"({plain(pair[0])} − {operand(pair[1])})" for pair in (done, gap))
    return f"{plain(start)} + {factor}{above} ÷ {below} = {fixed(score, scale.decimals)}"
