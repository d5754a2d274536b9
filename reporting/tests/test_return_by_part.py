"""Sent back by part: only what was ticked opens, the collector sees that list, and nothing goes back unchanged."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.testing.plugin import NOW
from kpiportal.workflow import NotReady, Stale
from reporting import actions, testing
from reporting.models import Decision, Report, ReportVersion
from reporting.tests.refusals import page_of, stored, typed, url

WHY = "ตัวเลขไม่ตรงกับ GFMIS"


@pytest.fixture
def returned(card, cast):
    """Sent, certified, and sent back by the province for its result alone."""
    card = testing.certify(card, cast)
    return actions.send_back_report(
        card, by=cast.coordinator, revision=card.revision, at=NOW, parts_asked={"result": WHY}
    )


def resend(card, cast, **facts):
    return actions.send_report(card, by=cast.collector, revision=card.revision, at=NOW, token=uuid.uuid4(), **facts)


def test_the_return_keeps_each_part_with_its_reason_and_mails_them(returned):
    item = {"part": "result", "reason": WHY, "fixed": False, "reply": ""}
    assert (returned.state, returned.asked) == ("returned", [item])
    decision = Decision.objects.order_by("pk").last()
    assert (decision.asked, decision.comment) == ([item], f"ผลการดำเนินงาน: {WHY}")
    assert WHY in OutgoingMail.objects.order_by("pk").last().body
    assert AuditEvent.objects.get(verb="reporting.send_back").data["reason"] == f"ผลการดำเนินงาน: {WHY}"


def test_only_the_ticked_part_opens(returned, mine, cast):
    page = page_of(mine.get(url("report_detail", returned)))
    assert "สิ่งที่ขอให้แก้ไข" in page
    assert WHY in page
    assert f'id="id_value_{returned.indicator_id}"' in page
    assert 'id="id_explanation"' not in page
    assert 'id="attach"' not in page
    mine.post(url("report_save", returned), typed(returned, "83", explanation="แอบแก้"))
    returned.refresh_from_db()
    assert (returned.explanation, returned.entries.get().value) == ("ดำเนินการครบตามแผน", Decimal(83))
    with pytest.raises(Stale) as refusal:
        actions.attach_evidence(returned, testing.upload(), by=cast.collector, at=NOW)
    assert refusal.value.text == "หลักฐานอ้างอิงไม่ได้ถูกส่งกลับให้แก้ไข จึงแก้ไขไม่ได้"
    kept = mine.post(url("report_autosave", returned), {"dirty": ["explanation"], "explanation": "แอบแก้"}).json()
    assert kept["saved"] == []


def test_sending_unticked_or_unchanged_is_refused(returned, mine):
    sent = typed(returned, "82.35", explanation="ดำเนินการครบตามแผน", obstacles="ฝนตกหนัก")
    response = mine.post(url("report_send", returned), sent)
    assert response.status_code == 422
    assert "กรุณาทำเครื่องหมาย “แก้แล้ว” ที่ผลการดำเนินงาน" in page_of(response)
    returned.refresh_from_db()
    response = mine.post(url("report_send", returned), {**sent, "revision": returned.revision, "fixed_result": "on"})
    assert response.status_code == 422
    assert "รายงานยังเหมือนที่ส่งครั้งก่อนทุกส่วน" in page_of(response)
    assert ReportVersion.objects.count() == 1


def test_mended_ticked_and_answered_it_goes_and_the_reviewer_sees_the_difference(returned, mine, cast, as_user):
    sent = typed(returned, "83", fixed_result="on", reply_result="แก้ตาม GFMIS 30 ก.ย.")
    assert mine.post(url("report_send", returned), sent).status_code == 302
    returned.refresh_from_db()
    assert (returned.state, returned.versions.count()) == ("sent", 2)
    assert returned.versions.last().content["asked"][0]["reply"] == "แก้ตาม GFMIS 30 ก.ย."
    page = page_of(as_user(cast.overseer).get(url("report_detail", returned)))
    assert "สิ่งที่เปลี่ยนจากการส่งครั้งก่อน" in page
    assert '<td data-label="ส่งครั้งที่ 1">82.35</td>' in page
    assert "<b>83</b>" in page
    assert "แก้ตาม GFMIS 30 ก.ย." in page
    assert 'class="unchanged"' in page


def test_an_answer_alone_is_an_answer(returned, mine):
    sent = typed(returned, "82.35", fixed_result="on", reply_result="ตรวจแล้วตรงกับ GFMIS หน้า 3")
    assert mine.post(url("report_send", returned), sent).status_code == 302


def test_the_whole_card_sent_back_unchanged_is_refused(card, cast):
    testing.send(card, cast)
    card.refresh_from_db()
    card = actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=NOW, reason="แก้ผล")
    assert card.asked == []
    with pytest.raises(NotReady) as refusal:
        resend(card, cast)
    assert [b.text for b in refusal.value.blockers] == ["รายงานยังเหมือนที่ส่งครั้งก่อนทุกส่วน กรุณาแก้ตามเหตุผลที่ส่งกลับก่อนส่งอีกครั้ง"]
    actions.attach_evidence(card, testing.upload("เพิ่ม.pdf"), by=cast.collector, at=NOW)
    assert resend(card, cast).number == 2


def test_a_ticked_part_needs_its_reason_and_keeps_what_was_typed(card, cast, as_user):
    card = testing.certify(card, cast)
    before = stored()
    door = url("report_move", card, "send_back")
    facts = {"revision": card.revision, "return_result": "on", "return_obstacles": "on", "why_obstacles": "สั้นไป"}
    response = as_user(cast.coordinator).post(door, facts)
    assert response.status_code == 422
    page = page_of(response)
    assert "กรุณาระบุเหตุผลที่ส่งผลการดำเนินงานกลับ" in page
    assert ">\nสั้นไป</textarea>" in page
    assert stored() == before


def test_a_card_is_taken_back_before_anybody_looked(card, cast, mine):
    testing.send(card, cast)
    card.refresh_from_db()
    door = url("report_move", card, "withdraw")
    assert "ดึงกลับมาแก้ไข" in page_of(mine.get(url("report_detail", card)))
    assert mine.post(door, {"revision": card.revision}).status_code == 302
    card.refresh_from_db()
    assert (card.state, card.versions.count()) == ("draft", 1)
    assert resend(card, cast).number == 2
    card.refresh_from_db()
    actions.certify_report(card, by=cast.overseer, revision=card.revision, at=NOW)
    card.refresh_from_db()
    assert mine.post(door, {"revision": card.revision}).status_code == 409


def test_many_are_accepted_after_a_look_at_what_that_changes(cast, as_user):
    round = testing.make_round(cast, per_dimension=2)
    cards = [testing.certify(card, cast) for card in round.reports.filter(host=cast.agency)[:3]]
    browser = as_user(cast.coordinator)
    door = reverse("reporting:cards_accept", args=[round.agreement_id])
    grid = page_of(browser.get(reverse("reporting:agreement_grid", args=[round.agreement_id])))
    picks = [f"{card.pk}:{card.revision}" for card in cards]
    assert all(f'value="{pick}"' in grid for pick in picks)
    asked = page_of(browser.post(door, {"card": picks}))
    assert "ตรวจผ่าน 3 รายการ" in asked
    assert Report.objects.filter(state="accepted").count() == 0
    actions.send_back_report(cards[2], by=cast.office_head, revision=cards[2].revision, at=NOW, reason="ช้าก่อน")
    done = page_of(browser.post(door, {"card": picks, "sure": "yes"}, follow=True))
    assert "ตรวจผ่านแล้ว 2 รายการ" in done
    assert "จึงยังไม่ได้ตรวจผ่าน" in done
    assert sorted(Report.objects.filter(pk__in=[c.pk for c in cards]).values_list("state", flat=True)) == [
        "accepted", "accepted", "returned",
    ]  # fmt: skip


def test_the_grid_says_what_waits_on_whom(cast, as_user):
    round = testing.make_round(cast)
    sent, other = round.reports.filter(host=cast.agency).order_by("indicator__order")
    testing.send(sent, cast)
    address = reverse("reporting:agreement_grid", args=[round.agreement_id])
    page = page_of(as_user(cast.coordinator).get(address))
    assert "รอหัวหน้าหน่วยงาน 7 วัน" in page
    assert "รอผู้จัดเก็บข้อมูล 18 วัน" in page
    boss = page_of(as_user(cast.overseer).get(address + "?show=mine"))
    assert "รอฉัน 1" in boss
    assert sent.indicator.name in boss
    assert other.indicator.name not in boss


@pytest.mark.parametrize("cards", ["x", "1", "1:x", ":", "999999:1", "1:2:3"])
def test_ticks_that_are_none_accept_nothing(card, cast, as_user, cards):
    door = reverse("reporting:cards_accept", args=[card.round.agreement_id])
    assert as_user(cast.coordinator).post(door, {"card": [cards], "sure": "yes"}).status_code == 302
