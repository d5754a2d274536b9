"""The letter as a Word file, to go on with elsewhere: the same words and places, Thai set as complex script.

Word picks the font and size of Thai text from `w:cs` and `w:szCs`; without them it falls back to its own. What is
issued stays the PDF: a Word file proves nothing.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from kpiportal import letter_text
from kpiportal.models import Letter
from kpiportal.pdf.letter import EXTERNAL, MEMO, STAMPED, LetterText
from kpiportal.thai import to_thai_digits

FONT = "TH SarabunPSK"  # the office machine's own; it is not ours to send
SIZE = 16  # points
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def of(letter: Letter) -> bytes:
    """The words as issued, or the draft as it stands."""
    return write(letter_text.thaw(letter.frozen) if letter.frozen else letter_text.preview(letter))


def write(text: LetterText) -> bytes:
    """DOCX bytes of a letter's words."""
    document = Document()
    _page(document)
    {EXTERNAL: _external, MEMO: _memo, STAMPED: _stamped}[text.template](document, text)
    document.core_properties.title = text.subject[:255]
    document.core_properties.author = " ".join(text.sender_lines)[:255]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(1.5), Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1


def _line(
    document: Any, text: str, *, before: int = 0, left: float = 0, first: float = 0, hang: float = 0,
    align: Any = None, size: int = SIZE, bold: bool = False,
) -> Paragraph:  # fmt: skip
    """One paragraph; lengths in cm from the left margin, `before` in points. A tab in the text goes to `hang`."""
    paragraph = document.add_paragraph()
    look = paragraph.paragraph_format
    look.space_before, look.left_indent = Pt(before), Cm(left + hang)
    look.first_line_indent = Cm(first - hang)
    if hang:
        look.tab_stops.add_tab_stop(Cm(left + hang))
    if align is not None:
        paragraph.alignment = align
    _run(paragraph, text, size=size, bold=bold)
    return paragraph


def _run(paragraph: Paragraph, text: str, *, size: int = SIZE, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    properties = run._element.get_or_add_rPr()
    for name, value in (("w:szCs", str(size * 2)), ("w:cs", None), ("w:bCs", None if bold else "0")):
        element = OxmlElement(name)
        if value is not None:
            element.set(qn("w:val"), value)
        properties.append(element)
    run.font.bold = bold


def _external(document: Any, text: LetterText) -> None:
    _crest(document, text)
    head = _line(document, f"ที่ {text.number}\t{text.sender_lines[0]}", hang=9.6, first=0)
    head.paragraph_format.left_indent, head.paragraph_format.first_line_indent = Cm(0), Cm(0)
    for line in text.sender_lines[1:]:
        _line(document, line, left=9.6)
    _line(document, text.date, before=6, left=8)
    _line(document, f"เรื่อง\t{text.subject}", before=6, hang=1.1)
    _address(document, text)
    _body(document, text)
    _line(document, text.closing, before=12, left=3, align=_CENTRE)
    _signed(document, text, left=3)
    _owner(document, text)


def _memo(document: Any, text: LetterText) -> None:
    _line(document, "บันทึกข้อความ", size=29, bold=True, align=_CENTRE)
    if text.urgency:
        _line(document, text.urgency, size=32, bold=True)
    office = " ".join([*text.owner_lines, text.reached]).strip()
    for label, words in (("ส่วนราชการ", office), ("ที่", f"{text.number}    วันที่ {text.date}"), ("เรื่อง", text.subject)):
        paragraph = _line(document, f"{label}  ", size=20, bold=True)
        _run(paragraph, words)
    _address(document, text)
    _body(document, text)
    _signed(document, text, left=3)


def _stamped(document: Any, text: LetterText) -> None:
    _crest(document, text)
    _line(document, f"ที่ {text.number}")
    _address(document, text)
    _body(document, text)
    for line in (text.sender_lines[0], "", "", "", text.date):
        _line(document, line, left=3, align=_CENTRE)
    _owner(document, text)


def _crest(document: Any, text: LetterText) -> None:
    """Room for the emblem: the file is edited further, and the emblem belongs on what is issued."""
    _line(document, text.urgency, size=32, bold=True)
    _line(document, "", before=40)


def _address(document: Any, text: LetterText) -> None:
    _line(document, f"{text.salutation}\t{text.recipient}", before=6, hang=max(1.1, 0.22 * len(text.salutation)))
    for label, lines, hang in (("อ้างถึง", text.references, 1.3), ("สิ่งที่ส่งมาด้วย", text.enclosures, 2.5)):
        for number, line in enumerate(lines, start=1):
            ordinal = to_thai_digits(f"{number}. ") if len(lines) > 1 else ""
            _line(document, f"{label if number == 1 else ''}\t{ordinal}{line}", before=6 * (number == 1), hang=hang)


def _body(document: Any, text: LetterText) -> None:
    for paragraph in text.body:
        _line(document, paragraph, before=6, first=2.5, align=WD_ALIGN_PARAGRAPH.THAI_JUSTIFY)


def _signed(document: Any, text: LetterText, *, left: float) -> None:
    _line(document, text.signer_rank if not text.rank_inside else "", before=18, left=left)
    _line(document, "")
    name = f"({text.signer_rank if text.rank_inside else ''}{text.signer})"
    for line in ("", name, *text.position_lines):
        _line(document, line, left=left, align=_CENTRE)


def _owner(document: Any, text: LetterText) -> None:
    for number, line in enumerate(text.owner_lines):
        _line(document, line, before=36 if number == 0 else 0)
    for number, line in enumerate(text.copies_to, start=1):
        ordinal = to_thai_digits(f"{number}. ") if len(text.copies_to) > 1 else ""
        _line(document, f"{'สำเนาส่ง' if number == 1 else ''}\t{ordinal}{line}", hang=1.7)
