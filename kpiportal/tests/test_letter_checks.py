"""What is refused at issue and what is only pointed out."""

import datetime as dt

import pytest

from kpiportal.letter_checks import date_phrases, dates_in, problems_of, short_phones, warnings_of, wrong_dates
from kpiportal.models import Letter, LetterSeries, Organization


def letter(**words) -> Letter:
    """A complete letter of 9 October 2558, not in the database."""
    organization = Organization(name="เชียงใหม่", kind="province")
    series = LetterSeries(organization=organization, prefix="ชม 0017.2", circular=True, year=2558)
    return Letter(
        **{
            "organization": organization, "series": series, "letterhead": ["ศาลากลางจังหวัดเชียงใหม่"],
            "dated": dt.date(2015, 10, 9), "subject": "ขอเชิญประชุม", "addressee": "หัวหน้าส่วนราชการ ทุกแห่ง",
            "references": [], "enclosures": [], "body": ["ประชุมในวันศุกร์ที่ 16 ตุลาคม 2558 นั้น"],
            "signer": "นายฤกษ์ ธนาวิช", "signer_post": ["ผู้ว่าราชการจังหวัด"], "owner": ["โทร. 0-5311-2345"], **words,
        }
    )  # fmt: skip


def texts(**words) -> list[str]:
    return [blocker.text for blocker in problems_of(letter(**words))]


def test_a_complete_letter_has_no_problem():
    assert texts() == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("letterhead", [], "ยังไม่ได้กรอก “ส่วนราชการเจ้าของหนังสือ”"),
        ("subject", "", "ยังไม่ได้กรอก “เรื่อง”"),
        ("addressee", "  ", "ยังไม่ได้กรอก “เรียน”"),
        ("body", [], "ยังไม่ได้กรอก “ข้อความ”"),
        ("body", ["", " "], "ยังไม่ได้กรอก “ข้อความ”"),
        ("signer", "", "ยังไม่ได้กรอก “ชื่อผู้ลงนาม”"),
        ("signer_post", [], "ยังไม่ได้กรอก “ตำแหน่งผู้ลงนาม”"),
    ],
)
def test_what_every_letter_has(name, value, sentence):
    [blocker] = problems_of(letter(**{name: value}))
    assert (blocker.text, blocker.field) == (sentence, name)


def test_the_register_is_of_the_letters_year():
    assert texts(dated=dt.date(2016, 1, 4), body=["เรียนเชิญ"]) == [
        "หนังสือลงวันที่ 4 มกราคม 2559 แต่เลือกทะเบียนของปี 2558 ต้องใช้ทะเบียนของปี 2559"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ในวันพฤหัสบดีที่ 16 ตุลาคม 2558 เวลา 13.30 น.",
         "“วันพฤหัสบดีที่ 16 ตุลาคม 2558” ไม่ถูกต้อง 16 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพฤหัสบดี"),
        ("ภายในวันอังคารที่ ๒๖ ตุลาคม พ.ศ. ๒๕๕๘ นั้น",
         "“วันอังคารที่ 26 ตุลาคม พ.ศ. 2558” ไม่ถูกต้อง 26 ตุลาคม 2558 เป็นวันจันทร์ ไม่ใช่วันอังคาร"),
        ("วันพุธ 21 ต.ค. 2559", "“วันพุธ 21 ต.ค. 2559” ไม่ถูกต้อง 21 ตุลาคม 2559 เป็นวันศุกร์ ไม่ใช่วันพุธ"),
        ("ข้อมูล ณ วันที่ 31 กันยายน 2558", "“วันที่ 31 กันยายน 2558” ไม่ถูกต้อง กันยายน 2558 มี 30 วัน ไม่มีวันที่ 31"),
        ("ลงวันที่ 22 มกราคม 2015",
         "“วันที่ 22 มกราคม 2015” ไม่ถูกต้อง ปี 2015 เป็นปี ค.ศ. หมายถึง พ.ศ. 2558 ใช่หรือไม่ โปรดพิมพ์ปี พ.ศ."),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused_by_name(text, sentence):
    assert wrong_dates([text]) == [sentence]
    assert texts(body=[text]) == [f"ช่อง “ข้อความ”: {sentence}"]


@pytest.mark.parametrize(
    "text",
    [
        "วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘",
        "วันศุกร์ที่ 16 - วันเสาร์ที่ 17 ตุลาคม 2558",
        "วันที่ 29 กุมภาพันธ์ 2559",
        "ประมาณเดือนพฤศจิกายน - ธันวาคม 2558",
        "เมื่อ 24 มิถุนายน 2475",  # an old year may be meant
        "16 October 2015 และ 16 ตุลาคม ค.ศ. 2015",
        "วันศุกร์ที่ 16 ตุลาคม เวลา 13.30 น.",  # no year: nothing to compare with
        "วันจันทร์ถึงวันศุกร์",
    ],
)
def test_a_date_that_can_be_is_left_alone(text):
    assert wrong_dates([text]) == []


def test_dates_are_looked_for_in_every_field_that_tells_of_them():
    wrong = "วันจันทร์ที่ 16 ตุลาคม 2558"
    found = problems_of(letter(subject=wrong, references=[wrong], enclosures=[wrong]))
    assert [blocker.field for blocker in found] == ["subject", "references", "enclosures"]


