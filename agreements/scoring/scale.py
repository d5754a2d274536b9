"""The score scale of a framework: which points exist, what lies below the first, what a blank earns."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from .exact import exact, half_up, plain


class Floor(StrEnum):
    """What a measured result earns that falls short of the first level (R2, R28)."""

    ONE_AT_FLOOR = "one_at_floor"  # the first point: 1.0000 on 1-5
    ZERO = "zero"
    PROPORTIONAL = "proportional"  # the first point × result ÷ first level (upside down if lower is better)


class MissingPolicy(StrEnum):
    """What a leaf without a result counts in a total (R25). It never changes what is shown (R33)."""

    LOWEST = "lowest"  # the first point: 1.0000 on 1-5
    ZERO = "zero"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Scale:
    """Points in rising order, one per level: (1, 2, 3, 4, 5) or (50, 75, 100).

    `decimals` is what a score is rounded to (R20). Raises ValueError for fewer than two points, points that
    do not rise or a negative point.
    """

    points: tuple[Decimal, ...]
    floor: Floor = Floor.ONE_AT_FLOOR
    missing: MissingPolicy = MissingPolicy.LOWEST
    decimals: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", tuple(exact(point) for point in self.points))
        object.__setattr__(self, "floor", Floor(self.floor))
        object.__setattr__(self, "missing", MissingPolicy(self.missing))
        if len(self.points) < 2 or any(low >= high for low, high in pairwise(self.points)):
            raise ValueError("มาตราคะแนนต้องมีอย่างน้อย 2 ระดับ เรียงจากน้อยไปมาก")
        if self.points[0] < 0:
            raise ValueError("คะแนนของระดับแรกต้องไม่ติดลบ")
        if not 0 <= self.decimals <= 10:
            raise ValueError("จำนวนทศนิยมของคะแนนต้องอยู่ระหว่าง 0 ถึง 10")

    @property
    def lowest(self) -> Decimal:
        return self.points[0]

    @property
    def highest(self) -> Decimal:
        return self.points[-1]

    @property
    def missing_score(self) -> Decimal:
        """The score a leaf without a result counts in a total (R25)."""
        return self.lowest if self.missing is MissingPolicy.LOWEST else Decimal(0)

    def below_first(self, share: Fraction) -> Fraction:
        """The unrounded score short of the first level, of which `share` (0..1) was reached."""
        if self.floor is Floor.ONE_AT_FLOOR:
            return Fraction(self.lowest)
        return Fraction(self.lowest) * share if self.floor is Floor.PROPORTIONAL else Fraction(0)

    def at_level(self, level: int) -> Fraction:
        """The unrounded score of level 1..n; level 0 is below the first, anything past n is the highest."""
        if level <= 0:
            return self.below_first(Fraction(0))
        return Fraction(self.points[min(level, len(self.points)) - 1])

    def rounded(self, score: Fraction | Decimal) -> Decimal:
        return half_up(score, self.decimals)

    def level_name(self, level: int) -> str:
        """How level 1..n is called in a sentence: "ระดับ 3" on 1-5, "เป้าหมาย 75 คะแนน" on 50/75/100."""
        point = self.points[level - 1]
        return f"ระดับ {level}" if self.is_counted_by_ones else f"เป้าหมาย {plain(point)} คะแนน"

    @property
    def is_counted_by_ones(self) -> bool:
        """True when the points are 1, 2, 3..., so that a level's number is its score."""
        return all(point == number for number, point in enumerate(self.points, 1))


ONE_TO_FIVE = Scale(points=tuple(map(Decimal, range(1, 6))))
THREE_TARGETS = Scale(points=(Decimal(50), Decimal(75), Decimal(100)), floor=Floor.ZERO, missing=MissingPolicy.ZERO)
