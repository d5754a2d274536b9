"""Where Thai text may break at the end of a line, as the layout engine itself sees it."""

from weasyprint.text.line_break import get_log_attrs  # noqa: TID253 -- loaded by press only

from kpiportal.pdf.errors import PdfError

_OURS = "รองผู้ว่าราชการ"
"""A term of our dictionary that libthai's own would cut in three."""


def break_points(text: str) -> list[int]:
    """Every index at which a new line may start (0 and the end left out)."""
    attributes = get_log_attrs(text, "th")
    return [index for index in range(1, len(text)) if attributes[index].is_line_break]


def check_dictionary() -> None:
    """Raise PdfError unless our break dictionary is the one in use: names would be cut in two unseen."""
    if break_points(_OURS):
        raise PdfError(
            "พจนานุกรมตัดคำไทยของระบบไม่ถูกใช้งาน "
            "(libthai does not use our dictionary: "
            "the engine was loaded before kpiportal.pdf, or Pango lacks libthai)"
        )
