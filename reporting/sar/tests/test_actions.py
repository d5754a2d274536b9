"""The way of a SAR: written, proposed, approved and fixed, signed, sent and kept; back with a reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from kpiportal import files, letters
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.workflow import NotReady, Stale
from reporting import actions as card_actions
from reporting import testing as cards
from reporting.models import Chapter, Consolidation, Report
from reporting.sar import actions, content, testing
from reporting.sar.testing import WHY, WRITTEN, approve, propose, send, sign
from reporting.states import SarState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def texts(refusal) -> list[str]:
    return [blocker.text for blocker in refusal.value.blockers]


def test_the_whole_way(cast):
    sar = testing.make_sar(cast)
    assert [c.kind for c in sar.chapters.all()] == ["summary", "results", "factors", "obstacles", "suggestions"]
    sar = send(sign(approve(propose(sar, cast), cast), cast), cast)
    assert sar.state == SarState.SENT
    assert (sar.approver, sar.signer, sar.signed_on) == (
        "นายoffice_head ทดสอบ",
        "นายgovernor ทดสอบ",
        dt.date(2015, 10, 28),
    )
    # 82.35 on 70-90 is 3.4700 for each of the four indicators
    assert sar.content["totals"]["score"] == sar.content["totals"]["passed"] == "3.47"
    assert sar.sha256 == content.sha256(sar.content)
    assert files.is_intact(sar.file)
    assert sar.file.original_name == "SAR รอบ 12 เดือน จังหวัดเชียงใหม่ ปี 2558.pdf"
    verbs = (
        AuditEvent.objects.filter(subject_type="reporting.consolidation").order_by("pk").values_list("verb", flat=True)
    )
    assert [verb.partition(".")[2] for verb in verbs] == [
        "begin_sar",
        "propose_sar",
        "approve_sar",
        "sign_sar",
        "send_sar",
    ]
    told = OutgoingMail.objects.filter(subject__contains="รายงานการประเมินผลตนเอง").order_by("pk")
    assert list(told.values_list("to_email", flat=True)) == [
        "office_head@example.go.th",
        "governor@example.go.th",
        "coordinator@example.go.th",
        "evaluator@example.go.th",
    ]


def test_begun_twice_is_begun_once(cast):
    sar = testing.make_sar(cast)
    assert actions.begin_sar(sar.round, by=cast.office_head, at=WRITTEN).pk == sar.pk
    assert Chapter.objects.count() == 5


def test_what_was_sent_stays(cast):
    sar = send(sign(approve(testing.make_sar(cast), cast), cast), cast)
    with pytest.raises(DatabaseError, match="sent_report_stays"), transaction.atomic():
        Consolidation.objects.filter(pk=sar.pk).update(lacking_reason="แก้")
    with pytest.raises(Stale):
        actions.return_sar(sar, by=cast.governor, revision=sar.revision, at=WRITTEN, reason="แก้")
    with pytest.raises(NotReady) as refusal:
        card_actions.reopen_round(sar.round, by=cast.coordinator, revision=sar.round.revision, at=WRITTEN, reason="แก้")
    assert texts(refusal) == ["ส่งรายงาน (SAR) ของรอบนี้ให้สำนักงาน ก.พ.ร. แล้ว"]


def test_cards_that_lack_ask_for_a_reason(cast):
    sar = testing.make_sar(cast, accepted=False)
    with pytest.raises(NotReady) as refusal:
        propose(sar, cast)
    assert texts(refusal) == ["ตัวชี้วัดยังไม่ผ่านการตรวจ 2 ตัวชี้วัด ตัวที่ยังไม่มีรายงานนับเป็น 1.0000 ตามหลักเกณฑ์ของปี โปรดระบุเหตุผล"]
    sar = approve(propose(sar, cast, WHY), cast)
    assert sar.content["lacking_reason"] == WHY
    assert [item["number"] for item in sar.content["lacking"]] == ["2.1", "4.1"]
    # Weights 60 and 15 at 3.47, 10 and 15 at the lowest point: (75 × 3.47 + 25 × 1) ÷ 100
    assert sar.content["totals"]["score"] == "2.8525"
    assert sar.content["totals"]["passed"] == "3.47"


def test_a_draft_of_an_agency_is_no_report(cast):
    round = cards.make_round(cast)
    cards.fill(cards.card_of(round, cast), cast)
    sar = actions.begin_sar(round, by=cast.coordinator, at=WRITTEN)
    facts = content.gathered(sar)
    assert facts["cards"] == facts["words"] == []
    assert facts["totals"]["score"] == "1"


def test_an_open_round_is_not_proposed(cast):
    sar = actions.begin_sar(cards.make_round(cast), by=cast.coordinator, at=WRITTEN)
    sar.chapters.filter(kind="summary").update(text="")
    with pytest.raises(NotReady) as refusal:
        propose(sar, cast, WHY)
    assert texts(refusal) == ["รอบนี้ยังเปิดรับรายงานจากหน่วยงาน โปรดปิดรับก่อน", "บทสรุปผู้บริหารยังว่าง"]


def test_what_changed_after_the_approval_is_not_signed(cast):
    sar = approve(testing.make_sar(cast, accepted=False), cast, WHY)
    Report.objects.filter(round=sar.round, host=cast.agency).update(score=Decimal("4.0000"))
    with pytest.raises(NotReady) as refusal:
        sign(sar, cast)
    assert texts(refusal) == ["ข้อมูลของรอบเปลี่ยนไปหลังการอนุมัติ โปรดส่งกลับไปรวบรวม แล้วอนุมัติใหม่"]


def test_back_to_writing_needs_a_reason_and_takes_the_approval_off(cast):
    sar = sign(approve(testing.make_sar(cast), cast), cast)
    with pytest.raises(NotReady) as refusal:
        actions.return_sar(sar, by=cast.governor, revision=sar.revision, at=WRITTEN, reason=" ")
    assert texts(refusal) == ["กรุณาระบุเหตุผล"]
    sar = actions.return_sar(sar, by=cast.governor, revision=sar.revision, at=WRITTEN, reason="ขอแก้บทสรุป")
    assert (sar.state, sar.content, sar.sha256, sar.signer, sar.signed_on) == ("draft", None, "", "", None)


def test_signed_on_paper(cast):
    sar = approve(testing.make_sar(cast), cast)
    facts = {"signer": "นายเกษม วัฒนา", "signer_post": "ผู้ว่าราชการจังหวัดเชียงใหม่", "signed_on": dt.date(2015, 10, 29)}
    sar = actions.sign_sar_on_paper(
        sar, cards.upload("ฉบับลงนาม.pdf"), by=cast.coordinator, revision=sar.revision, at=WRITTEN, **facts
    )
    assert (sar.state, sar.signer, sar.signed_copy.original_name) == ("signed", "นายเกษม วัฒนา", "ฉบับลงนาม.pdf")


@pytest.mark.parametrize(
    ("deed", "may"),
    [("propose", {"coordinator", "office_head"}), ("approve", {"office_head"}), ("sign", {"governor"})],
)
def test_who_may(cast, deed, may):
    sar = testing.make_sar(cast)
    if deed == "sign":
        sar = approve(sar, cast)
    do = {"propose": actions.propose_sar, "approve": actions.approve_sar, "sign": actions.sign_sar}[deed]
    for who in ("collector", "viewer", "coordinator", "office_head", "governor", "neighbour", "director"):
        with transaction.atomic():
            if who in may:
                do(sar, by=cast.people[who], revision=sar.revision, at=WRITTEN)
            else:
                with pytest.raises(PermissionDenied):
                    do(sar, by=cast.people[who], revision=sar.revision, at=WRITTEN)
            transaction.set_rollback(True)


def test_the_cover_letter_is_drafted_once(cast):
    sar = testing.make_sar(cast)
    with pytest.raises(NotReady):
        actions.draft_cover_letter(sar, by=cast.coordinator, at=WRITTEN)
    letters.open_series(cast.province, prefix="ชม 0017.2", circular=False, year=2558, by=cast.coordinator, at=WRITTEN)
    letter = actions.draft_cover_letter(sar, by=cast.coordinator, at=WRITTEN)
    assert actions.draft_cover_letter(sar, by=cast.coordinator, at=WRITTEN).pk == letter.pk
    assert letter.subject == (
        "ส่งรายงานการประเมินผลตนเอง (Self-Assessment Report) รอบ 12 เดือน ประจำปีงบประมาณ พ.ศ. 2558 ของจังหวัดเชียงใหม่"
    )
    assert [receiver.organization for receiver in letter.recipients.all()] == [cast.opdc]
