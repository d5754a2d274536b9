"""What stays on one line, and that text never becomes markup."""

import re

import pytest

from kpiportal.pdf import lay_out
from kpiportal.pdf.build_dictionary import terms
from kpiportal.pdf.markup import nobreak
from kpiportal.tests.pdf.letters import CHIANG_MAI

SPAN = re.compile(r'<span class="nb">(.*?)</span>')


def kept(text, names=()):
    return SPAN.findall(nobreak(text, names))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ลงวันที่ ๒๒ มกราคม ๒๕๕๘", ["วันที่ ๒๒ มกราคม ๒๕๕๘"]),
        ("ประชุมในวันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘ นั้น", ["วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘"]),
        ("ประชุม ในวันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘ นั้น", ["ในวันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘"]),
        ("ระหว่าง ๑ - ๓ ธันวาคม พ.ศ. ๒๕๕๘", ["๑ - ๓ ธันวาคม พ.ศ. ๒๕๕๘"]),
        ("เดือนพฤศจิกายน - ธันวาคม ๒๕๕๘", ["พฤศจิกายน - ธันวาคม ๒๕๕๘"]),
        ("26 ต.ค. 2558", ["26 ต.ค. 2558"]),
        ("เวลา ๑๓.๓๐ น. เป็นต้นไป", ["เวลา ๑๓.๓๐ น."]),
        ("เวลา ๐๘.๓๐ - ๑๖.๓๐ น.", ["เวลา ๐๘.๓๐ - ๑๖.๓๐ น."]),
        ("ปีงบประมาณ พ.ศ.๒๕๕๘", ["พ.ศ.๒๕๕๘"]),
        ("จำนวน ๓ ครั้ง คือ", ["จำนวน ๓ ครั้ง"]),
        ("และรอบ ๑๒ เดือนซึ่งจะ", ["รอบ ๑๒ เดือน"]),
        ("ณ ห้องประชุมใหญ่ ชั้น ๓ อาคาร", ["ณ ห้องประชุม", "ชั้น ๓"]),
        ("กรอบ ๓ แห่ง", ["กรอบ ๓ แห่ง"]),
        ("ทำ ๓ รายงาน", ["๓ รายงาน"]),
        ("ที่ ชม ๐๐๑๗.๒/ว ๗๕๒๗๕", ["ที่ ชม ๐๐๑๗.๒/ว ๗๕๒๗๕"]),
        ("สำนักงาน ก.พ.ร.ได้แจ้ง", ["ก.พ.ร."]),
        ("แผน ฯลฯ และต่าง ๆ", ["ฯลฯ", "ต่าง ๆ"]),
        ("ตาม “ระเบียบงาน”", ["“ระเบียบ"]),
        ("(นายฤกษ์ ธนาวิช)", ["(นายฤกษ์ ธนาวิช)"]),
        ("โทร./โทรสาร ๐ ๕๓๘๙ ๐๕๒๐", ["โทร./โทรสาร ๐ ๕๓๘๙ ๐๕๒๐"]),
        ("มูลค่า ๑,๒๓๔,๕๖๗.๘๙ บาท", ["๑,๒๓๔,๕๖๗.๘๙ บาท"]),
        ("ครั้งที่ ๑/๒๕๕๘", ["ครั้งที่ ๑/๒๕๕๘"]),
        ("นายอำเภอ ทุกแห่ง นายกรัฐมนตรี", []),
        ("จังหวัดได้มอบหมายหน่วยงาน", []),
    ],
)
def test_phrases_that_stay_whole(text, expected):
    assert kept(text) == expected


def test_a_name_passed_in_stays_whole_with_its_title():
    text = "มอบให้นายธนาวิช เชียงดาวใต้ไปประชุม"
    assert kept(text, ["ธนาวิช เชียงดาวใต้"]) == ["นายธนาวิช เชียงดาวใต้"]


@pytest.mark.parametrize(
    "text",
    [
        '<script>alert(1)</script> & "๑๖ ตุลาคม ๒๕๕๘" <b>',
        "๑๖ ตุลาคม ๒๕๕๘</span><img src=x>",
        "</p><link rel=attachment href=file:///etc/passwd>",
    ],
)
def test_text_is_escaped_inside_and_outside_the_spans(text):
    bare = re.sub(r'<span class="nb">|</span>', "", nobreak(text)).replace("\u200b", "")
    assert "<" not in bare
    assert ">" not in bare
    assert bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") == text


def test_a_name_cannot_smuggle_markup_or_a_pattern():
    assert kept("ดู <i>.*</i> ด้วย", ["<i>.*</i>"]) == ["&lt;i&gt;.*&lt;/i&gt;"]


def test_control_and_bidirectional_characters_are_dropped_and_nothing_else():
    assert nobreak("ก\u202eข\x00ค\tง\u2066จ\r\nฉ\ufeff") == "กขค งจ  ฉ"


def printed_lines(html_text, width_cm):
    html = f'<html lang="th"><div style="width:{width_cm}cm;text-align:justify">{html_text}</div></html>'
    return [line.text for line in lay_out(html, stylesheets=("letter",)).lines()]


@pytest.mark.parametrize("width", [7, 8.3, 9.6, 11, 12.7, 16])
def test_no_phrase_of_the_letter_crosses_a_line(width):
    for paragraph in CHIANG_MAI.body:
        lines = printed_lines(nobreak(paragraph), width)
        for phrase in kept(paragraph):
            assert any(phrase in line for line in lines), (phrase, lines)


AMPHOE = terms()[terms().index("จอมทอง") : terms().index("กัลยาณิวัฒนา") + 1]


@pytest.mark.parametrize("width", [6, 9, 16])
def test_no_place_name_is_cut_at_any_of_its_positions(width):
    """The names follow each other without space, so that every line's end falls near one."""
    assert len(AMPHOE) == 24
    text = "".join(f"อำเภอ{name}" for name in AMPHOE * 3)
    lines = printed_lines(nobreak(text), width)
    for name in AMPHOE:
        assert sum(line.count(name) for line in lines) == text.count(name), (name, lines)


def test_a_line_does_not_end_inside_a_word_the_engine_saw_half_of():
    """The piece of text the engine looks at ends within ส่วนราชการ here; its line would end with ส่วน."""
    text = nobreak("ประมาณเดือน พฤศจิกายน - ธันวาคม ๒๕๕๘ ดังนั้น จึงขอให้หัวหน้าส่วนราชการได้มอบหมายให้หัวหน้าฝ่าย")
    cut = []
    for width in range(70, 161):
        lines = printed_lines(text, width / 10)
        cut += [(width, line) for line in lines if re.search(r"(ส่วน|หัว|ราช|มอบ|ประ|พฤศ)$", line)]
    assert cut == []
