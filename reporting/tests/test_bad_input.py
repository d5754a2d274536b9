"""What people really type, press and send: the right status, the sentence beside its box, everything typed still on
the page, and nothing half-written. Where the browser's own doings matter: test_bad_input_in_browser.py."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse

from agreements import actions as agreement_actions
from agreements.testing import AUTUMN, add_indicator, agree, make_draft, make_framework, sign
from kpiportal.models import AuditEvent, OutgoingMail, Role
from kpiportal.testing.people import give, make_user
from reporting import actions, testing
from reporting.models import ReportVersion
from reporting.tests.refusals import WORDS, attach, beside, page_of, still_typed, stored, typed, url

# ---- numbers ----
NOT_A_NUMBER = "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5 ถ้าไม่มีข้อมูลให้พิมพ์ N/A"
TWO_READINGS = "อ่านได้มากกว่าหนึ่งแบบ: ใช้จุด (.) คั่นทศนิยม และจุลภาค (,) คั่นทุกสามหลักเท่านั้น เช่น 1,234.5"


@pytest.mark.parametrize("door", ["report_save", "report_send"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("ประมาณแปดสิบ", NOT_A_NUMBER),
        ("82.35 (ร่าง)", NOT_A_NUMBER),
        ("NaN", NOT_A_NUMBER),
        ("82,35", TWO_READINGS),
        ("1e5", "ไม่รับตัวเลขแบบยกกำลัง เช่น 1e5 โปรดพิมพ์ตัวเลขเต็ม เช่น 100000"),
        ("0." + "123456789" * 3 + "123", "ทศนิยมมีได้ไม่เกิน 6 ตำแหน่ง (ที่พิมพ์มี 30 ตำแหน่ง)"),
        ("9" * 15, "ตัวเลขหน้าจุดทศนิยมมีได้ไม่เกิน 14 หลัก (ที่พิมพ์มี 15 หลัก)"),
    ],
)
def test_what_is_no_number_is_said_beside_its_box(mine, card, door, value, sentence):
    before = stored()
    response = mine.post(url(door, card), typed(card, value))
    assert response.status_code == 422
    assert beside(response, f"id_value_{card.indicator_id}") == [sentence]
    assert still_typed(response, value)
    assert stored() == before


@pytest.mark.parametrize(
    ("value", "kept"),
    [("1,234.5", "1234.5"), ("๘๒.๓๕", "82.35"), (" ๘๒.๓๕ % ", "82.35"), ("-3", "-3"), ("−3", "-3"), ("", None)],
)
def test_a_number_as_people_write_it_is_kept(mine, card, value, kept):
    response = mine.post(url("report_save", card), typed(card, value))
    assert response.status_code == 302
    card.refresh_from_db()
    assert (card.state, card.revision, card.explanation) == ("draft", 1, WORDS["explanation"])
    assert card.entries.get().value == (None if kept is None else Decimal(kept))


@pytest.mark.parametrize("value", ["-", "N/A", "n/a", "–", "ไม่มีข้อมูล"])
def test_no_data_asks_for_its_reason_and_is_never_zero(mine, card, value):
    before = stored()
    response = mine.post(url("report_save", card), typed(card, value))
    assert response.status_code == 422
    assert beside(response, "id_no_data_reason") == ["กรุณาระบุเหตุผลที่ไม่มีข้อมูล"]
    assert still_typed(response, value)
    assert stored() == before
    mine.post(url("report_save", card), typed(card, value, no_data_reason="ยังไม่ประกาศตัวเลข"))
    card.refresh_from_db()
    assert (card.no_data, card.no_data_reason, card.score) == (True, "ยังไม่ประกาศตัวเลข", None)
    assert card.entries.get().value is None


@pytest.fixture
def parts(cast, as_user):
    """Cards of a composite of two children and of a milestone in parts, and their collector's browser."""
    agreement = agreement_actions.open_agreement(make_framework(cast), cast.province, by=cast.coordinator, at=AUTUMN)
    steps = {"kind": "milestone_partial", "steps": ["ก", "ข", "ค", "ง", "จ"]}
    for number, dimension in enumerate(agreement.framework.dimensions.exclude(parent=None), start=1):
        criteria = {"kind": "composite"} if number == 1 else steps
        indicator = add_indicator(
            agreement,
            cast,
            dimension=dimension,
            number=str(number),
            weight=dimension.weight,
            criteria=criteria,
            target=3,
        )
        agreement_actions.appoint_hosts(indicator, host=cast.agency, by=cast.coordinator, at=AUTUMN)
        for child in ("1.1", "1.2") if number == 1 else ():
            add_indicator(agreement, cast, dimension=dimension, number=child, parent=indicator,
                          weight=None, inner_weight=Decimal("0.5"))  # fmt: skip
    cards = testing.make_round(cast, agreement=sign(agreement, cast)).reports.order_by("indicator__order")
    return cards[0], cards[1], as_user(cast.collector)


