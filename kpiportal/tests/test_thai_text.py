"""Repair of pasted text, cleaning of typed text, and the stored sort key."""

import random
import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kpiportal import thai

# Lines of a letter of 2550 as its PDF gives them: marks are private glyph codes, ำ is two characters.
OLD_PDF_LINES = [
    ("ประจําป\uf702งบประมาณ พ.ศ. 2551 ", "ประจำปีงบประมาณ พ.ศ. 2551 "),
    ("เรียน ผู\uf70bว\uf70aาราชการจังหวัด 75 จังหวัด ", "เรียน ผู้ว่าราชการจังหวัด 75 จังหวัด "),
    (
        "สิ่งที่ส\uf70aงมาด\uf70bวย   1. แบบฟอร\uf70eมเอกสาร",
        "สิ่งที่ส่งมาด้วย   1. แบบฟอร์มเอกสาร",
    ),
    (" 2. แผ\uf70aนบันทึกข\uf70bอมูล จํานวน 1 แผ\uf70aน  ", " 2. แผ่นบันทึกข้อมูล จำนวน 1 แผ่น  "),
    (
        "ตัวชี้วัด ค\uf70aาเป\uf706าหมาย และเกณฑ\uf70eการให\uf70bคะแนนตามคํารับรอง",
        "ตัวชี้วัด ค่าเป้าหมาย และเกณฑ์การให้คะแนนตามคำรับรอง",
    ),
    (
        "เป\uf706าประสงค\uf70e ประเด็นยุทธศาสตร\uf70eพร\uf70bอมตัวชี้วัด ซ่ึงเป\uf712น",
        "เป้าประสงค์ ประเด็นยุทธศาสตร์พร้อมตัวชี้วัด ซึ่งเป็น",
    ),
    ("พ.ศ. 2551 ทั้งน้ีขอให\uf70bแจ\uf70bงไป", "พ.ศ. 2551 ทั้งนี้ขอให้แจ้งไป"),
    ("กลุ\uf70aมจังหวัด ได\uf70bกําหนดไว\uf70bในราวต\uf70bนเดือน", "กลุ่มจังหวัด ได้กำหนดไว้ในราวต้นเดือน"),
    ("   (นายทศพร  ศิริสัมพันธ\uf70e) ", "   (นายทศพร  ศิริสัมพันธ์) "),
    ("โทร  0 2356 9999 ต\uf70aอ 8814,9969,8867", "โทร  0 2356 9999 ต่อ 8814,9969,8867"),
]


@pytest.mark.parametrize(("pasted", "meant"), OLD_PDF_LINES)
def test_repair_restores_the_letter_of_2550(pasted, meant):
    assert thai.repair(pasted) == meant


def test_repair_knows_every_windows_glyph():
    pasted = "".join(chr(code) + "|" for code in range(0xF700, 0xF71B))
    assert thai.repair(pasted).split("|")[:-1] == [
        *["\u0e10", "\u0e34", "\u0e35", "\u0e36", "\u0e37", "\u0e48", "\u0e49", "\u0e4a", "\u0e4b", "\u0e4c"],
        *["\u0e48", "\u0e49", "\u0e4a", "\u0e4b", "\u0e4c", "\u0e0d", "\u0e31", "\u0e4d", "\u0e47"],
        *["\u0e48", "\u0e49", "\u0e4a", "\u0e4b", "\u0e4c", "\u0e38", "\u0e39", "\u0e3a"],
    ]


def test_repair_knows_the_glyphs_of_postscript_fonts():
    assert thai.repair("เป\uf88fาหมาย ป\uf886 ผ\uf88eู") == "เป้าหมาย ปี ผู้"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("จัดทํา", "จัดทำ"),
        ("น้ํา", "น้ำ"),
        ("นํ้า", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("ส านักงาน จ านวน", "สำนักงาน จำนวน"),
        ("ต ่าสุด", "ต่ำสุด"),
        ("ต่ าสุด", "ต่ำสุด"),
        ("ผ้ ู", "ผู้"),
        ("เเผน เเก้ไข", "แผน แก้ไข"),
        ("ทั้งน้ี", "ทั้งนี้"),
        ("สิทธ์ิ", "สิทธิ์"),
        ("ที่่", "ที่"),
        ("หนา้ที่", "หน้าที่"),
        ("จะ้", "จ้ะ"),
        ("พ.ศ.\u00a02558", "พ.ศ. 2558"),
        ("ตัว\u200bชี้\u200dวัด\ufeff", "ตัวชี้วัด"),
        ("ก\tข\x00ค\x07ง", "ก ขคง"),
        ("บรรทัด\r\nสอง\rสาม\u2028สี่\x0bห้า\x0cหก", "บรรทัด\nสอง\nสาม\nสี่\nห้า\nหก"),
        ("\ufffe\uffff\ud800ก", "ก"),
    ],
)
def test_repair(pasted, meant):
    assert thai.repair(pasted) == meant


@pytest.mark.parametrize(
    "right",
    [
        "รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดเชียงใหม่",
        "น้ำหนัก ค่าเป้าหมาย และเกณฑ์การให้คะแนน เป็นต้น ๆ ฯลฯ ฤๅษี ณ กรุงเทพฯ พ.ศ. ๒๕๕๘",
        "10 m² ½ ﬁ Ⅻ ① K ㎏ résumé",
        "ย่อหน้า\n  เยื้อง\n\nสุดท้าย",
        "จงัหวัด สำหรบั",  # slid vowels need a dictionary
    ],
)
def test_repair_leaves_right_text_alone(right):
    assert thai.repair(right) == right


