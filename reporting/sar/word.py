"""The SAR as a Word file, to go on writing in: headings Word knows, contents as a field, Thai as complex script.

Word takes font and size of Thai text from `w:cs` and `w:szCs`; the styles carry both, so that what is typed into the
file looks the same. Digits are Thai, as on the PDF. What was approved stays the PDF: a Word file proves nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from kpiportal import thai
from reporting.sar import printed
from reporting.sar.facts import day_of
from reporting.sheet import STATE_LABELS

FONT = "TH SarabunPSK"  # the office machine's own; it is not ours to send
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_SIZES = {"Normal": 16, "Title": 26, "Heading 1": 20, "Heading 2": 17, "Heading 3": 16}
# What XML cannot carry; nobody sees it, Word would refuse the whole file for it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def write(content: dict[str, Any], *, title: str, draft: bool, at: dt.datetime) -> bytes:
    """DOCX bytes of a report's content (reporting/sar/content.py)."""
    document = Document()
    _set_up(document)
    _cover(document, content, draft)
    _contents(document)
    for number, chapter in enumerate(content["chapters"], start=1):
        _heading(document, f"{number}. {chapter['title']}", 1)
        _paragraphs(document, chapter["text"])
    _lacking(document, content)
    _table(document, content)
    _heading(document, "รายงานผลรายตัวชี้วัด", 1)
    for card in content["cards"]:
        _card(document, content, card)
    document.core_properties.title = title[:255]
    document.core_properties.author = content["owner"]
    document.core_properties.created = document.core_properties.modified = at.astimezone(dt.UTC).replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _words(text: str) -> str:
    return _NOT_XML.sub("", thai.on_paper(text))


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.6), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.paragraph_format.space_before = Pt(12 if name.startswith("Heading") else 0)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.line_spacing = 1
        _as_thai(style.element.get_or_add_rPr(), size, bold=name != "Normal")
    document.settings.element.append(_element("w:updateFields", val="true"))