def test_no_data_is_not_said_of_one_child_or_of_a_part(parts):
    composite, milestone, browser = parts
    first, second = composite.indicator.children.order_by("order")
    before = stored()
    facts = {f"value_{first.pk}": "81.5", f"value_{second.pk}": "N/A"}
    response = browser.post(url("report_save", composite), typed(composite, "") | facts)
    assert response.status_code == 422
    assert beside(response, f"id_value_{second.pk}") == [
        "ตัวชี้วัดย่อยเว้นว่างไว้ก่อนได้ ถ้าไม่มีข้อมูล ให้เลือก “ไม่มีข้อมูลในรอบนี้” ของทั้งตัวชี้วัด"
    ]
    assert 'value="81.5"' in page_of(response)
    assert 'value="N/A"' in page_of(response)
    for part, sentence in (
        ("-", "ช่องนี้ต้องเป็นตัวเลข"), ("1", "ส่วนของขั้นต้องตั้งแต่ 0 แต่ไม่ถึง 1 เช่น 0.25"),
        ("1/4", "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5"),
        ("0.12345", "ทศนิยมมีได้ไม่เกิน 4 ตำแหน่ง (ที่พิมพ์มี 5 ตำแหน่ง)"),
    ):  # fmt: skip
        facts = {f"steps_{milestone.indicator_id}": ["1", "2"], f"part_{milestone.indicator_id}": part}
        response = browser.post(url("report_save", milestone), typed(milestone, "") | facts)
        assert response.status_code == 422
        assert beside(response, f"id_part_{milestone.indicator_id}") == [sentence]
        assert f'value="{part}"' in page_of(response)
        assert page_of(response).count(" checked") == 2
    assert stored() == before


def test_a_part_beyond_the_last_step_is_refused_in_words(parts):
    _, card, browser = parts
    before = stored()
    facts = {f"steps_{card.indicator_id}": list("12345"), f"part_{card.indicator_id}": "0.25"}
    response = browser.post(url("report_save", card), typed(card, "") | facts)
    assert response.status_code == 422
    assert "ทำครบทุกขั้นแล้ว" in page_of(response)
    alone = browser.post(url("report_save", card), typed(card, "") | {f"part_{card.indicator_id}": "0.25"})
    said = ["เลือกขั้นที่ทำครบแล้วก่อน ถ้ายังไม่มีขั้นใดครบ ให้เลือก “ยังไม่เริ่มขั้นใด”"]
    assert (alone.status_code, beside(alone, f"id_part_{card.indicator_id}")) == (422, said)
    assert stored() == before


def test_a_blank_card_is_kept_as_a_draft_and_not_sent(mine, card):
    response = mine.post(url("report_send", card), typed(card, "", obstacles=""))
    assert response.status_code == 422
    assert beside(response, f"id_value_{card.indicator_id}") == ["กรุณากรอกผลการดำเนินงาน"]
    assert beside(response, "id_obstacles") == ["กรุณากรอกปัญหาอุปสรรค"]
    assert "กรุณาแนบหลักฐานอ้างอิงอย่างน้อย 1 ไฟล์" in page_of(response)
    assert still_typed(response, "", {"explanation": WORDS["explanation"]})
    card.refresh_from_db()
    assert (card.state, card.revision, card.explanation) == ("draft", 1, WORDS["explanation"])
    assert (ReportVersion.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_words_that_are_too_long_or_hold_what_no_keyboard_types(mine, card):
    before, long = stored(), "ก" * 20_001
    response = mine.post(url("report_save", card), typed(card, "82.35", explanation=long))
    assert response.status_code == 422
    assert beside(response, "id_explanation") == ["ยาวเกินไป 1 ตัวอักษร (ไม่เกิน 20,000)"]
    assert still_typed(response, "82.35", {"explanation": long})
    assert stored() == before
    response = mine.post(url("report_save", card), typed(card, "82.35", explanation="ก\x00ข"))
    assert response.status_code == 302
    card.refresh_from_db()
    assert card.explanation == "กข"


@pytest.mark.parametrize("wrong", [{"revision": ""}, {"revision": "x"}, {"token": "x"}, {"token": ""}])
def test_a_page_without_its_hidden_fields_is_refused_in_words(mine, card, wrong):
    before = stored()
    response = mine.post(url("report_save", card), typed(card, "82.35", **wrong))
    assert response.status_code == 400
    assert stored() == before


# ---- dates ----
@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ("26/1/58", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
        ("วันอังคารที่ 26 มกราคม 2558", "26 มกราคม 2558 เป็นวันจันทร์ ไม่ใช่วันอังคาร"),
        ("29/2/2558", "กุมภาพันธ์ 2558 มี 28 วัน ไม่มีวันที่ 29"),
        ("26/1/2015", "ปี 2015 เป็นปี ค.ศ. หมายถึง พ.ศ. 2558 ใช่หรือไม่ โปรดพิมพ์ปี พ.ศ."),
        ("", "โปรดพิมพ์วันที่"),
    ],
)
def test_a_date_that_is_none_is_said_beside_its_box(cast, as_user, date, sentence):
    agreement = make_draft(cast)
    for person, verb in ((cast.coordinator, "submit"), (cast.negotiator, "open_table")):
        agreement.refresh_from_db()
        door = reverse("agreements:agreement_move", args=[agreement.pk, verb])
        assert as_user(person).post(door, {"revision": agreement.revision}).status_code == 302
    agree(agreement, cast)
    before = AuditEvent.objects.count()
    door = reverse("agreements:agreement_move", args=[agreement.pk, "sign"])
    response = as_user(cast.governor).post(door, {"revision": 3, "signed_on": date})
    assert response.status_code == 422
    assert beside(response, "id_sign_signed_on") == [sentence]
    assert f'value="{date}"' in page_of(response) or not date
    agreement.refresh_from_db()
    assert (agreement.state, agreement.revision, agreement.signed_on) == ("agreed", 3, None)
    assert (agreement.versions.count(), agreement.rounds.count(), AuditEvent.objects.count()) == (0, 0, before)