def test_nothing_invisible_survives():
    hidden = "".join(
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"} or code & 0xFFFE == 0xFFFE
    )
    left = {char for char in thai.repair(hidden) if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}
    # Signs of other scripts that are drawn: Arabic, Syriac, Kaithi numbers, Egyptian groups.
    signs = [0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
    drawn = {*range(0x600, 0x606), *signs, *range(0x13430, 0x13440)}
    assert left <= {chr(code) for code in drawn} | {"\n"}


THAI_TEXT = st.text(st.sampled_from("กขรฤเแไะาำๅิีุู็่้๊์ํฺๆฯ \n๑1a\uf70a\uf702\u200b"), max_size=14)


@given(THAI_TEXT)
def test_repair_and_cleaning_are_stable(text):
    repaired = thai.repair(text)
    assert thai.repair(repaired) == repaired
    assert thai.clean_line(thai.clean_line(text)) == thai.clean_line(text)
    assert thai.clean_text(thai.clean_text(text)) == thai.clean_text(text)


def test_clean_line_is_one_line():
    assert thai.clean_line("  สำนักงาน\r\n เกษตร\u00a0\u202egpj.exe\u202c\x00  ") == "สำนักงาน เกษตร gpj.exe"
    assert thai.clean_line("ผ\uf70bู ว\uf70aา") == "ผู้ ว่า"
    assert thai.clean_line(" \u200b\n ") == ""


def test_clean_text_keeps_paragraphs():
    typed = "\r\n\r\nปัญหา  \r\n  1. น้ําท่วม\u202e\r\n\r\n  2. ฝุ่น\u2066 \n\n \n"
    assert thai.clean_text(typed) == "ปัญหา\n  1. น้ำท่วม\n\n  2. ฝุ่น"


def in_order(*words):
    shuffled = list(words)
    random.Random(2558).shuffle(shuffled)
    return sorted(shuffled, key=lambda word: thai.sort_key(word).encode()) == list(words)


def test_sort_key_is_dictionary_order():
    assert in_order("ก", "กก", "กา", "เกาะ", "แก", "ไก่", "ขา")
    assert in_order("เก็ง", "เก่ง", "เก้ง", "เก๋ง")
    assert in_order("กา", "ก่า", "ก้า", "กาก", "ก่าง")
    assert in_order("รา", "ฤดู", "ฤๅษี", "ลา")
    assert in_order("นา", "นำ", "น้ำ", "นิ", "แนว", "บ้าน")
    assert in_order("กฐิน", "กรม", "กรรม", "กระบี่", "กรุงเทพ", "กลอง", "เกณฑ์", "ไกล")


def test_sort_key_of_provinces():
    assert in_order(
        *["กระบี่", "กาญจนบุรี", "กาฬสินธุ์", "กำแพงเพชร", "ขอนแก่น", "จันทบุรี", "ฉะเชิงเทรา", "ชลบุรี", "ชัยนาท"],
        *["ชัยภูมิ", "ชุมพร", "เชียงราย", "เชียงใหม่", "ตรัง", "ตราด", "ตาก", "นครนายก", "เพชรบุรี", "เพชรบูรณ์", "แพร่"],
        *["ภูเก็ต", "แม่ฮ่องสอน", "ยะลา", "เลย", "สกลนคร", "อุบลราชธานี"],
    )


def test_sort_key_words_numbers_and_case():
    assert in_order("100", "ABC", "กอง 1", "กอง ๒", "กอง 3", "กองคลัง")
    assert in_order("ตัวชี้วัดที่ 1.1", "ตัวชี้วัดที่ 1.2", "ตัวชี้วัดที่ 11")
    assert thai.sort_key("ปี ๒๕๕๘") == thai.sort_key("ปี 2558")
    assert thai.sort_key("OPDC") == thai.sort_key("opdc")
    assert thai.sort_key("ก.พ.ร.") == thai.sort_key("(กพร)")
    assert thai.sort_key("จัดทําเเผน") == thai.sort_key("จัดทำแผน")


def test_sort_key_is_plain_text_a_c_collation_orders():
    assert thai.sort_key("ไก่") == "กไ!07"
    assert thai.sort_key("เชียงใหม่") == "ชเียงหใม!00000007"
    assert thai.sort_key("") == ""
    assert thai.sort_key(" ่ ") == ""


@given(THAI_TEXT)
def test_sort_key_is_never_longer_than_twice_the_text(text):
    key = thai.sort_key(text)
    assert len(key) <= 2 * len(text)
    assert key.isprintable()


@pytest.mark.django_db
def test_postgresql_orders_the_key_by_bytes():
    """The column that stores the key must be COLLATE "C": any other collation weighs "!" and "-" its own way."""
    words = ["กก", "กา", "เกาะ", "แก", "ไก่", "กอง 1", "กอง ๒", "กองคลัง", "เก็ง", "เก่ง", "เก้ง", "ขา", "OPDC"]
    with connection.cursor() as cursor:
        cursor.execute(
            'select word from unnest(%s, %s) as names(word, key) order by key collate "C"',
            [words, [thai.sort_key(word) for word in words]],
        )
        found = [word for (word,) in cursor.fetchall()]
    assert found == [
        *["OPDC", "กก", "กอง 1", "กอง ๒", "กองคลัง", "กา", "เก็ง", "เก่ง", "เก้ง", "เกาะ", "แก", "ไก่", "ขา"],
    ]
