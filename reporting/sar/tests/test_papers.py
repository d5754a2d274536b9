"""The report as PDF, Word, Excel and a sheet to copy from: every word comes back, nothing typed becomes a formula."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document

from kpiportal import thai
from kpiportal.tests.pdf.reading import by_pdfium, by_poppler, pages_of, without_space
from kpiportal.xlsx import read_workbook
from reporting import testing as cards
from reporting.models import Report
from reporting.sar import actions, book, content, copysheet, paper, printed, testing, word
from reporting.sar.testing import WRITTEN, approve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
HOSTILE = ['=HYPERLINK("http://x","ก")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "＝1+1", "น้ำใจ ญี่ปุ่น ปฏิญาณ ฤๅษี กตัญญู ที่ปรึกษา"]


@pytest.fixture
def said(cast):
    """An approved report whose one card says what no paper and no sheet may break."""
    round = cards.make_round(cast)
    card = Report.objects.filter(round=round, host=cast.agency).first()
    cards.send(card, cast, explanation="\n".join(HOSTILE), obstacles=HOSTILE[0])
    card.refresh_from_db()
    sar = actions.begin_sar(round, by=cast.coordinator, at=WRITTEN)
    sar.chapters.filter(kind="summary").update(text="\n".join(HOSTILE))
    sar.round = testing.close(round, cast)
    return approve(sar, cast, testing.WHY)


def printed_words(found: dict) -> list[str]:
    """Every text that must stand on the paper, as it stands there."""
    lines = [line for chapter in found["chapters"] for line in chapter["text"].splitlines()]
    lines += [f"{line.get('number', '')} {line['name']}" for line in found["lines"]]
    for card in found["cards"]:
        lines += [line for _, text in printed.blocks_of(found, card) for line in text.splitlines()]
    return [thai.on_paper(line).replace("＝", "=").replace("😀", "[U+1F600]") for line in lines if line.strip()]


def test_every_thai_word_comes_back_out_of_the_pdf(said):
    pdf = paper.sar_pdf(said)
    wanted = [without_space(line) for line in printed_words(said.content)]
    assert len(wanted) > 40
    for read in (by_pdfium(pdf), by_poppler(pdf, "-raw")):
        text = without_space(read)
        assert [line for line in wanted if line not in text] == []


def test_the_contents_name_the_pages(said):
    pages = pages_of(paper.sar_pdf(said))
    assert all(page.strip() for page in pages)
    entry = r"(ตัวชี้วัดที่ [๐-๙.]+|๒[.] ผลการ|ตารางสรุป|บัญชีหลักฐาน).*? ([๐-๙]+)\r?\n"
    listed = dict(re.findall(entry, pages[1] + "\n"))
    assert list(listed) == ["๒. ผลการ", "ตารางสรุป", "ตัวชี้วัดที่ ๑.๑", "บัญชีหลักฐาน"]
    for title, number in listed.items():
        page = pages[1 + int(thai.to_arabic_digits(number))]  # the cover and the contents have no number
        assert title in page
        assert f"หน้า {number}" in page


def test_a_report_not_approved_says_so_on_every_page(sar):
    pages = pages_of(paper.sar_pdf(sar))
    assert len(pages) == 10
    assert ["ร่าง ยังไม่อนุมัติ" in page for page in pages] == [True] * 10


def test_the_word_file_is_thai_and_whole(said):
    made = word.write(said.content, title="SAR", draft=False, at=WRITTEN)
    document = Document(io.BytesIO(made))
    texts = [p.text for p in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert all(thai.on_paper(line.strip()) in "\n".join(texts) for line in HOSTILE)
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"][:3] == [
        "สารบัญ", "๑. บทสรุปผู้บริหาร", "๒. ผลการดำเนินงานตามมิติ"
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        body, styles = parts.read("word/document.xml").decode(), parts.read("word/styles.xml").decode()
    assert "TOC \\o" in body
    # Every program gives the name of an indicator its width, not only Word.
    assert re.search(r'<w:tblGrid><w:gridCol w:w="476\d"/><w:gridCol w:w="136\d"/>', body)
    assert 'w:cs="TH SarabunPSK"' in styles
    runs = re.findall("<w:r>.*?</w:r>", body, re.DOTALL)
    assert [run for run in runs if re.search("<w:t[ >][^<]*[ก-๙]", run) and "<w:cs/>" not in run] == []


def test_the_workbook_has_numbers_and_no_formula(said):
    sheets = read_workbook(io.BytesIO(book.write(said.content, at=WRITTEN)))
    assert [sheet.title for sheet in sheets] == ["ตารางสรุปผล", "รายตัวชี้วัด", "หลักฐานอ้างอิง", "บทของรายงาน"]
    assert [sheet.formulas for sheet in sheets] == [[], [], [], []]
    head, *rows = sheets[0].rows
    assert head[:6] == ["ตัวชี้วัดการปฏิบัติราชการ", "หน่วย", "เป้าหมาย", "น้ำหนัก (ร้อยละ)", "เกณฑ์ 1", "เกณฑ์ 2"]
    row = next(row for row in rows if str(row[0]).startswith("1.1 "))
    assert [str(cell) for cell in row[2:12]] == ["80", "60", "70", "75", "80", "85", "90", "82.35", "3.47", "2.082"]
    words = [row[3] for row in sheets[1].rows]
    assert "\n".join(HOSTILE) in words
    blank = next(row for row in rows if str(row[0]).startswith("2.1 "))
    assert blank[9:12] == [None, None, None]  # no data is no zero


def test_the_copy_sheet_goes_field_by_field(said):
    sections = copysheet.sections(said.content)
    first = next(section for section in sections if section["anchor"] == "i-1.1")
    assert [(field["key"], field["label"]) for field in first["fields"]] == [
        ("1.1:weight", "น้ำหนัก (ร้อยละ)"), ("1.1:result", "ผลการดำเนินงาน"), ("1.1:score", "ค่าคะแนนที่ได้"),
        ("1.1:weighted", "คะแนนถ่วงน้ำหนัก"), ("1.1:explanation", "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ"),
        ("1.1:obstacles", "อุปสรรค"), ("1.1:evidence", "หลักฐานอ้างอิง"),
    ]  # fmt: skip
    assert [field["text"] for field in first["fields"]][:4] == ["60.00", "82.35", "3.4700", "2.0820"]


def test_the_fixed_content_is_what_is_printed(said, cast):
    assert content.content_of(said) == said.content
    assert content.is_unchanged(said)
