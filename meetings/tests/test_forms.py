"""What browsers send: repaired, bounded, and answered in Thai."""

import datetime as dt

import pytest

from kpiportal.models import LetterSeries
from kpiportal.testing.people import BANGKOK
from meetings import testing
from meetings.forms import RecipientsForm, SeriesForm
from meetings.letter_forms import LetterForm
from meetings.meeting_forms import MeetingForm


def meeting_form(**typed):
    form = MeetingForm({"subject": "ซักซ้อม", "date": "30/10/2558", "time": "13.30", "venue": "ห้อง 1", **typed})
    form.is_valid()
    return form


def test_a_moment_in_bangkok():
    form = meeting_form(date="๓๐ ต.ค. ๒๕๕๘", time="๑๓.๓๐ น.")
    assert form.facts == {
        "subject": "ซักซ้อม", "venue": "ห้อง 1", "starts_at": dt.datetime(2015, 10, 30, 13, 30, tzinfo=BANGKOK),
        "ends_at": None, "video_link": "", "kind": "follow_up", "number": None, "chair": "", "chair_post": "",
        "secretary": "", "secretary_post": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"date": "30/10/58"}, "date", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
        ({"date": "31/9/2558"}, "date", "กันยายน 2558 มี 30 วัน ไม่มีวันที่ 31"),
        ({"date": "วันพุธที่ 30 ตุลาคม 2558"}, "date", "30 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพุธ"),
        ({"date": ""}, "date", "โปรดพิมพ์วันที่"),
        ({"time": "25.00"}, "time", "เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น."),
        ({"time": ""}, "time", "โปรดพิมพ์เวลา เช่น 13.30"),
        ({"subject": " \n "}, "subject", "กรุณาพิมพ์เรื่องที่ประชุม"),
        ({"subject": "ก" * 483}, "subject", "ยาวเกินไป 3 ตัวอักษร (ไม่เกิน 480)"),
        ({"venue": ""}, "venue", "กรุณาพิมพ์สถานที่ประชุม"),
        ({"end": "13.30"}, "end", "เวลาเลิกต้องหลังเวลาเริ่ม"),
        (
            {"video_link": "javascript:alert(1)"},
            "video_link",
            "ลิงก์ต้องขึ้นต้นด้วย https:// เช่น https://meet.example.go.th/abc",
        ),
        ({"number": "0"}, "number", "ตัวเลข 1 ถึง 999"),
    ],
)
def test_a_meeting_that_cannot_be(typed, name, sentence):
    assert meeting_form(**typed).errors == {name: [sentence]}


def letter_form(cast, **typed):
    series = testing.make_series(cast)
    form = LetterForm({"revision": "0", "series": series.pk, "dated": "19/10/2558", **typed}, office=cast.province)
    form.is_valid()
    return form


def test_lists_are_one_item_a_line(cast):
    form = letter_form(cast, body="ย่อหน้าแรก\r\n\r\n  ย่อหน้า   ที่สอง \n\n\n", references="ก\nข", owner="")
    assert form.errors == {}
    assert form.words["body"] == ["ย่อหน้าแรก", "ย่อหน้า ที่สอง"]
    assert (form.words["references"], form.words["owner"]) == (["ก", "ข"], [])


def test_text_pasted_from_an_old_pdf_is_repaired(cast):
    form = letter_form(cast, subject="จัดทํา\x00คําสั่ง", body="ผ\uf70bู\uf70bว่าราชการ\x00")
    assert form.words["subject"] == "จัดทำคำสั่ง"
    assert form.words["body"] == ["ผู้ว่าราชการ"]


def test_a_draft_may_be_incomplete(cast):
    assert letter_form(cast).errors == {}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"dated": "19/10/58"}, {"dated": ["โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"]}),
        ({"subject": "ก" * 501}, {"subject": ["ยาวเกินไป 1 ตัวอักษร (ไม่เกิน 500)"]}),
        ({"references": "ก\n" + "ข" * 302}, {"references": ["บรรทัดที่ 2 ยาวเกินไป 2 ตัวอักษร (ไม่เกิน 300)"]}),
        ({"letterhead": "1\n2\n3\n4"}, {"letterhead": ["มี 4 บรรทัด ไม่เกิน 3"]}),
        ({"body": "ก" * 6000}, {"body": ["บรรทัดที่ 1 ยาวเกินไป 1,000 ตัวอักษร (ไม่เกิน 5,000)"]}),
        ({"series": ""}, {"series": ["กรุณาเลือกทะเบียน"]}),
        ({"series": "999999"}, {"series": ["เลือกทะเบียนของหน่วยงานท่านเท่านั้น"]}),
    ],
)
def test_a_letter_that_cannot_be_kept(cast, typed, errors):
    assert letter_form(cast, **typed).errors == errors


def test_another_offices_register_cannot_be_chosen(cast):
    theirs = LetterSeries.objects.create(organization=cast.neighbour_province, prefix="ลพ 0017.2", year=2558)
    assert letter_form(cast, series=theirs.pk).errors == {"series": ["เลือกทะเบียนของหน่วยงานท่านเท่านั้น"]}


def test_the_form_shows_a_stored_letter_as_it_is_typed(cast):
    letter = testing.make_draft(cast, body=["หนึ่ง", "สอง"], owner=["ก", "ข"]).letter
    form = LetterForm(initial=LetterForm.initial_of(letter), office=cast.province)
    assert "หนึ่ง\n\nสอง</textarea>" in str(form["body"])
    assert "ก\nข</textarea>" in str(form["owner"])
    assert 'value="19/10/2558"' in str(form["dated"])


def test_differences_name_the_fields_in_which_two_people_differ(cast):
    letter = testing.make_draft(cast, body=["ของเขา"]).letter
    typed = {**LetterForm.initial_of(letter), "series": letter.series_id, "dated": "19/10/2558", "body": "ของฉัน"}
    typed |= {name: "\n".join(value) for name, value in typed.items() if isinstance(value, list)}
    form = LetterForm(typed, office=cast.province)
    assert form.is_valid(), form.errors
    assert form.differences(letter) == [{"label": "ข้อความ", "stored": "ของเขา"}]


def test_receivers_are_chosen_from_the_candidates(cast):
    candidates = type(cast.agency).objects.filter(pk=cast.agency.pk)
    form = RecipientsForm({"revision": "0", "organizations": [cast.neighbour_agency.pk]}, candidates=candidates)
    assert form.errors == {"organizations": ["มีหน่วยงานที่เชิญไม่ได้"]}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"year": "58"}, {"year": ["ปี พ.ศ. สี่หลัก เช่น 2558"]}),
        ({"year": "ปีนี้"}, {"year": ["ปี พ.ศ. สี่หลัก เช่น 2558"]}),
        ({"start_after": "-1"}, {"start_after": ["ตัวเลข 0 ถึง 999999"]}),
        ({"start_after": "1.5"}, {"start_after": ["ตัวเลข 0 ถึง 999999"]}),
        ({"prefix": ""}, {"prefix": ["กรุณาพิมพ์หัวเลขหนังสือ เช่น ชม 0017.2"]}),
        ({"circular": "x"}, {"circular": ["กรุณาเลือกจากรายการ"]}),
        ({"year": "๒๕๕๘", "start_after": ""}, {}),
    ],
)
def test_opening_a_register(typed, errors):
    form = SeriesForm({"prefix": "ชม 0017.2", "circular": "1", "year": "2558", "start_after": "0", **typed})
    assert form.errors == errors
    if not errors:
        assert form.cleaned_data == {"prefix": "ชม 0017.2", "circular": True, "year": 2558, "start_after": 0}
