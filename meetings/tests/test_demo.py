"""The founding letter again: its facts, its number, and the year the real one got wrong."""

import datetime as dt

import pypdfium2
import pytest

from agreements.testing import make_signed
from kpiportal import files
from kpiportal.letters import standing_words
from kpiportal.models import AuditEvent, Letter
from kpiportal.testing.people import BANGKOK
from meetings import demo


@pytest.fixture
def meeting(cast):
    return demo.load_meeting(cast.province, make_signed(cast), by_coordinator=cast.coordinator)


def test_the_facts_of_the_letter(meeting, cast):
    letter = Letter.objects.get()
    assert (letter.number_text, letter.dated, letter.state) == ("ชม 0017.2/ว 75275", dt.date(2015, 10, 9), "issued")
    assert letter.issued_at == dt.datetime(2015, 10, 9, 10, 0, tzinfo=BANGKOK)
    assert meeting.starts_at == dt.datetime(2015, 10, 16, 13, 30, tzinfo=BANGKOK)
    assert letter.references == ["หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558"]
    assert letter.signer_post == ["รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดเชียงใหม่"]
    assert letter.acting_order == "คำสั่งจังหวัดเชียงใหม่ ที่ 4117/2558 ลงวันที่ 1 ตุลาคม 2558"
    assert [i.organization for i in meeting.invitations.order_by("pk")] == [cast.agency, cast.other_agency]
    later = standing_words(cast.province, on=dt.date(2015, 10, 19))  # the order is over: the governor signs
    assert (later["signer"], later["acting_order"]) == (cast.governor.full_name, "")


def test_the_coming_agreement_is_of_2559(meeting):
    subject = Letter.objects.get().subject
    assert subject.endswith("แนวทางการจัดทำคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2559")
    assert subject.count("2558") == 1


def test_the_paper_says_it_all_on_one_page(meeting):
    with files.open_stored(Letter.objects.get().file) as stored:
        document = pypdfium2.PdfDocument(stored.read())
    assert len(document) == 1
    text = "".join(document[0].get_textpage().get_text_range().split())
    document.close()
    for words in (
        "ที่ชม๐๐๑๗.๒/ว๗๕๒๗๕", "๙ตุลาคม๒๕๕๘", "วันศุกร์ที่๑๖ตุลาคม๒๕๕๘เวลา๑๓.๓๐น.", "วันจันทร์ที่๒๖ตุลาคม๒๕๕๘",
        "ณห้องประชุมกลุ่มงานยุทธศาสตร์การพัฒนาจังหวัดชั้น๓อาคารอำนวยการศาลากลางจังหวัดเชียงใหม่",
        "ประมาณเดือนพฤศจิกายน-ธันวาคม๒๕๕๘", "(นายฤกษ์ธนาวิช)", "โทร./โทรสาร๐-๕๓๘๙-๐๕๒",
    ):  # fmt: skip
        assert words in text


def test_it_went_through_the_deeds_of_users(meeting):
    verbs = AuditEvent.objects.filter(verb__regex="^(meetings|letters)").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "letters.open_series", "letters.signatory", "letters.signatory", "meetings.plan", "letters.draft",
        "meetings.draft_invitation", "letters.save", "meetings.call", "letters.issue",
    ]  # fmt: skip


def test_loading_again_adds_nothing(meeting, cast):
    again = demo.load_meeting(cast.province, meeting.agreement, by_coordinator=cast.coordinator)
    assert again == meeting
    assert Letter.objects.count() == 1