def test_dates_in_a_text_are_found_in_either_digits():
    text = "ตั้งแต่วันที่ ๑ ต.ค. ๒๕๕๗ ถึงวันพุธที่ 30 กันยายน พ.ศ. 2558"
    assert list(date_phrases(text)) == ["วันที่ 1 ต.ค. 2557", "วันพุธที่ 30 กันยายน พ.ศ. 2558"]
    assert dates_in([text]) == {dt.date(2014, 10, 1), dt.date(2015, 9, 30)}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("โทร./โทรสาร 0-5389-052", [("0-5389-052", 8)]),
        ("โทร./โทรสาร ๐-๕๓๘๙-๐๕๒", [("0-5389-052", 8)]),
        ("โทร. 0-5389-0520", []),
        ("โทร. 08 1234 5678 ต่อ 0211", []),
        ("โทร 0 2356 9999 ต่อ 8900, 8901 โทรสาร 0 2281 816", [("0 2281 816", 8)]),
        ("กลุ่มงานที่ 05", []),
    ],
)
def test_a_telephone_number_too_short(line, found):
    assert short_phones([line]) == found


def test_a_short_telephone_number_is_a_warning_and_no_refusal():
    short = letter(owner=["สำนักงานจังหวัด", "โทร./โทรสาร 0-5389-052"])
    assert problems_of(short) == []
    assert warnings_of(short, on=dt.date(2015, 10, 9)) == [
        "หมายเลข “0-5389-052” มีเพียง 8 หลัก หมายเลขโทรศัพท์ในประเทศไทยมี 9 หรือ 10 หลัก"
    ]


def test_what_the_text_speaks_of_should_be_there():
    speaking = letter(body=["ตามหนังสือที่อ้างถึง และตามสิ่งที่ส่งมาด้วย"])
    assert warnings_of(speaking, on=dt.date(2015, 10, 9)) == [
        "ข้อความกล่าวถึงหนังสือที่อ้างถึง แต่ช่อง “อ้างถึง” ว่างอยู่",
        "ข้อความกล่าวถึงสิ่งที่ส่งมาด้วย แต่ช่อง “สิ่งที่ส่งมาด้วย” ว่างอยู่",
    ]
    speaking.references, speaking.enclosures = ["หนังสือ"], ["แบบตอบรับ"]
    assert warnings_of(speaking, on=dt.date(2015, 10, 9)) == []


def test_a_letter_dated_another_day_than_today_is_pointed_out():
    assert warnings_of(letter(), on=dt.date(2015, 10, 12)) == ["หนังสือลงวันที่ 9 ตุลาคม 2558 แต่วันนี้คือ 12 ตุลาคม 2558"]


@pytest.mark.parametrize(
    ("post", "refused"),
    [
        (["รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดเชียงใหม่"], []),
        (["รองผู้ว่าราชการจังหวัด รักษาราชการแทน ผู้ว่าราชการจังหวัดเชียงใหม่"], []),
        (["รองผู้ว่าราชการจังหวัด", "ปฏิบัติราชการแทน"],
         ["หลังคำว่า “ปฏิบัติราชการแทน” ต้องมีตำแหน่งที่ลงนามแทนในบรรทัดถัดไป เช่น ผู้ว่าราชการจังหวัด"]),
        (["รองผู้ว่าราชการจังหวัด รักษาราชการแทน"],
         ["หลังคำว่า “รักษาราชการแทน” ต้องมีตำแหน่งที่ลงนามแทนในบรรทัดถัดไป เช่น ผู้ว่าราชการจังหวัด"]),
    ],
)  # fmt: skip
def test_whoever_signs_for_another_names_the_other_s_post(post, refused):
    assert texts(signer_post=post) == refused
    assert texts(signer_post=post, kind="stamped") == []


def test_signing_for_another_without_its_order_is_pointed_out():
    post = ["รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดเชียงใหม่"]
    on = dt.date(2015, 10, 9)
    assert warnings_of(letter(signer_post=post), on=on) == [
        "ผู้ลงนามปฏิบัติราชการแทน ควรระบุคำสั่งหรือข้อกฎหมายที่ให้ลงนามแทนในช่อง “คำสั่งที่ให้ปฏิบัติราชการแทน”"
    ]
    assert warnings_of(letter(signer_post=post, acting_order="คำสั่งจังหวัดเชียงใหม่ ที่ 12/2558"), on=on) == []


def test_over_a_stamp_stands_the_office_and_not_its_address():
    on = dt.date(2015, 10, 9)
    series = LetterSeries(organization=Organization(name="เชียงใหม่", kind="province"), prefix="ชม 0017.2", year=2558)
    assert warnings_of(letter(kind="stamped", series=series), on=on) == [
        "เหนือตราของหนังสือประทับตราพิมพ์ชื่อส่วนราชการ คือ จังหวัดเชียงใหม่ ไม่ใช่ที่ตั้ง แก้ที่ช่อง “ส่วนราชการเจ้าของหนังสือ”"
    ]
    assert warnings_of(letter(kind="stamped", series=series, letterhead=["จังหวัดเชียงใหม่"]), on=on) == []
