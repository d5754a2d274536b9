"""กระจายแบบไทย: a justified Thai line widens its few spaces a little and all its letters a very little.

The engine widens spaces only, and a Thai line has two or three of them: rivers of white.  This module
replaces how it shares out the slack of a line.  Because every Thai cluster is one glyph of our font, the
letter part is one number for the PDF's own character spacing: exact, small, invisible to who reads the text.

It touches three private functions of WeasyPrint 70.0 and is installed for that version only; with any other,
`install` returns False and letters are set ragged (`css/ragged.css`) until someone has looked.
"""

import re

import weasyprint  # noqa: TID253 -- loaded by press only
from weasyprint.draw import text as drawing  # noqa: TID253
from weasyprint.formatting_structure import boxes  # noqa: TID253
from weasyprint.layout import inline  # noqa: TID253
from weasyprint.text.line_break import create_layout  # noqa: TID253

KNOWN_VERSION = "70.0"
SPACE_FIRST, LETTER_MOST = 0.15, 0.09
"""Ems: what a space takes before letters are moved, and the most between two letters.

Viewers take a gap of a tenth of an em for a space between words, so letters must stay below that.
"""
FEWEST_CELLS = 10

_TONE = "\u0e48-\u0e4b"
_CELL = re.compile(
    rf"[\u0e01-\u0e2e](?:[{_TONE}]?\u0e33|\u0e4e|[\u0e31\u0e34-\u0e3a\u0e47\u0e4d]?[{_TONE}\u0e4c]?)"
    r"|ffi|ffl|ff|fi|fl|[^\u200b-\u200d\u2060\ufeff]"
)
_LONE_MARK = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0300-\u036f]")


def cells(text: str) -> int | None:
    """How many glyphs the text takes; None when a mark stands outside the clusters the font has as one glyph."""
    found = _CELL.findall(text)
    if any(_LONE_MARK.match(cell) for cell in found):
        return None
    return len(found)


def share(slack: float, spaces: int, gaps: int, em: float) -> tuple[float, float]:
    """(extra per space, extra per gap between letters) for a line that is `slack` too short; all in one unit.

    Spaces go first, letters take the rest up to their limit; beyond it the line stays short rather than gape.
    """
    if gaps < FEWEST_CELLS or (spaces and slack <= spaces * SPACE_FIRST * em):
        return (slack / spaces if spaces else 0.0), 0.0
    per_space = SPACE_FIRST * em if spaces else 0.0
    return per_space, min((slack - per_space * spaces) / gaps, LETTER_MOST * em)


def install() -> bool:
    """Put the Thai way in place (once); False, and nothing touched, for another version of the engine."""
    if weasyprint.__version__ != KNOWN_VERSION:
        return False
    if inline.justify_line is not _justify_line:
        inline.justify_line = _justify_line
        drawing.draw_first_line = _draw_spread(drawing.draw_first_line)
    return True


def _justify_line(context, line, slack):  # the engine calls it so
    texts = list(_text_boxes(line))
    counts = [cells(box.text) for box in texts]
    spaces = sum(map(inline.count_expandable_spaces, texts))
    gaps = 0 if None in counts else sum(counts) - 1
    per_space, per_gap = share(slack, spaces, gaps, line.style["font_size"])
    _spread(context, line, per_space, per_gap, 0)


def _text_boxes(box):
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _text_boxes(child)


def _spread(context, box, per_space, per_gap, shift):
    """Move `box` right by `shift`, widen what is inside, return the shift of what follows it."""
    if isinstance(box, boxes.TextBox):
        return _spread_text(context, box, per_space, per_gap, shift)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        start = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(context, child, per_space, per_gap, shift)
        box.width += shift - start
        return shift
    box.translate(shift, 0)
    return shift


def _spread_text(context, box, per_space, per_gap, shift):
    box.position_x += shift
    spaces = inline.count_expandable_spaces(box)
    extra = per_space * spaces
    if extra:
        box.justification_spacing = per_space
        layout = create_layout(box.text, box.style, context, max_width=None, justification_spacing=per_space)
        layout.deactivate()
        box.pango_layout = layout
    if per_gap:
        box.letter_extra = per_gap
        extra += per_gap * (cells(box.text) or 0)
    box.width += extra
    return shift + extra


def _draw_spread(draw):
    def draw_first_line(stream, textbox, *arguments):
        per_gap = getattr(textbox, "letter_extra", 0)
        if not per_gap:
            return draw(stream, textbox, *arguments)
        stream.stream.append(f"{per_gap:.4f} Tc".encode())
        try:
            return draw(stream, textbox, *arguments)
        finally:
            stream.stream.append(b"0 Tc")

    return draw_first_line
