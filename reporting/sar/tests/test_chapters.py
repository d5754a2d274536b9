"""Chapters: drafted from what was filed, kept as typed, two versions on a clash, never replaced unseen."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from kpiportal.workflow import Stale
from reporting import testing as cards
from reporting.models import Consolidation, Report
from reporting.sar import actions, chapters, drafting, testing
from reporting.sar.facts import facts_of
from reporting.sar.testing import WRITTEN, approve

FACTS = {
    "owner": "จังหวัดเชียงใหม่", "fiscal_year": 2558, "round": "รอบ 6 เดือน", "period_end": "2015-03-31",
    "points": ["1", "2", "3", "4", "5"], "decimals": 4,
    "totals": {"score": "3.05", "passed": "4", "weight": "100", "count": 2, "accepted": 1},
    "lines": [
        {"kind": "dimension", "name": "มิติภายนอก", "weight": "100", "score": "3.05", "weighted": "3.05"},
        {"kind": "indicator", "number": "1.1", "name": "รายได้", "unit": "ร้อยละ", "target": "80", "value": "85",
         "result": "85", "score": "4", "remarks": []},
        {"kind": "indicator", "number": "1.2", "name": "แผน", "unit": "ระดับ", "target": "3", "value": None,
         "result": "ขั้น 1-2", "score": "2.1", "remarks": []},
    ],
    "lacking": [{"number": "1.2"}],
    "words": [
        {"indicator__number": "1.1", "supporting_factors": "", "obstacles": " ฝนตกหนัก ", "suggestions": "-"},
        {"indicator__number": "1.2", "supporting_factors": "ไม่มี", "obstacles": "ฝนตกหนัก", "suggestions": "เพิ่มคน"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "summary",
            "จังหวัดเชียงใหม่รายงานผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2558 รอบ 6 เดือน "
            "โดยใช้ข้อมูลสะสมถึงวันที่ 31 มีนาคม 2558\n"
            "ตัวชี้วัดที่ใช้ในรอบนี้มี 2 ตัวชี้วัด น้ำหนักรวม 100 ผ่านการรับรองของหัวหน้าหน่วยงานและการตรวจของจังหวัดแล้ว 1 ตัวชี้วัด\n"
            "คะแนนรวมนับทุกตัวชี้วัดของรอบ 3.0500 จากคะแนนเต็ม 5 คะแนนเฉพาะตัวชี้วัดที่ผ่านการตรวจแล้ว 4.0000\n"
            "ตัวชี้วัดที่ได้คะแนนสูงสุด (4.0000) ได้แก่ ตัวชี้วัดที่ 1.1 รายได้\n"
            "ตัวชี้วัดที่ได้คะแนนต่ำสุด (2.1000) ได้แก่ ตัวชี้วัดที่ 1.2 แผน\n"
            "ตัวชี้วัดที่ยังไม่ผ่านการตรวจมี 1 ตัวชี้วัด ได้แก่ ตัวชี้วัดที่ 1.2",
        ),
        (
            "results",
            "มิติภายนอก น้ำหนัก 100 ได้คะแนน 3.0500 คิดเป็นคะแนนถ่วงน้ำหนัก 3.0500\n"
            "ตัวชี้วัดที่ 1.1 รายได้: ผล 85 ร้อยละ (เป้าหมาย 80) คะแนน 4.0000\n"
            "ตัวชี้วัดที่ 1.2 แผน: ผล ขั้น 1-2 (เป้าหมาย 3) คะแนน 2.1000",
        ),
        ("obstacles", "ตัวชี้วัดที่ 1.1, 1.2: ฝนตกหนัก"),
        ("factors", "ไม่มีหน่วยงานรายงานปัจจัยสนับสนุนในรอบนี้"),
        ("suggestions", "ตัวชี้วัดที่ 1.2: เพิ่มคน"),
    ],
)
def test_only_what_was_filed_is_drafted(kind, text):
    assert drafting.draft(kind, FACTS) == text


def test_a_difference_is_told_line_by_line():
    assert drafting.difference("ก\nข", "ก\nค") == [("", "ก"), ("-", "ข"), ("+", "ค")]


def sent(**boxes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("dirty", [name for name in boxes if not name.startswith("base-")])
    data.update(boxes)
    return data


@pytest.fixture
def written(sar):
    sar.chapters.filter(kind="obstacles").update(text="เดิม")
    return sar


pytestmark = pytest.mark.usefixtures("frozen")


@pytest.mark.django_db
def test_boxes_are_kept_and_a_clash_shows_both(written, cast):
    data = sent(obstacles="ใหม่", **{"base-obstacles": "เดิม"})
    kept = chapters.keep(written, data, by=cast.coordinator, at=WRITTEN)
    assert (kept.saved, kept.clashes, kept.revision) == (["obstacles"], [], 1)
    again = chapters.keep(written, data, by=cast.office_head, at=WRITTEN)  # says what stands already: no clash
    assert (again.saved, again.clashes) == (["obstacles"], [])
    other = sent(obstacles="ของหัวหน้า", **{"base-obstacles": "เดิม"})
    clash = chapters.keep(written, other, by=cast.office_head, at=WRITTEN)
    assert clash.clashes == [{"name": "obstacles", "label": "ปัญหาอุปสรรค", "stored": "ใหม่", "values": ["ใหม่"]}]
    assert clash.by == "นายcoordinator ทดสอบ"
    assert written.chapters.get(kind="obstacles").text == "ใหม่"


@pytest.mark.django_db
def test_the_whole_page_is_refused_when_somebody_saved_since(written, cast):
    texts = {row.kind: row.text for row in written.chapters.all()} | {"obstacles": "ของฉัน"}
    assert chapters.save(written, texts, by=cast.coordinator, revision=0, at=WRITTEN) == []
    texts["obstacles"] = "ของหัวหน้า"
    clashes = chapters.save(written, texts, by=cast.office_head, revision=0, at=WRITTEN)
    assert [(clash.kind, clash.text, clash.who) for clash in clashes] == [
        ("obstacles", "ของฉัน", "นายcoordinator ทดสอบ")
    ]
    assert written.chapters.get(kind="obstacles").text == "ของฉัน"


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "text"), [("new", "ใหม่จากข้อมูล"), ("mine", "ที่พิมพ์"), ("both", "ที่พิมพ์\nใหม่จากข้อมูล")])
def test_drafting_anew_keeps_what_was_typed_unless_told(sar, cast, choice, text):
    sar.chapters.filter(kind="obstacles").update(text="ที่พิมพ์")
    facts = facts_of(sar.round) | {"words": []}
    facts["words"] = [{"indicator__number": "", "obstacles": "x"}]
    row = chapters.redraft(sar, "obstacles", choice=choice, revision=0, facts=facts, by=cast.coordinator, at=WRITTEN)
    assert row.text == text.replace("ใหม่จากข้อมูล", "ตัวชี้วัดที่ : x")
    assert row.drafted == "ตัวชี้วัดที่ : x"
    with pytest.raises(Stale):
        chapters.redraft(sar, "obstacles", choice="new", revision=0, facts=facts, by=cast.coordinator, at=WRITTEN)


@pytest.mark.django_db
def test_nothing_is_written_into_an_approved_report(sar, cast):
    sar = approve(sar, cast)
    with pytest.raises(Stale, match="แก้บทไม่ได้"):
        chapters.keep(sar, sent(summary="ก"), by=cast.coordinator, at=WRITTEN)
    with pytest.raises(PermissionDenied):
        chapters.keep(sar, sent(summary="ก"), by=cast.collector, at=WRITTEN)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("draft", "รายงานถูกส่งกลับมารวบรวมแล้ว แก้บทได้อีก"),
        ("signed", "รายงานลงนามแล้ว แก้บทไม่ได้จนกว่าจะส่งกลับไปรวบรวม"),
        ("sent", "รายงานส่งสำนักงาน ก.พ.ร. แล้ว แก้บทไม่ได้อีก"),
    ],
)
def test_an_open_page_is_told_what_happened(state, says):
    assert chapters.what_happened(Consolidation(state=state)) == says


@pytest.mark.django_db
def test_what_was_filed_later_is_flagged(cast):
    round = cards.make_round(cast)
    sar = actions.begin_sar(round, by=cast.coordinator, at=WRITTEN)
    assert testing.flagged(sar) == set()
    cards.accept(Report.objects.filter(round=round, host=cast.agency).first(), cast)
    assert testing.flagged(sar) == {"summary", "results", "obstacles"}
