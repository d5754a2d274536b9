"""Signs that office people type and Laksaman lacks: boxes, ticks, arrows, bullets, raised and lowered digits.

Used by `kpiportal.pdf.build_font` only.  Everything is drawn here or scaled from the font's own digits, in
the font's units (a capital letter of Laksaman is about 710 units high).
"""

from fontTools.misc.roundTools import otRound
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

Point = tuple[float, float]
Contour = list[Point]

_BOX, _STROKE, _SIDE = 620, 50, 60
"""Outer edge of a box, thickness of a line, white space at each side."""
_SMALL = 0.62

_RAISED = dict(zip("⁰⁴⁵⁶⁷⁸⁹", "0456789", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_SAME_SHAPE = {"\u2010": "hyphen", "\u2011": "hyphen", "\u03bc": "mu", "\u2022": "bullet"}
_SPACES = {"\u2002": 0.5, "\u2003": 1.0, "\u2007": 0.0, "\u2009": 0.2, "\u200a": 0.1, "\u202f": 0.2}
"""Width in ems of TH Sarabun (1504 units); the figure space takes the width of a digit."""


def add(font: TTFont) -> None:
    """Append the missing signs to `font` and to its character map; a sign it already has is left alone."""
    known = font.getBestCmap()
    for char, contours in _drawn().items():
        if ord(char) not in known:
            _append(font, char, _draw(contours), round(max(x for c in contours for x, _ in c)) + _SIDE)
    for digits, height in ((_RAISED, 330), (_LOWERED, -110)):
        for char, digit in digits.items():
            if ord(char) not in known:
                _add_small_digit(font, char, known[ord(digit)], height)
    for char, name in _SAME_SHAPE.items():
        if ord(char) not in known and name in font["glyf"].glyphs:
            _map(font, char, name)
    for char, ems in _SPACES.items():
        if ord(char) not in known:
            width = round(ems * 1504) or font["hmtx"][known[ord("0")]][0]
            _append(font, char, TTGlyphPen(None).glyph(), width)


def _add_small_digit(font: TTFont, char: str, digit: str, height: int) -> None:
    pen = TTGlyphPen(None)
    font.getGlyphSet()[digit].draw(TransformPen(pen, (_SMALL, 0, 0, _SMALL, 0, height)))
    _append(font, char, pen.glyph(), round(font["hmtx"][digit][0] * _SMALL))


def _append(font: TTFont, char: str, glyph: object, advance: int) -> None:
    name = f"uni{ord(char):04X}"
    font["glyf"].glyphs[name] = glyph
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphOrder = font.getGlyphOrder()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))
    _map(font, char, name)


def _map(font: TTFont, char: str, name: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(char)] = name


def _draw(contours: list[Contour]) -> object:
    pen = TTGlyphPen(None)
    for contour in contours:
        pen.moveTo(_grid(contour[0]))
        for point in contour[1:]:
            pen.lineTo(_grid(point))
        pen.closePath()
    return pen.glyph()


def _grid(point: Point) -> tuple[int, int]:
    return otRound(point[0]), otRound(point[1])


def _drawn() -> dict[str, list[Contour]]:
    left, right, low = _SIDE, _SIDE + _BOX, 0
    outer = _square(left, low, _BOX)
    inner = _square(left + _STROKE, low + _STROKE, _BOX - 2 * _STROKE)[::-1]
    tick = _tick(left, low, _BOX)
    near, far = left + 130, right - 130
    cross = [_bar((near, 130), (far, _BOX - 130)), _bar((near, _BOX - 130), (far, 130))]
    wide, middle = 2 * _SIDE + 760, 270
    return {
        "☐": [outer, inner],
        "☑": [outer, inner, tick],
        "☒": [outer, inner, *cross],
        "✓": [tick],
        "✔": [tick],
        "■": [outer],
        "□": [outer, inner],
        "▪": [_square(left, 180, 260)],
        "▲": [[(left, low), (left + _BOX / 2, _BOX), (right, low)]],
        "▼": [[(left, _BOX), (right, _BOX), (left + _BOX / 2, low)]],
        "●": [_circle(left, 70, 460)],
        "○": [_circle(left, 70, 460), _circle(left + _STROKE, 70 + _STROKE, 460 - 2 * _STROKE)[::-1]],
        "→": _arrow(wide, middle, lambda x, y: (x, y)),
        "←": [c[::-1] for c in _arrow(wide, middle, lambda x, y: (wide - x, y))],
        "↑": [c[::-1] for c in _arrow(wide, middle, lambda x, y: (y, x - 130))],
        "↓": _arrow(wide, middle, lambda x, y: (y, wide - x - 130)),
    }


def _square(x: float, y: float, edge: float) -> Contour:
    """Clockwise, as TrueType wants its outer contours."""
    return [(x, y), (x, y + edge), (x + edge, y + edge), (x + edge, y)]


def _circle(x: float, y: float, size: float, corners: int = 48) -> Contour:
    """Clockwise polygon of enough corners to look round at any size a letter prints."""
    from_centre = size / 2
    points = []
    turn = complex(_COS, -_SIN)
    spoke = complex(0, from_centre)
    for _ in range(corners):
        points.append((x + from_centre + spoke.real, y + from_centre + spoke.imag))
        spoke *= turn
    return points


_COS, _SIN = 0.9914448613738104, 0.13052619222005157
"""Of 360/48 degrees."""


def _bar(start: Point, end: Point) -> Contour:
    """A straight stroke between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    nx, ny = -dy / length * _STROKE / 2, dx / length * _STROKE / 2
    return [
        (start[0] + nx, start[1] + ny),
        (end[0] + nx, end[1] + ny),
        (end[0] - nx, end[1] - ny),
        (start[0] - nx, start[1] - ny),
    ]


def _tick(x: float, y: float, size: float) -> Contour:
    knee = (x + 0.40 * size, y + 0.16 * size)
    return [
        (x + 0.14 * size, y + 0.46 * size),
        (x + 0.23 * size, y + 0.55 * size),
        (knee[0], knee[1] + 0.20 * size),
        (x + 0.80 * size, y + 0.88 * size),
        (x + 0.90 * size, y + 0.80 * size),
        knee,
    ]


def _arrow(wide: float, middle: float, place) -> list[Contour]:
    """A shaft and a head pointing right, `place`d point by point; clockwise where `place` keeps the sense."""
    tip, half, head = wide - _SIDE, _STROKE / 2, 190
    shape = [
        (_SIDE, middle - half),
        (_SIDE, middle + half),
        (tip - head + 60, middle + half),
        (tip - head, middle + 150),
        (tip, middle),
        (tip - head, middle - 150),
        (tip - head + 60, middle - half),
    ]
    return [[place(x, y) for x, y in shape]]
