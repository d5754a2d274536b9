"""Wide tables: every cell comes back, the head is repeated, sixty rows stay quick."""

import time

import pypdfium2
import pytest

from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.tests.pdf.reading import by_poppler, cut_words, pages_of, without_space

HEAD = ["ที่", "ตัวชี้วัด", "น้ำหนัก", "ระดับ๑", "ระดับ๒", "ระดับ๓", "ระดับ๔", "ระดับ๕", "ผล", "คะแนน", "ถ่วงน้ำหนัก", "ผู้กำกับดูแล"]
WIDTHS = (4, 22, 6, 6, 6, 6, 6, 6, 7, 7, 8, 16)
TITLE = "สรุปผลการดำเนินงานตามคำรับรองการปฏิบัติราชการ รอบ ๑๒ เดือน"
NAME = "ระดับความสำเร็จของการบริหารจัดการทรัพยากรธรรมชาติและสิ่งแวดล้อมของจังหวัด"
HOST = "สำนักงานทรัพยากรธรรมชาติและสิ่งแวดล้อมจังหวัดเชียงใหม่"
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def cells(number):
    figures = [f"{number * 7 % 90}.{k}5" for k in range(9)]
    return [cell.translate(THAI) for cell in (str(number), NAME, *figures, HOST)]


def sheet(rows):
    classes = ["mid", "", *["num"] * 9, ""]
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{kind}">{nobreak(cell)}</td>' for kind, cell in zip(classes, row, strict=True))
        + "</tr>"
        for row in rows
    )
    columns = "".join(f'<col style="width:{width}%">' for width in WIDTHS)
    head = "".join(f"<th>{name}</th>" for name in HEAD)
    return (
        f'<html lang="th"><h1 class="title">{TITLE}</h1><p class="subtitle">จังหวัดเชียงใหม่</p>'
        f'<table class="sheet"><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></html>"
    )


@pytest.fixture(scope="module")
def rows():
    return [cells(number) for number in range(1, 61)]


@pytest.fixture(scope="module")
def pdf(rows):
    return html_to_pdf(sheet(rows), stylesheets=("report",))


def test_every_cell_comes_back_in_order(pdf, rows):
    text = without_space(by_poppler(pdf, "-raw"))
    written = [without_space("".join(row)) for row in rows]
    places = [text.find(row) for row in written]
    assert -1 not in places
    assert places == sorted(places)
    assert cut_words(" ".join(cell for row in rows for cell in row), by_poppler(pdf, "-raw")) == []


def test_each_page_is_landscape_and_has_the_head_the_title_and_its_number(pdf):
    pages = pages_of(pdf)
    assert len(pages) == 5
    for number, text in enumerate(pages, start=1):
        assert f"หน้า {number} / 5".translate(THAI) in text
        assert text.count("ถ่วงน้ำหนัก") == 1
        assert TITLE in text.replace("\r\n", " ")
    assert {tuple(map(round, page.get_size())) for page in pypdfium2.PdfDocument(pdf)} == {(842, 595)}


def test_a_row_is_not_torn_between_two_pages(pdf, rows):
    whole = 0
    for text in map(without_space, pages_of(pdf)):
        whole += sum(without_space(row[0] + row[1] + row[2]) in text for row in rows)
    assert whole >= len(rows)


def test_sixty_rows_are_quick(rows):
    """Measured 0.6 s of processor time on a slow two-core machine; three seconds would be felt on a page."""
    start = time.process_time()
    html_to_pdf(sheet(rows), stylesheets=("report",))
    assert time.process_time() - start < 3


def test_a_word_longer_than_its_cell_stays_in_it():
    row = cells(1)
    row[1] = "https://www.example.go.th/" + "a" * 120
    pdf = html_to_pdf(sheet([row]), stylesheets=("report",))
    assert without_space(row[1]) in without_space(by_poppler(pdf, "-raw"))