@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ("16/10/58", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
        ("วันพฤหัสบดีที่ 16 ตุลาคม 2558", "16 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพฤหัสบดี"),
    ],
)
def test_a_meeting_on_a_day_that_is_none_is_not_called(card, cast, as_user, date, sentence):
    facts = {"agreement": card.round.agreement_id, "subject": "ติดตามตัวชี้วัด", "date": date, "time": "13.30",
             "venue": "ห้องประชุม 2"}  # fmt: skip
    response = as_user(cast.coordinator).post(reverse("meetings:meeting_new"), facts)
    assert response.status_code == 422
    assert beside(response, "id_date") == [sentence]
    for text in ("ติดตามตัวชี้วัด", "13.30", "ห้องประชุม 2", date):
        assert text in page_of(response)
    assert apps.get_model("meetings", "Meeting").objects.count() == 0


# ---- twice, late, elsewhere ----
def test_one_page_pressed_twice_sends_once_and_both_get_the_receipt(mine, card, cast):
    testing.fill(card, cast)
    card.refresh_from_db()
    press = typed(card, "82.35")
    receipts = [mine.post(url("report_send", card), press, follow=True) for _ in range(2)]
    for receipt in receipts:
        assert receipt.redirect_chain == [(url("report_detail", card), 302)]
        assert "ส่งให้หัวหน้าหน่วยงานรับรองแล้ว" in page_of(receipt)
    assert (ReportVersion.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_a_page_opened_before_sending_sends_nothing_afterwards(mine, card, cast):
    testing.fill(card, cast)
    card.refresh_from_db()
    old = typed(card, "90")
    mine.post(url("report_send", card), typed(card, "82.35"))
    before = stored()
    for door in ("report_send", "report_save"):
        response = mine.post(url(door, card), old)
        assert response.status_code == 409
        assert "รายงานนี้อยู่ในสถานะ “รอหัวหน้ารับรอง” แก้ไขไม่ได้ในขณะนี้" in page_of(response)
        assert 'data-label="ที่ท่านพิมพ์">90<' in page_of(response)
        assert "บันทึกเพิ่มไม่ได้แล้ว" in page_of(response)
    response = attach(mine, card, "รายงาน.pdf", testing.PDF, **{"HX-Request": "true"})
    assert response.status_code == 409
    assert stored() == before


def test_two_people_on_one_card_see_both_values_and_choose(mine, card, cast, as_user):
    colleague = make_user("colleague")
    give(colleague, cast.agency, Role.COLLECTOR)
    first = actions.save_report(
        card, by=colleague, revision=0, at=testing.FILED, answers={**testing.ANSWERS, "obstacles": "ฝน & น้ำท่วม"},
        entries={card.indicator_id: {"value": Decimal("82.35")}},
    )  # fmt: skip
    before = stored()
    response = mine.post(url("report_save", card), typed(card, "75"))
    assert response.status_code == 409
    assert still_typed(response, "75")
    page = page_of(response)
    theirs = re.findall(r'<div class="their">.*?บันทึกไว้ว่า</span><div>(.*?)</div>', page, re.DOTALL)
    assert theirs == ["82.35", "ดำเนินการครบตามแผน"]  # the obstacles are the same words: nothing to choose
    assert "นายcolleague ทดสอบ" in page
    assert stored() == before
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("revision", "token")}
    assert form["revision"] == str(first.revision)
    response = mine.post(url("report_save", card), typed(card, "75", **form))
    assert response.status_code == 302
    card.refresh_from_db()
    assert (card.explanation, card.entries.get().value) == (WORDS["explanation"], Decimal(75))
    assert (card.saved_by, card.revision) == (cast.collector, 2)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("other_collector", 404), ("other_overseer", 404), ("neighbour", 404), ("neighbour_collector", 404),
        ("neighbour_governor", 404), ("nobody", 404), ("overseer", 403), ("coordinator", 403), ("governor", 403),
    ],
)  # fmt: skip
def test_a_link_of_somebody_else_opens_and_changes_nothing(card, cast, as_user, who, status):
    testing.fill(card, cast)
    card.refresh_from_db()
    before, browser = stored(), as_user(getattr(cast, who))
    seen = 404 if status == 404 else 200
    assert browser.get(url("report_detail", card)).status_code == seen
    assert browser.head(url("evidence_download", card.evidence.get())).status_code == seen
    for door in ("report_save", "report_send", "report_score"):
        response = browser.post(url(door, card), typed(card, "1"))
        assert response.status_code == status
        assert "82.35" not in page_of(response)
    assert attach(browser, card, "รายงาน.pdf", testing.PDF).status_code == status
    assert browser.post(url("evidence_remove", card.evidence.get())).status_code == status
    assert stored() == before


