"""A line must not end inside a Thai word because the engine looked at half of it.

To save work WeasyPrint shows its line breaker only as much text as may fit the line, about four characters an em.
TH Sarabun is narrow and its marks take no width, so that piece can stop within the last word of the line; the
dictionary then sees a fragment (ส่วนราช for ส่วนราชการ) and cuts it.  After such a line we look again, at the whole
text, and step back to the last real break.  Like `justify`, for WeasyPrint 70.0 only.
"""

from bisect import bisect_left

import weasyprint  # noqa: TID253 -- loaded by press only
from weasyprint.layout import inline  # noqa: TID253

from kpiportal.pdf.line_breaks import break_points

KNOWN_VERSION = "70.0"
ENGINE_RATIO = 4
"""Characters the engine takes per em of line."""
LONGEST_WORD = 40
"""A line that ends further than this from the end of the piece has seen its last word whole."""

_original = inline.split_first_line


def install() -> bool:
    """Put the second look in place (once); False, and nothing touched, for another version of the engine."""
    if weasyprint.__version__ != KNOWN_VERSION:
        return False
    inline.split_first_line = _split_first_line
    return True


def _split_first_line(text, style, context, max_width, justification_spacing, **more):
    found = _original(text, style, context, max_width, justification_spacing, **more)
    resume_at = found[2]
    if resume_at is None or max_width is None or style["white_space"] not in ("normal", "pre-wrap", "pre-line"):
        return found
    end = len(text.encode()[:resume_at].decode())
    seen = int(max_width / style["font_size"] * ENGINE_RATIO)
    if len(text) <= seen or end + LONGEST_WORD < seen:
        return found
    whole = last_break(text, end)
    if whole in (0, end):
        return found
    shown = _original(text[:whole].rstrip(" "), style, context, None, justification_spacing, **more)
    return shown[0], shown[1], len(text[:whole].encode()), *shown[3:]


def last_break(text: str, end: int) -> int:
    """The last index at or before `end` where a line of this text may end; 0 when there is none."""
    allowed = break_points(text[: end + 2 * LONGEST_WORD])
    at = bisect_left(allowed, end)
    if at < len(allowed) and allowed[at] == end:
        return end
    return allowed[at - 1] if at else 0
