"""Drawings as numbers for an SVG, words for those who cannot see it. Pure geometry: no score is computed here.

Coordinates leave as strings, so no locale can put a comma into the SVG. Every drawing stands beside a table of the
same figures: it adds a look, never a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agreements import scoring

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 30, 8, 18, 44
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Point:
    """`shown`: the value as the page prints it elsewhere; `note`: what it is (กำลังรายงาน); value None: a gap."""

    label: str
    value: Decimal | None
    shown: str
    tone: str = "none"
    note: str = ""


@dataclass(frozen=True)
class Mark:
    x: str
    y: str
    label_y: str
    bar_height: str
    point: Point


@dataclass(frozen=True)
class Stripe:
    """A band of the year across the drawing."""

    y: str
    height: str
    word: str
    tone: str


@dataclass(frozen=True)
class Drawing:
    """What templates/reporting/looking/_chart.html draws. `label`: the whole drawing in one Thai sentence."""

    label: str
    marks: list[Mark]
    stripes: list[Stripe]
    path: str
    ticks: list[tuple[str, str]]
    bar_width: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    inside: int = WIDTH - LEFT - RIGHT
    ticks_at: int = LEFT - 6
    floor: int = HEIGHT - BOTTOM
    foot: int = HEIGHT - BOTTOM + 19


def draw(
    points: Sequence[Point], *, title: str, highest: Decimal, bands: Sequence[scoring.Band] = (), bars: bool = False
) -> Drawing:
    """Points from left to right between 0 and `highest` (ValueError unless positive); joined by a line, or as bars.

    A point without a value leaves a gap: the line does not run over it as if it were known.
    """
    if highest <= 0:
        raise ValueError("a scale has a positive end")
    known = [point for point in points if point.value is not None]
    said = " ".join(f"{point.label} {point.shown}{f' {point.note}' if point.note else ''}" for point in known)
    step = Decimal(WIDTH - LEFT - RIGHT) / max(len(points), 1)
    marks = [
        _mark(point, LEFT + step * i + step / 2, highest) for i, point in enumerate(points) if point.value is not None
    ]
    return Drawing(
        label=f"{title} {said or 'ยังไม่มีคะแนน'}",
        marks=marks,
        stripes=_stripes(bands, highest),
        path="" if bars else _path(points, marks),
        ticks=[(_text(_y(Decimal(tick), highest)), str(tick)) for tick in _ticks(highest)],
        bar_width=_text(min(step * Decimal("0.6"), Decimal(48))) if bars else "",
    )


def _mark(point: Point, x: Decimal, highest: Decimal) -> Mark:
    y = _y(point.value or Decimal(0), highest)
    return Mark(_text(x), _text(y), _text(max(y - 9, Decimal(13))), _text(HEIGHT - BOTTOM - y), point)


def _y(value: Decimal, highest: Decimal) -> Decimal:
    part = min(max(value / highest, Decimal(0)), Decimal(1))
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - part)


def _path(points: Sequence[Point], marks: Sequence[Mark]) -> str:
    """One stroke over each run of known points."""
    rest, steps, pen_down = iter(marks), [], False
    for point in points:
        if point.value is None:
            pen_down = False
            continue
        mark = next(rest)
        steps.append(f"{'L' if pen_down else 'M'}{mark.x} {mark.y}")
        pen_down = True
    return " ".join(steps)


def _stripes(bands: Sequence[scoring.Band], highest: Decimal) -> list[Stripe]:
    stripes, above = [], highest
    for band in sorted(bands, key=lambda band: -band.lower):
        top, foot = _y(above, highest), _y(band.lower, highest)
        if foot > top:
            stripes.append(Stripe(_text(top), _text(foot - top), band.name, band.tone))
        above = band.lower
    return stripes


def _ticks(highest: Decimal) -> list[int]:
    whole = int(highest)
    return list(range(whole + 1)) if whole <= 10 else [0, whole // 4, whole // 2, whole * 3 // 4, whole]


def _text(value: Decimal) -> str:
    return str(Decimal(value).quantize(_TENTH, ROUND_HALF_UP))