# ---- decisions ----
def decide(browser, card, verb, revision, **facts):
    return browser.post(url("report_move", card, verb), {"revision": revision, **facts})


def test_certifying_what_was_not_sent_is_too_early(card, cast, as_user):
    testing.fill(card, cast)
    card.refresh_from_db()
    before = stored()
    response = decide(as_user(cast.overseer), card, "certify", card.revision)
    assert response.status_code == 409
    assert stored() == before


def test_a_decision_on_a_page_that_is_old_says_so_and_keeps_the_reason(card, cast, as_user):
    testing.send(card, cast)
    card.refresh_from_db()
    seen = card.revision
    actions.certify_report(card, by=cast.overseer, revision=seen, at=testing.FILED)
    before = stored()
    response = decide(as_user(cast.overseer), card, "refuse", seen, reason="ขอหลักฐาน <เดือนกันยายน>")
    assert response.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in page_of(response)
    assert "ขอหลักฐาน &lt;เดือนกันยายน&gt;" in page_of(response)
    assert stored() == before


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_sending_back_needs_a_reason_beside_the_box(card, cast, as_user, reason):
    testing.send(card, cast)
    card.refresh_from_db()
    before = stored()
    response = decide(as_user(cast.overseer), card, "refuse", card.revision, reason=reason)
    assert response.status_code == 422
    assert beside(response, "refuse-reason") == ["กรุณาระบุเหตุผล"]
    assert stored() == before


def test_a_reason_that_is_too_long_is_not_lost(card, cast, as_user):
    testing.send(card, cast)
    card.refresh_from_db()
    before, long = stored(), "ข้อ" * 1_334
    response = decide(as_user(cast.overseer), card, "refuse", card.revision, reason=long)
    assert response.status_code == 422
    assert beside(response, "refuse-reason") == ["ยาวเกินไป 2 ตัวอักษร (ไม่เกิน 4,000)"]
    assert f">{long}</textarea>" in page_of(response)
    assert stored() == before


@pytest.mark.parametrize(
    ("reason", "sentence"), [("", "กรุณาระบุเหตุผล"), ("ก" * 4_001, "ยาวเกินไป 1 ตัวอักษร (ไม่เกิน 4,000)")]
)
def test_opening_a_round_again_needs_a_reason_beside_the_box(card, cast, as_user, reason, sentence):
    round = actions.close_round(card.round, by=cast.coordinator, revision=1, at=testing.FILED)
    before = stored()
    door = reverse("reporting:round_move", args=[round.pk, "reopen_round"])
    response = as_user(cast.coordinator).post(door, {"revision": round.revision, "reason": reason})
    assert response.status_code == 422
    assert beside(response, "reopen-reason") == [sentence]
    assert f">{reason}</textarea>" in page_of(response)
    assert stored() == before


@pytest.mark.parametrize(("verb", "status"), [("certify", 403), ("accept", 403), ("nonsense", 404), ("submit", 404)])
def test_a_decision_that_is_not_mine(card, cast, mine, verb, status):
    testing.send(card, cast)
    card.refresh_from_db()
    before = stored()
    assert decide(mine, card, verb, card.revision).status_code == status
    assert stored() == before
