"""The picture of one indicator's scale with its result on it: numbers for an SVG, words for those who cannot see it.

Pure geometry: no score is computed here. Levels stand at equal distances, so the place of the mark between two
levels is the same share of the way as the interpolated score; a stepped criterion shows the same truth in steps.
Two drawings come out of one call: lying (wide screens, paper) and standing (phones), both at a size that stays
legible without scaling text down. Coordinates leave as strings, so no locale can put a comma into the SVG.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kpiportal.numbers import format_number

Level = tuple[str, str, Decimal]

LYING_WIDTH, LYING_EDGE, LYING_AXIS = 640, 60, 42
STANDING_TOP, STANDING_STEP, STANDING_AXIS, STANDING_WIDTH = 26, 50, 108, 256
# Room for the result, above the lying axis and left of the standing one; cut away when there is none.
_ABOVE, _BESIDE = 26, 84
_TENTH = Decimal("0.1")


def scale_figure(
    levels: list[Level], result: Decimal | None, *, lower_is_better: bool, result_text: str = ""
) -> dict[str, Any]:
    """What templates/components/scale_figure.html draws.

    levels: (label "1", value as shown "67", value), worst first; at least one, or ValueError.
    result: in the unit of the values; None draws the scale alone.
    result_text: the result as the page shows it elsewhere; default: format_number (grouped, no trailing zeros).
    Returns label (one Thai sentence), points, mark (or None), and the sizes of both drawings. Levels whose values
    do not run one way (a draft being typed) give `mark` None and say so in `label`: a picture must not guess.
    """
    if not levels:
        raise ValueError("a scale has at least one level")
    values = [value for _, _, value in levels]
    ordered = _runs_one_way(values, lower_is_better)
    place = _place(values, result, lower_is_better) if ordered and result is not None else None
    shown = result_text or (format_number(result) if result is not None else "")
    last = len(levels) - 1
    top, left = (0, 0) if place is not None else (_ABOVE, _BESIDE)
    return {
        "label": _sentence(levels, place, shown, ordered),
        "points": _points(levels, place),
        "mark": None if place is None else _mark(place, levels, shown),
        "axis": {
            "x1": _lying_x(Decimal(0), last),
            "x2": _lying_x(Decimal(last), last),
            "y1": _standing_y(Decimal(0), last),
            "y2": _standing_y(Decimal(last), last),
        },
        "lying": {"width": LYING_WIDTH, "height": 92 - top, "axis": LYING_AXIS, "top": top},
        "standing": {
            "left": left,
            "width": STANDING_WIDTH - left,
            "height": 2 * STANDING_TOP + STANDING_STEP * last,
            "axis": STANDING_AXIS,
        },
    }


def _points(levels: list[Level], place: Decimal | None) -> list[dict[str, Any]]:
    last = len(levels) - 1
    return [
        {
            "label": label,
            "value": text,
            "x": _lying_x(Decimal(i), last),
            "y": _standing_y(Decimal(i), last),
            "reached": place is not None and place >= i,
        }
        for i, (label, text, _) in enumerate(levels)
    ]


def _runs_one_way(values: list[Decimal], lower_is_better: bool) -> bool:
    pairs = zip(values, values[1:], strict=False)
    return all(b <= a if lower_is_better else b >= a for a, b in pairs)


def _place(values: list[Decimal], result: Decimal, lower_is_better: bool) -> Decimal:
    """Where the result stands, in level steps from the worst: 1.5 is half way between the second and third.

    Worse than the first level is -1, better than the last is `last + 1`: off the scale, drawn at its end.
    Of several levels with one value the best counts, as in scoring.
    """
    sign = -1 if lower_is_better else 1
    steps, here = [sign * v for v in values], sign * result
    if here < steps[0]:
        return Decimal(-1)
    if here > steps[-1]:
        return Decimal(len(steps))
    floor = max(i for i, v in enumerate(steps) if v <= here)
    if floor == len(steps) - 1:
        return Decimal(floor)
    return floor + (here - steps[floor]) / (steps[floor + 1] - steps[floor])


def _mark(place: Decimal, levels: list[Level], shown: str) -> dict[str, Any]:
    """The result's place and words; near an edge its text turns inward so that nothing is cut off."""
    last = len(levels) - 1
    at = min(max(place, Decimal(0)), Decimal(last))
    x, y = Decimal(_lying_x(at, last)), _standing_y(at, last)
    side = "start" if x < 90 else "end" if x > LYING_WIDTH - 90 else "middle"
    return {
        "text": shown,
        "x": str(x),
        "text_x": str({"start": x - 8, "middle": x, "end": x + 8}[side]),
        "anchor": side,
        "y": y,
        "beyond": _beyond(place, levels),
    }


def _beyond(place: Decimal, levels: list[Level]) -> str:
    if place < 0:
        return f"ยังไม่ถึงระดับ {levels[0][0]}"
    return f"ดีกว่าระดับ {levels[-1][0]}" if place > len(levels) - 1 else ""


def _sentence(levels: list[Level], place: Decimal | None, shown: str, ordered: bool) -> str:
    """The figure in words, for aria-label: the scale itself, then where the result stands."""
    scale = "เกณฑ์ " + " ".join(f"ระดับ {label} คือ {text}" for label, text, _ in levels)
    if not ordered:
        return f"{scale} (ค่าเกณฑ์ยังไม่เรียงลำดับ)"
    if place is None:
        return f"{scale} (ยังไม่มีผล)"
    if beyond := _beyond(place, levels):
        return f"ผล {shown} {beyond} {scale}"
    floor = int(place)
    if place == floor:
        return f"ผล {shown} ตรงกับระดับ {levels[floor][0]} {scale}"
    return f"ผล {shown} อยู่ระหว่างระดับ {levels[floor][0]} และ {levels[floor + 1][0]} {scale}"


def _lying_x(at: Decimal, last: int) -> str:
    if last == 0:
        return str(LYING_WIDTH // 2)
    return _tidy(LYING_EDGE + at * (LYING_WIDTH - 2 * LYING_EDGE) / last)


def _standing_y(at: Decimal, last: int) -> str:
    """The best level on top."""
    return _tidy(STANDING_TOP + (last - at) * STANDING_STEP)


def _tidy(value: Decimal) -> str:
    return str(value.quantize(_TENTH, ROUND_HALF_UP))