def _as_thai(properties: Any, size: int, *, bold: bool) -> None:
    """The same font and size for complex script; black, as an office prints it."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    for name in ("w:color", "w:bCs", "w:szCs", "w:lang"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    properties.append(_element("w:bCs", val="1" if bold else "0"))
    properties.append(_element("w:color", val="000000"))
    properties.append(_element("w:szCs", val=str(size * 2)))
    language = _element("w:lang", val="th-TH")
    language.set(qn("w:bidi"), "th-TH")
    properties.append(language)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _line(place: Any, text: str, *, align: Any = None, style: str | None = None) -> Any:
    paragraph = place.add_paragraph(style=style)
    _run(paragraph, text)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _heading(document: Any, text: str, level: int) -> None:
    _run(document.add_heading(level=level), text)


def _run(paragraph: Any, text: str, *, bold: bool = False) -> None:
    """A run marked as complex script: Word then breaks and shapes it as Thai."""
    run = paragraph.add_run(_words(text))
    properties = run._element.get_or_add_rPr()
    if bold:
        run.bold = True
        properties.append(_element("w:bCs"))
    properties.append(_element("w:cs"))


def _paragraphs(document: Any, text: str) -> None:
    for line in filter(str.strip, text.splitlines()):
        _line(document, line).paragraph_format.first_line_indent = Cm(1.2)


def _cover(document: Any, content: dict[str, Any], draft: bool) -> None:
    _line(document, "รายงานการประเมินผลตนเอง (Self-Assessment Report)", align=_CENTRE, style="Title")
    for text in (
        f"ตามคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {content['fiscal_year']}",
        content["round"],
        content["owner"],
        f"ข้อมูลสะสมถึงวันที่ {thai.date_text(day_of(content))}",
        "ร่าง ยังไม่อนุมัติ" if draft else "",
    ):
        _line(document, text, align=_CENTRE)
    document.add_page_break()


def _contents(document: Any) -> None:
    """A field: Word fills it when the file is opened, and again whenever somebody asks."""
    _heading(document, "สารบัญ", 1)
    paragraph = document.add_paragraph()
    for kind, text in (("begin", ""), ("", ' TOC \\o "1-2" \\h \\z \\u '), ("separate", ""), ("end", "")):
        if kind == "end":  # what stands there until then
            _run(paragraph, "เลือกข้อความนี้แล้วกด F9 (Update Field) เพื่อแสดงสารบัญ")
        run = paragraph.add_run()._element
        if kind:
            run.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = _element("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run.append(instruction)
    document.add_page_break()


def _grid(
    document: Any,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    *,
    figures_from: int = 99,
) -> None:
    """`widths` in cm; the head is repeated on every page. Columns from `figures_from` on are set to the right."""
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)  # Word goes by the cells, other programs by the grid
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    _fill(table.rows[0], head, widths, bold=True)
    for row in rows:
        _fill(table.add_row(), row, widths, figures_from=figures_from)


def _fill(
    row: Any, texts: Sequence[str], widths: Sequence[float], *, bold: bool = False, figures_from: int = 99
) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for place, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Cm(width)
        lines = text.splitlines() or [""]
        _run(cell.paragraphs[0], lines[0], bold=bold)
        for line in lines[1:]:
            _run(cell.add_paragraph(), line, bold=bold)
        if place >= figures_from:
            for paragraph in cell.paragraphs:
                paragraph.alignment = _RIGHT


def _lacking(document: Any, content: dict[str, Any]) -> None:
    if not content["lacking"]:
        return
    _heading(document, "ตัวชี้วัดที่ยังไม่ผ่านการตรวจ", 1)
    _paragraphs(document, f"{printed.lacking_sentence(content)}\nเหตุผล: {content['lacking_reason'] or '-'}")
    rows = ([f"{i['number']} {i['name']}", i["host"], str(STATE_LABELS[i["state"]])] for i in content["lacking"])
    _grid(document, ["ตัวชี้วัด", "หน่วยงาน", "สถานะ"], rows, [8, 5, 3.2])


def _table(document: Any, content: dict[str, Any]) -> None:
    """The round's table on lying paper, in OPDC's columns."""
    _turn(document, WD_ORIENT.LANDSCAPE)
    _heading(document, "ตารางสรุปผลการปฏิบัติราชการ", 1)
    head = ["ตัวชี้วัดการปฏิบัติราชการ", "หน่วย", "เป้าหมาย", "น้ำหนัก (ร้อยละ)", "ผลการดำเนินงาน", "ค่าคะแนนที่ได้", "คะแนนถ่วงน้ำหนัก"]
    _grid(document, head, (_row(content, line) for line in content["lines"]), [8.4, 2.4, 2.4, 2.2, 3.2, 3, 3.2],
          figures_from=2)  # fmt: skip
    totals, places = content["totals"], content["decimals"]
    score, passed = (
        printed.figure(totals["score"], places, empty="-"),
        printed.figure(totals["passed"], places, empty="-"),
    )
    _paragraphs(document, f"คะแนนรวม นับทุกตัวชี้วัดของรอบ {score}\nคะแนนเฉพาะตัวชี้วัดที่ผ่านการตรวจแล้ว {passed}")
    _turn(document, WD_ORIENT.PORTRAIT)


def _turn(document: Any, way: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    lying = way == WD_ORIENT.LANDSCAPE
    section.orientation = way
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if lying else (Cm(21), Cm(29.7))


def _row(content: dict[str, Any], line: dict[str, Any]) -> list[str]:
    places = content["decimals"]
    number = line.get("number", "")
    return [
        f"{number} {line['name']}".strip(),
        line.get("unit", ""),
        printed.figure(line.get("target")),
        printed.figure(line["weight"], 2),
        line.get("result", ""),
        printed.figure(line["score"], places),
        printed.figure(line["weighted"], places),
    ]


def _card(document: Any, content: dict[str, Any], card: dict[str, Any]) -> None:
    line = next(line for line in content["lines"] if line.get("number") == card["number"])
    _heading(document, f"ตัวชี้วัดที่ {card['number']} {card['name']}", 2)
    places = content["decimals"]
    figures = [
        ("น้ำหนัก (ร้อยละ)", printed.figure(line["weight"], 2)),
        ("เป้าหมาย", printed.figure(line["target"], empty="-")),
        ("ผลการดำเนินงาน", line["result"] or "N/A"),
        ("ค่าคะแนนที่ได้", printed.figure(line["score"], places, empty="-")),
        ("คะแนนถ่วงน้ำหนัก", printed.figure(line["weighted"], places, empty="-")),
    ]
    rows = [*figures, *((label, text) for label, text in printed.blocks_of(content, card) if text)]
    _grid(document, ["รายการ", "รายละเอียด"], rows, [4.6, 11.8])
