"""The minutes as a Word file, in the order of form 11, Thai set as complex script. What was adopted stays the PDF."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from kpiportal import thai

FONT, SIZE = "TH SarabunPSK", 16  # the office machine's own font; points
INDENT = 2.5  # cm, of a paragraph's first line
# What XML cannot carry; nobody sees it, Word would refuse the whole file for it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def write(content: dict[str, Any]) -> bytes:
    """DOCX bytes of the minutes' content (minutes/paper.py content_of)."""
    document = Document()
    _set_up(document)
    for words in filter(None, (content["title"], content["number"], content["when"], content["place"])):
        _line(document, words, bold=True, centre=True)
    _people(document, "ผู้มาประชุม", content["present"])
    _people(document, "ผู้ไม่มาประชุม", content["absent"])
    _people(document, "ผู้เข้าร่วมประชุม", content["joined"])
    _line(document, content["began"], bold=True)
    for section in content["sections"]:
        _line(document, section["head"], bold=True)
        for part in section["parts"]:
            _part(document, part)
    if content["ended"]:
        _line(document, content["ended"], bold=True)
    for person, what in ((content["recorder"], "ผู้จดรายงานการประชุม"), (content["checker"], "ผู้ตรวจรายงานการประชุม")):
        if person:
            _line(document, "")
            for words in (f"({person[0]})", person[1], what):
                _line(document, words, left=7)
    document.core_properties.title = content["title"][:255]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _part(document: Any, part: dict[str, Any]) -> None:
    if part["title"]:
        _line(document, f"{part['number']} {part['title']}", bold=True, first=1.25)
    for words in part["discussion"]:
        _line(document, words, first=INDENT)
    if part["decision"] or part["resolutions"]:
        _line(document, f"มติที่ประชุม {' '.join(part['decision'])}", bold=True, first=INDENT)
    for one in part["resolutions"]:
        _line(document, f"- {one['words']} (ผู้รับผิดชอบ {one['owner']} {one['due']})", first=INDENT)


def _people(document: Any, head: str, people: list[dict[str, str]]) -> None:
    if not people:
        return
    _line(document, head, bold=True)
    for number, one in enumerate(people, start=1):
        reason = f" ({one['reason']})" if one.get("reason") else ""
        _line(document, f"{number}. {one['name']}\t{one['post']}{reason}\t{one['seat']}", tabs=(6, 14))


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1


def _line(
    document: Any, text: str, *, bold: bool = False, centre: bool = False, first: float = 0, left: float = 0,
    tabs: tuple[float, ...] = (),
) -> None:  # fmt: skip
    """One paragraph; lengths in cm. Thai takes its size and weight from the complex-script marks of its run."""
    paragraph = document.add_paragraph()
    look = paragraph.paragraph_format
    look.first_line_indent, look.left_indent = Cm(first), Cm(left)
    for stop in tabs:
        look.tab_stops.add_tab_stop(Cm(stop))
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_NOT_XML.sub("", thai.on_paper(text)))
    run.bold = bold
    properties = run._element.get_or_add_rPr()
    for name, value in (("w:bCs", "1" if bold else "0"), ("w:szCs", str(SIZE * 2)), ("w:cs", "1")):
        mark = OxmlElement(name)
        mark.set(qn("w:val"), value)
        properties.append(mark)
