"""The Thai way of filling a line: how the slack is shared, and that the printed edge is straight."""

import io
import re

import pypdf
import pypdfium2
import pytest

from kpiportal.pdf.engine import html_to_pdf, thai_justification_is_on
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.press import justify
from kpiportal.tests.pdf.letters import CHIANG_MAI

CM = 72 / 2.54


def test_this_engine_is_the_one_the_justification_was_written_for():
    """Red after an upgrade of WeasyPrint: read the three functions named in `justify`, look at a letter, then pin."""
    assert justify.weasyprint.__version__ == justify.KNOWN_VERSION
    assert thai_justification_is_on()


def test_another_version_is_left_alone(monkeypatch):
    monkeypatch.setattr(justify.weasyprint, "__version__", "71.0")
    assert justify.install() is False


@pytest.mark.parametrize(
    ("slack", "spaces", "gaps", "expected"),
    [
        (4.0, 4, 60, (1.0, 0.0)),  # four spaces take 1 point each: less than .15 em of 16
        (9.6, 4, 60, (2.4, 0.0)),  # exactly their limit
        (15.6, 4, 60, (2.4, 0.1)),  # 6 points are left for sixty letters
        (6.0, 0, 60, (0.0, 0.1)),  # no space at all
        (200.0, 2, 60, (2.4, 1.44)),  # never more than .09 em between letters; the line stays short
        (30.0, 1, 9, (30.0, 0.0)),  # too few letters to hide it in
        (5.0, 0, 5, (0.0, 0.0)),
    ],
)
def test_share_of_the_slack(slack, spaces, gaps, expected):
    assert justify.share(slack, spaces, gaps, 16.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ที่", 1),
        ("น้ำ", 1),
        ("ผู้ว่าราชการ", 9),
        ("สิทธิ์ ๑๐", 6),
        ("office", 4),  # o, ffi, c, e
        ("ก\u200bข", 2),
        ("ฤๅ", 2),
        ("ก่่", None),  # two tones: the font sets the second apart
        ("่ก", None),  # a mark without its consonant
        ("e\u0301", None),
    ],
)
def test_cells_are_the_glyphs_of_the_font(text, count):
    assert justify.cells(text) == count


def test_every_full_line_of_a_paragraph_ends_on_the_margin():
    body = "".join(f"<p>{nobreak(paragraph)}</p>" for paragraph in CHIANG_MAI.body)
    pdf = html_to_pdf(f'<html lang="th"><div class="body">{body}</div></html>')
    ends, inside = _line_ends(pdf)
    full = [end for end in ends if end > (21 - 2) * CM - 20]
    assert len(full) >= 12
    assert full == pytest.approx([(21 - 2) * CM] * len(full), abs=0.75)
    assert inside == 0


def _line_ends(pdf):
    """(right edge of the last letter of each line in points, number of letters beyond the margin)."""
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    ends, beyond = {}, 0
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if right <= left:
            continue
        line = round(bottom / 9)
        ends[line] = max(ends.get(line, 0), right)
        beyond += right > (21 - 2) * CM + 0.75
    return list(ends.values()), beyond


def _spacing_operators(html):
    pdf = html_to_pdf(f'<html lang="th"><div class="body" style="width:9cm"><p>{html}</p></div></html>')
    content = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data()
    return [float(number) for number in re.findall(rb"([0-9.]+) Tc\b", content)]


def test_letter_spacing_is_one_number_a_line_and_is_taken_back():
    spacing = _spacing_operators("จังหวัดเชียงใหม่ได้มอบหมายหน่วยงานเป็นเจ้าภาพหลักรับผิดชอบกำกับดูแลตัวชี้วัดของจังหวัด")
    assert spacing[1::2] == [0.0] * (len(spacing) // 2)
    assert all(0 < number < 0.09 * 16 * 96 / 72 + 0.001 for number in spacing[::2])


def test_a_line_with_marks_the_font_does_not_join_keeps_its_letters_together():
    """Letter spacing would pull the second tone off its letter, so such a line is spread by its spaces alone."""
    line = "ก่่ จังหวัดเชียงใหม่ได้มอบหมายหน่วยงาน เป็นเจ้าภาพหลัก"
    assert _spacing_operators(line.replace("่่", "่")) != []
    assert _spacing_operators(line) == []
