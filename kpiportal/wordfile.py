"""Word files the portal writes to be gone on with elsewhere: Thai as complex script, pages upright and lying, tables.

Word picks font, size and weight of Thai from the `cs` properties of a run; without them it falls back to its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "TH SarabunPSK"  # the office machine's own; it is not ours to send
SIZE = 16  # points
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
SPREAD = WD_ALIGN_PARAGRAPH.THAI_JUSTIFY
RED, BLACK = "C00000", "000000"
# What XML cannot carry; nobody sees it, Word would refuse the whole file for it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def without_markup(value: Any) -> Any:
    """Words made for a PDF (kpiportal/pdf/markup.py) as plain texts, inside lists and dicts, too."""
    if isinstance(value, str):
        return unescape(strip_tags(value))
    if isinstance(value, dict):
        return {name: without_markup(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_markup(inner) for inner in value]
    return value


class WordFile:
    """A document written from the top down.

    `top`, `bottom`: margins in cm. `pitch`: points from one line of ordinary size to the next; 0: as the font says.
    """

    def __init__(self, title: str, *, author: str = "", top: float = 2.2, bottom: float = 2, pitch: float = 0):
        self._document = Document()
        self._document.core_properties.title = title[:255]
        self._document.core_properties.author = author[:255]
        self._pitch = pitch
        self._upright(self._document.sections[0], top, bottom)
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(SIZE)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), FONT)
        normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = 1

    @staticmethod
    def _upright(section: Any, top: float, bottom: float) -> None:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(2)
        section.top_margin, section.bottom_margin = Cm(top), Cm(bottom)

    def lying_page(self) -> None:
        """From here on landscape A4; before anything was written, from the first page on."""
        empty = not self._document.paragraphs and not self._document.tables
        section = self._document.sections[0] if empty else self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(1.5)

    def line(
        self, text: str, *, before: float = 0, first: float = 0, left: float = 0, hang: float = 0,
        tabs: Sequence[float] = (), align: Any = None, size: int = SIZE, bold: bool = False, colour: str = "",
        exactly: float = 0, keep: bool = False,
    ) -> Any:  # fmt: skip
        """A paragraph; `first` (indent of its first line), `left`, `hang`, `tabs` in cm, `before`, `exactly` in points.

        A tab in the text goes to `hang`, under which the further lines hang. `exactly`: the height of every line;
        `keep`: on the page of the next paragraph. Answers the paragraph, to which `also` adds.
        """
        paragraph = self._document.add_paragraph()
        look = paragraph.paragraph_format
        look.left_indent, look.keep_with_next = Cm(left + hang), keep
        for stop in (*tabs, *((left + hang,) if hang else ())):
            look.tab_stops.add_tab_stop(Cm(stop))
        if height := exactly or (self._pitch if size == SIZE else 0):
            look.line_spacing = Pt(height)
        self._fill(paragraph, text, before, first - hang, align, size, bold, colour)
        return paragraph

    def also(self, paragraph: Any, text: str, *, size: int = SIZE, bold: bool = False) -> None:
        """More words in the same paragraph, in another look."""
        _run(paragraph, text, size, bold, "")

    def heading(self, text: str, level: int = 1) -> None:
        """A heading Word's own navigation knows."""
        paragraph = self._document.add_heading(level=level)
        align, size = (CENTRE, SIZE + 2) if level == 1 else (LEFT, SIZE)
        self._fill(paragraph, text, 6, 0, align, size, True, BLACK)

    def table(
        self,
        rows: Iterable[Sequence[str]],
        *,
        widths: Sequence[float],
        head: int = 1,
        size: int = 13,
        grid: bool = True,
    ) -> None:
        """Rows of texts, with borders (`grid`); `widths` in cm, `head` rows are bold and repeated on every page."""
        made = self._document.add_table(rows=0, cols=len(widths))
        made.style, made.autofit = "Table Grid" if grid else "Normal Table", False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Cm(width)  # the grid: what other programs than Word go by
        for place, row in enumerate(rows):
            cells = made.add_row().cells
            texts = [*row, *("" for _ in range(len(widths) - len(row)))]
            for cell, text, width in zip(cells, texts, widths, strict=True):
                cell.width = Cm(width)
                align = CENTRE if place < head else LEFT
                self._fill(cell.paragraphs[0], text, 0, 0, align, size, place < head)
            marks = ["w:cantSplit", *(["w:tblHeader"] if place < head else [])]
            for mark in marks:
                made.rows[-1]._tr.get_or_add_trPr().append(OxmlElement(mark))

    def signs(self, blocks: Sequence[Sequence[str]]) -> None:
        """Signature blocks, two in a row, without borders."""
        made = self._document.add_table(rows=0, cols=2)
        for place in range(0, len(blocks), 2):
            for cell, block in zip(made.add_row().cells, blocks[place : place + 2], strict=False):
                for number, text in enumerate(block):
                    paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                    self._fill(paragraph, text, 24 if number == 0 else 0, 0, CENTRE, SIZE, False)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    @staticmethod
    def _fill(
        paragraph: Any, text: str, before: float, first: float, align: Any, size: int, bold: bool, colour: str = ""
    ) -> None:
        look = paragraph.paragraph_format
        look.space_before, look.first_line_indent = Pt(before), Cm(first)
        if align is not None:
            paragraph.alignment = align
        _run(paragraph, text, size, bold, colour)


def _run(paragraph: Any, text: str, size: int, bold: bool, colour: str) -> None:
    """The complex-script twin beside each mark, in the order the format wants."""
    run = paragraph.add_run(_NOT_XML.sub("", text))
    run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    properties = run._element.rPr
    properties.rFonts.set(qn("w:cs"), FONT)
    properties.find(qn("w:b")).addnext(_mark("w:bCs", "1" if bold else "0"))
    properties.find(qn("w:sz")).addnext(_mark("w:szCs", str(size * 2)))
    properties.append(_mark("w:cs", "1"))


def _mark(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element
