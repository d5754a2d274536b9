"""A mark of secrecy is refused where it stands as a mark, and never inside another word."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal import uploads
from kpiportal.classified import mark_in
from kpiportal.letter_checks import problems_of
from kpiportal.tests import good_files
from meetings import testing as meetings


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("ลับ", "ลับ"),
        ("ลับมาก", "ลับมาก"),
        ("ลับที่สุด", "ลับที่สุด"),
        ("(ลับ) รายงานผล.pdf", "ลับ"),
        ("รายงานผล_ลับมาก_2558.pdf", "ลับมาก"),
        ("๒๕๕๘ลับ.pdf", "ลับ"),
        ("หนังสือลับ ที่ ชม 0017", "ลับ"),
        ("เอกสารลับที่สุด.pdf", "ลับที่สุด"),
        ("ด่วนลับ", "ลับ"),
        ("ชั้นความลับ: ลับ", "ลับ"),
        ("กลับ", None),
        ("ส่งกลับแก้ไข.pdf", None),
        ("สลับลำดับ", None),
        ("ความลับ", None),
        ("การรักษาความลับของทางราชการ", None),
        ("อำเภอลับแล", None),
        ("ลับแล จังหวัดอุตรดิตถ์", None),
        ("ประทับตรา", None),
        ("ลับคมความคิด", None),
        ("ฝึกลับสมอง", None),
        ("รายงานผล.pdf", None),
    ],
)
def test_marks_and_words(text, mark):
    assert mark_in(text) == mark


def test_a_file_that_bears_a_mark_is_refused_and_told_where_it_goes():
    file = SimpleUploadedFile("ผลการตรวจ (ลับมาก).pdf", good_files.pdf())
    with pytest.raises(uploads.UploadRefused) as refusal:
        uploads.inspect(file)
    assert (refusal.value.code, refusal.value.status) == ("classified", 422)
    assert refusal.value.sentence == (
        "ชื่อไฟล์นี้มีคำว่า “ลับมาก” ระบบนี้ไม่รับเรื่องที่มีชั้นความลับ โปรดส่งเป็นกระดาษผ่านนายทะเบียนข้อมูลข่าวสารลับของหน่วยงาน"
    )


def test_a_file_named_with_a_word_that_only_holds_the_letters_is_taken():
    assert uploads.inspect(SimpleUploadedFile("ส่งกลับ อำเภอลับแล.png", good_files.png())).extension == "png"


def test_a_letter_whose_subject_bears_a_mark_is_not_issued(cast, frozen):
    letter = meetings.make_draft(cast).letter
    clean = [blocker.text for blocker in problems_of(letter)]
    letter.subject = "รายงานลับแล (ลับ)"
    found = [(blocker.field, blocker.text) for blocker in problems_of(letter) if blocker.text not in clean]
    assert found == [
        (
            "subject",
            "เรื่องมีคำว่า “ลับ” ระบบนี้ไม่รับเรื่องที่มีชั้นความลับ โปรดส่งเป็นกระดาษผ่านนายทะเบียนข้อมูลข่าวสารลับของหน่วยงาน",
        )
    ]
