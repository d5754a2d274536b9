"""The letter as a Word file, to go on with elsewhere: the same words and places. What is issued stays the PDF: a Word
file proves nothing."""

from __future__ import annotations

from typing import Any

from kpiportal import letter_text
from kpiportal.models import Letter
from kpiportal.pdf.letter import EXTERNAL, MEMO, STAMPED, LetterText, looks_full
from kpiportal.thai import to_thai_digits
from kpiportal.wordfile import CENTRE, RED, SPREAD, WordFile

CREST = 67  # points from the top margin to the line of "ที่", on which the emblem's feet stand
URGENT, URGENT_LINE = 32, 36  # points: type, and a line of it; three lines (ด่วนภายใน) share the crest
# Word breaks Thai elsewhere and may have another cut of the font (TH Sarabun New is a sixth higher): a letter of one
# page stays one because its lines have our height, and because a full page has two lines to spare.
PITCH, FOOT = 18, 1.5  # points, cm
OWNER_GAP, LEAST_OWNER_GAP = 36, 12  # points
_LEAST = 1  # points of the empty paragraph that fills the crest


def of(letter: Letter) -> bytes:
    """The words as issued, or the draft as it stands."""
    return write(letter_text.thaw(letter.frozen) if letter.frozen else letter_text.preview(letter))


def write(text: LetterText) -> bytes:
    """DOCX bytes of a letter's words."""
    document = WordFile(text.subject, author=" ".join(text.sender_lines), top=1.5, bottom=FOOT, pitch=PITCH)
    {EXTERNAL: _external, MEMO: _memo, STAMPED: _stamped}[text.template](document, text)
    return document.to_bytes()


def _external(document: WordFile, text: LetterText) -> None:
    _crest(document, text)
    document.line(f"ที่ {text.number}\t{text.sender_lines[0]}", tabs=(9.6,))
    for line in text.sender_lines[1:]:
        document.line(line, left=9.6)
    document.line(text.date, before=6, left=8)
    document.line(f"เรื่อง\t{text.subject}", before=6, hang=1.1)
    _address(document, text)
    _body(document, text)
    document.line(text.closing, before=12, left=3, align=CENTRE, keep=True)
    _signed(document, text)
    _owner(document, text)


def _memo(document: WordFile, text: LetterText) -> None:
    document.line("บันทึกข้อความ", size=29, bold=True, align=CENTRE)
    _urgent(document, text)
    office = " ".join([*text.owner_lines, text.reached]).strip()
    for label, words in (("ส่วนราชการ", office), ("ที่", f"{text.number}    วันที่ {text.date}"), ("เรื่อง", text.subject)):
        document.also(document.line(f"{label}  ", size=20, bold=True), words)
    _address(document, text)
    _body(document, text)
    _signed(document, text)


def _stamped(document: WordFile, text: LetterText) -> None:
    _crest(document, text)
    document.line(f"ที่ {text.number}")
    _address(document, text)
    _body(document, text)
    document.line(text.sender_lines[0], before=12, left=3, align=CENTRE, keep=True)
    for _ in range(3):  # room for the office's stamp
        document.line("", keep=True)
    document.line(text.date, left=3, align=CENTRE)
    _owner(document, text)


def _urgent(document: WordFile, text: LetterText) -> float:
    """Red, 32 points, left; answers the height it takes."""
    lines = text.urgency.split("\n") if text.urgency else []
    height = min(URGENT_LINE, (CREST - _LEAST) / len(lines)) if lines else 0
    for line in lines:
        document.line(line, size=URGENT, bold=True, colour=RED, exactly=height)
    return height * len(lines)


def _crest(document: WordFile, text: LetterText) -> None:
    """Room for the emblem: the file is edited further, and the emblem belongs on what is issued."""
    document.line("", exactly=CREST - _urgent(document, text))


def _address(document: WordFile, text: LetterText) -> None:
    document.line(f"{text.salutation}\t{text.recipient}", before=6, hang=max(1.1, 0.22 * len(text.salutation)))
    for label, lines, hang in (("อ้างถึง", text.references, 1.3), ("สิ่งที่ส่งมาด้วย", text.enclosures, 2.5)):
        for number, line in enumerate(lines, start=1):
            ordinal = to_thai_digits(f"{number}. ") if len(lines) > 1 else ""
            document.line(f"{label if number == 1 else ''}\t{ordinal}{line}", before=6 * (number == 1), hang=hang)


def _body(document: WordFile, text: LetterText) -> None:
    last = len(text.body)
    for number, paragraph in enumerate(text.body, start=1):
        document.line(paragraph, before=6, first=2.5, align=SPREAD, keep=number == last)


def _signed(document: WordFile, text: LetterText) -> None:
    """54 points of room, then name and post: with the closing on one page."""
    rank = "" if text.rank_inside else text.signer_rank
    look: dict[str, Any] = {"left": 3, "keep": True}
    document.line("", **look)
    document.line(rank, **look)
    document.line("", **look)
    name = f"({text.signer_rank if text.rank_inside else ''}{text.signer})"
    lines = (name, *text.position_lines)
    for number, line in enumerate(lines, start=1):
        document.line(line, left=3, align=CENTRE, keep=number < len(lines))


def _owner(document: WordFile, text: LetterText) -> None:
    gap = LEAST_OWNER_GAP if looks_full(text) else OWNER_GAP
    for number, line in enumerate(text.owner_lines):
        document.line(line, before=gap if number == 0 else 0, keep=True)
    for number, line in enumerate(text.copies_to, start=1):
        ordinal = to_thai_digits(f"{number}. ") if len(text.copies_to) > 1 else ""
        document.line(f"{'สำเนาส่ง' if number == 1 else ''}\t{ordinal}{line}", hang=1.7)
