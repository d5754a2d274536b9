"""The wording the portal proposes: from the rows, in the official form, with the right years."""

import datetime as dt

import pytest

from agreements.models import RoundPlan
from agreements.testing import make_signed
from kpiportal.letter_checks import problems_of
from kpiportal.models import Membership, Role
from meetings import testing
from meetings.letters import compose, proposed_subject, standing_words, warnings_of
from meetings.testing import DATED, PLANNED, VENUE

REFERENCE = "หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558"


def test_in_the_last_round_the_subject_names_this_year_and_the_next(cast):
    assert proposed_subject(make_signed(cast), on=DATED) == (
        "ติดตามผลการดำเนินงานตามคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2558 "
        "และชี้แจงกรอบการประเมินผลและแนวทางการจัดทำคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2559"
    )


def test_in_an_earlier_round_only_this_year(cast):
    assert proposed_subject(make_signed(cast), on=dt.date(2015, 3, 1)) == (
        "ติดตามผลการดำเนินงานตามคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2558"
    )


def test_the_three_parts_of_the_body(cast):
    words = compose(testing.make_meeting(cast), dated=DATED, references=[REFERENCE])
    why, what, close = words["body"]
    assert words["subject"] == "ขอเชิญประชุมติดตามผลตัวชี้วัด รอบ 12 เดือน"
    assert words["addressee"] == ("หัวหน้าส่วนราชการผู้กำกับดูแลตัวชี้วัดตามคำรับรองการปฏิบัติราชการของจังหวัดเชียงใหม่ ทุกแห่ง")
    assert why.startswith("ตามหนังสือที่อ้างถึง จังหวัดเชียงใหม่ได้มอบหมาย")
    assert "ประจำปีงบประมาณ พ.ศ. 2558" in why
    assert "จำนวน 2 ครั้ง คือ รอบ 6 เดือน และรอบ 12 เดือน" in why
    assert why.endswith("โดยรายงานรอบ 12 เดือน ต้องส่งถึงจังหวัดเชียงใหม่ภายในวันจันทร์ที่ 26 ตุลาคม 2558 นั้น")
    assert what.startswith("เพื่อให้การจัดทำรายงานการประเมินผลตนเอง (Self-Assessment Report) รอบ 12 เดือน ของจังหวัดเชียงใหม่")
    assert f"ในวันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น. ณ {VENUE} เพื่อ" in what
    assert "ประจำปีงบประมาณ พ.ศ. 2559" in what
    assert close == "จึงเรียนมาเพื่อโปรดพิจารณาเข้าร่วมประชุม"


def test_without_a_reference_none_is_spoken_of(cast):
    why = compose(testing.make_meeting(cast), dated=DATED, references=[])["body"][0]
    assert why.startswith("ตามที่ จังหวัดเชียงใหม่ได้มอบหมาย")


def test_a_due_date_already_past_is_not_named(cast):
    why = compose(testing.make_meeting(cast), dated=dt.date(2015, 10, 27), references=[])["body"][0]
    assert "26 ตุลาคม" not in why
    assert why.endswith("เพื่อรวบรวมส่งสำนักงาน ก.พ.ร. นั้น")


def test_a_framework_without_rounds_still_has_words(cast):
    meeting = testing.make_meeting(cast)
    meeting.agreement.rounds.all().delete()
    RoundPlan.objects.all().delete()
    why, what, _ = compose(meeting, dated=DATED, references=[])["body"]
    assert why.endswith("ตามแบบที่กำหนด นั้น")
    assert what.startswith("เพื่อให้การจัดทำรายงานผลการดำเนินงานของจังหวัดเชียงใหม่")


@pytest.mark.parametrize("typed", ["ขอเชิญประชุมซักซ้อม", "เชิญประชุมซักซ้อม", "ซักซ้อม"])
def test_the_subject_asks_once(cast, typed):
    meeting = testing.make_meeting(cast, subject=typed)
    assert compose(meeting, dated=DATED, references=[])["subject"] == "ขอเชิญประชุมซักซ้อม"


def test_a_subject_that_only_begins_alike_stays_whole(cast):
    meeting = testing.make_meeting(cast, subject="ขอบเขตการประเมิน")
    assert compose(meeting, dated=DATED, references=[])["subject"] == "ขอเชิญประชุมขอบเขตการประเมิน"


def test_the_first_letter_takes_its_standing_words_from_the_office(cast):
    Membership.objects.filter(role=Role.GOVERNOR).update(post="ผู้ว่าราชการจังหวัดเชียงใหม่")
    assert standing_words(cast.province, on=DATED) == {
        "letterhead": ["ศาลากลางจังหวัดเชียงใหม่", "ถนนโชตนา ชม 50300"],
        "signer": "นายgovernor ทดสอบ",
        "signer_post": ["ผู้ว่าราชการจังหวัดเชียงใหม่"],
        "owner": ["สำนักงานจังหวัด"],
        "phone": "0-5311-2345",
        "email": "",
        "signatory": None,
    }


def test_later_letters_take_them_from_the_last_one(cast):
    testing.make_draft(cast, closing="ขอแสดงความนับถืออย่างยิ่ง", letterhead=["ศาลากลาง"])
    assert standing_words(cast.province, on=DATED) == {
        "letterhead": ["ศาลากลาง"],
        "closing": "ขอแสดงความนับถืออย่างยิ่ง",
        "signer": "นายฤกษ์ ธนาวิช",
        "signer_post": ["ผู้ว่าราชการจังหวัด"],
        "owner": ["สำนักงานจังหวัด", "โทร. 0-5311-2345"],
        "phone": "",
        "fax": "",
        "email": "",
        "signer_rank": "",
        "rank_inside": False,
        "acting_order": "",
        "signatory": None,
    }


def test_the_proposed_letter_is_ready_to_issue(cast):
    assert problems_of(testing.make_draft(cast, references=[REFERENCE]).letter) == []


def test_drift_between_letter_and_meeting_is_pointed_out(cast):
    meeting = testing.make_draft(cast)
    letter = meeting.letter
    everyone = {cast.agency.pk, cast.other_agency.pk}
    assert warnings_of(meeting, letter, hosts=everyone, invited=everyone) == []
    meeting.venue, meeting.starts_at = "ห้อง 9", PLANNED
    assert warnings_of(meeting, letter, hosts=everyone, invited={cast.agency.pk}) == [
        "ข้อความไม่ได้กล่าวถึงเวลาประชุม คือ 09.00 น.",
        "ข้อความไม่ได้กล่าวถึงสถานที่ประชุม คือ ห้อง 9",
        "คำขึ้นต้นเขียนว่า “ทุกแห่ง” แต่มีหน่วยงานเจ้าภาพ 1 แห่งที่ไม่ได้อยู่ในรายชื่อผู้รับ",
    ]
