"""A request from its first row to the version that comes of it."""

import dataclasses
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agreements import testing as agreements
from agreements import versions
from agreements.amendments import actions, fields, outcome, testing
from agreements.amendments.actions import Verdict
from agreements.models import Agreement, AmendmentRow, Indicator
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.workflow import NotReady, Stale

EASIER = testing.EASIER
D = AmendmentRow.Decision


@pytest.fixture
def signed(cast):
    return agreements.make_signed(cast)


@pytest.fixture
def amendment(cast, signed):
    """Asked of OPDC: easier levels for 1.1, and its target down to 75."""
    return testing.make_asked(cast, signed, {("1.1", "criteria"): EASIER, ("1.1", "target"): {"target": "75"}})


def texts(refusal):
    return [blocker.text for blocker in refusal.value.blockers]


def test_what_stood_there_is_frozen_and_nothing_is_changed_by_asking(amendment, signed):
    assert {row.field: row.before for row in amendment.rows.all()} == {
        "target": {"target": "80"},
        "criteria": {"level_1": "70", "level_2": "75", "level_3": "80", "level_4": "85", "level_5": "90"},
    }
    assert (amendment.state, amendment.base.number, amendment.asked_by_text[:8]) == ("asked", 1, "นายgover")
    assert signed.indicators.get(number="1.1").target == 80
    assert [mail.to_user.first_name for mail in OutgoingMail.objects.filter(subject__startswith="คำขอ")] == [
        "negotiator"
    ]


def test_an_approval_is_a_version_of_its_own_and_the_old_one_stays_readable(cast, amendment, signed):
    testing.approve(cast, amendment)
    indicator = signed.indicators.select_related("criteria").get(number="1.1")
    assert (indicator.target, indicator.criteria.levels) == (75, [65, 70, 75, 80, 85])
    old, new = signed.versions.order_by("number")
    assert (new.number, new.effective_months, old.is_replaced, new.is_replaced) == (2, 12, True, False)
    assert [
        (one.number, one.label, one.before, one.after) for one in versions.differences(old.content, new.content)
    ] == [
        ("1.1", "ค่าเป้าหมาย", "80", "75"),
        ("1.1", "เกณฑ์การให้คะแนน", "ยิ่งมากยิ่งดี: 70 · 75 · 80 · 85 · 90", "ยิ่งมากยิ่งดี: 65 · 70 · 75 · 80 · 85"),
    ]
    assert amendment.agreement.amendments.get().version == new
    assert new.sha256 != old.sha256
    told = AuditEvent.objects.get(verb="agreements.amend_indicator")
    assert (told.before["target"], told.after["target"]) == ("80", "75")
    assert versions.in_force(signed, 6) == old
    assert versions.in_force(signed, 12) == new


def test_a_part_is_granted_as_opdc_types_it_and_the_rest_refused_with_a_reason(cast, amendment, signed):
    said = testing.verdicts(amendment)
    by_field = {row.field: row.pk for row in amendment.rows.all()}
    said[by_field["target"]] = dataclasses.replace(said[by_field["target"]], decision=D.REFUSE, answer="เป้าหมายเดิมทำได้")
    part = {**EASIER, "level_1": "68", "level_2": "72"}
    said[by_field["criteria"]] = dataclasses.replace(
        said[by_field["criteria"]], decision=D.PART, answer="ปรับบางระดับ", texts=part
    )
    actions.decide(amendment, said, by=cast.negotiator, revision=amendment.revision, at=testing.JULY)
    indicator = signed.indicators.select_related("criteria").get(number="1.1")
    assert (indicator.target, indicator.criteria.levels) == (80, [68, 72, 75, 80, 85])


def test_a_request_refused_in_every_row_makes_no_version(cast, amendment, signed):
    said = {
        pk: dataclasses.replace(one, decision=D.REFUSE, answer="ไม่มีเหตุจำเป็น")
        for pk, one in testing.verdicts(amendment).items()
    }
    actions.decide(amendment, said, by=cast.negotiator, revision=amendment.revision, at=testing.JULY)
    assert (signed.amendments.get().state, signed.versions.count()) == ("refused", 1)
    assert signed.indicators.get(number="1.1").target == 80


def test_a_value_that_moved_while_opdc_was_reading_is_not_decided_over(cast, amendment, signed):
    other = testing.make_asked(cast, signed, {("1.1", "target"): {"target": "85"}})
    seen = testing.verdicts(amendment)
    testing.approve(cast, other)
    with pytest.raises(Stale, match="ค่าปัจจุบันของตัวชี้วัด 1.1 เพิ่งเปลี่ยน"):
        actions.decide(amendment, seen, by=cast.negotiator, revision=amendment.revision, at=testing.JULY)
    assert signed.indicators.get(number="1.1").target == 85
    testing.approve(cast, amendment)  # looked at again
    assert [version.number for version in signed.versions.all()] == [1, 2, 3]
    assert signed.indicators.get(number="1.1").target == 75


def test_a_cancelled_indicator_gives_its_weight_to_others_explicitly(cast, signed):
    alone = testing.make_request(cast, signed, {("3.1", "cancel"): {}})
    with pytest.raises(NotReady) as refusal:
        actions.sign(alone, by=cast.governor, revision=alone.revision, at=testing.JUNE)
    assert texts(refusal) == ["น้ำหนักรวมหลังแก้ไขได้ 85 ต้องเป็น 100 (เหลือน้ำหนัก 15 ที่ยังไม่ได้จัดสรร)"]
    whole = testing.make_asked(cast, signed, {("3.1", "cancel"): {}, ("4.1", "weight"): {"weight": "30"}})
    testing.approve(cast, whole)
    gone, taker = signed.indicators.get(number="3.1"), signed.indicators.get(number="4.1")
    assert (gone.cancelled_months, gone.weight, gone.round_weights) == (12, 0, {"6": "15.00"})
    assert (taker.weight, taker.round_weights) == (30, {"6": "15.00"})


def test_what_a_request_needs_before_it_is_handed_in(cast, signed):
    bare = actions.open_request(signed, by=cast.coordinator, at=testing.JUNE)
    with pytest.raises(NotReady) as refusal:
        actions.ask(bare, by=cast.coordinator, revision=0, at=testing.JUNE)
    assert texts(refusal) == [
        "ยังไม่ได้ระบุประเภทของเหตุผล",
        "ยังไม่ได้ระบุเหตุผลและความจำเป็น",
        "ยังไม่ได้ระบุเลขที่และวันที่ของหนังสือนำส่งคำขอ",
        "ยังไม่ได้เลือกรายการที่ขอเปลี่ยนแปลง",
        "แนบสำเนาคำขอที่ผู้ว่าราชการจังหวัดลงนามแล้ว หรือให้ผู้ว่าราชการจังหวัดกดลงนามและยื่นในระบบ",
    ]


def test_criteria_out_of_order_are_not_asked_for(cast, signed):
    wrong = testing.make_request(cast, signed, {("1.1", "criteria"): {**EASIER, "level_4": "75"}})
    with pytest.raises(NotReady) as refusal:
        actions.sign(wrong, by=cast.governor, revision=wrong.revision, at=testing.JUNE)
    assert all(text.startswith("ตัวชี้วัด 1.1: ") for text in texts(refusal))


def test_an_agency_asks_for_what_it_hosts_and_hands_nothing_in(cast, signed):
    own = actions.open_request(signed, by=cast.overseer, at=testing.JUNE)
    hosted, other = (Indicator.objects.get(agreement=signed, number=number) for number in ("1.1", "2.1"))
    actions.add_row(own, hosted, "target", by=cast.overseer, at=testing.JUNE)
    with pytest.raises(NotReady) as refusal:
        actions.add_row(own, other, "target", by=cast.overseer, at=testing.JUNE)
    assert texts(refusal) == ["หน่วยงานขอเปลี่ยนได้เฉพาะตัวชี้วัดที่เป็นเจ้าภาพหลัก"]
    with pytest.raises(PermissionDenied):
        actions.ask(own, by=cast.overseer, revision=1, at=testing.JUNE)


def test_nobody_else_writes_a_request_and_only_opdc_decides_it(cast, amendment):
    for who in ("viewer", "neighbour", "negotiator", "other_overseer", "nobody"):
        with pytest.raises(PermissionDenied):
            actions.attach(amendment, testing.paper(), title="", by=getattr(cast, who), at=testing.JUNE)
    for who in ("coordinator", "governor", "evaluator", "neighbour"):
        with pytest.raises(PermissionDenied):
            actions.decide(amendment, {}, by=getattr(cast, who), revision=amendment.revision, at=testing.JULY)


def test_every_row_needs_a_word(cast, amendment):
    criteria = amendment.rows.get(field="criteria").pk
    said = {criteria: Verdict(D.REFUSE, saw=testing.verdicts(amendment)[criteria].saw)}
    with pytest.raises(NotReady) as refusal:
        actions.decide(amendment, said, by=cast.negotiator, revision=amendment.revision, at=testing.JULY)
    assert set(texts(refusal)) == {
        "ตัวชี้วัด 1.1 เกณฑ์การให้คะแนน: กรุณาระบุเหตุผล",
        "ตัวชี้วัด 1.1 ค่าเป้าหมาย: ยังไม่ได้เลือกผลการพิจารณา",
    }


def test_a_draft_agreement_is_simply_edited(cast):
    with pytest.raises(Stale):
        actions.open_request(agreements.make_draft(cast), by=cast.coordinator, at=testing.JUNE)


def test_the_outcome_is_only_in_memory(cast, signed):
    pk = signed.indicators.get(number="1.1").pk
    agreement = Agreement.objects.select_related("framework__scale").get(pk=signed.pk)
    found = outcome.of(agreement, {pk: {"weight": {"weight": "59.99"}}}, from_months=12)
    assert [blocker.text for blocker in found.blockers()] == [
        "น้ำหนักรวมหลังแก้ไขได้ 99.99 ต้องเป็น 100 (เหลือน้ำหนัก 0.01 ที่ยังไม่ได้จัดสรร)"
    ]
    assert found.notes() == ["การประเมินประสิทธิผล: น้ำหนักรวมจะเป็น 59.99 กรอบกำหนด 60"]
    assert signed.indicators.get(number="1.1").weight == Decimal(60)


STEPS = {f"step_{n}": text for n, text in enumerate(("ร่าง", "รับฟัง", "ปรับแก้", "เห็นชอบ", "ประกาศ"), start=1)}


def test_the_kind_of_criteria_may_change_with_all_that_it_brings(cast, signed):
    amendment = testing.make_asked(cast, signed, {("1.1", "kind"): {"kind": "milestone", "target": "3", **STEPS}})
    row = amendment.rows.get()
    assert row.before == {
        "kind": "higher", "target": "80", "direction": "higher", "band_low": "", "band_high": "",
        "level_1": "70", "level_2": "75", "level_3": "80", "level_4": "85", "level_5": "90",
        **dict.fromkeys(STEPS, ""),
    }  # fmt: skip
    assert [(line["label"], line["text"]) for line in fields.shown("kind", row.after)] == [
        ("ประเภทเกณฑ์", "ขั้นตอน (ทำตามลำดับ)"), ("ค่าเป้าหมาย", "3"),
        ("ขั้นที่ 1", "ร่าง"), ("ขั้นที่ 2", "รับฟัง"), ("ขั้นที่ 3", "ปรับแก้"), ("ขั้นที่ 4", "เห็นชอบ"), ("ขั้นที่ 5", "ประกาศ"),
    ]  # fmt: skip
    testing.approve(cast, amendment)
    criteria = Indicator.objects.get(agreement=signed, number="1.1").criteria
    assert (criteria.kind, criteria.levels, criteria.steps) == ("milestone", [], list(STEPS.values()))
    said = {one.label for one in versions.differences(*(v.content for v in signed.versions.order_by("number")))}
    assert said == {"ค่าเป้าหมาย", "เกณฑ์การให้คะแนน"}


def test_a_kind_without_its_criteria_cannot_stand_and_comes_alone(cast, signed):
    draft = testing.make_request(cast, signed, {("1.1", "kind"): {"kind": "milestone"}})
    with pytest.raises(NotReady) as refusal:
        actions.sign(draft, by=cast.governor, revision=draft.revision, at=testing.JUNE)
    assert any("1.1" in text for text in texts(refusal))
    first = Indicator.objects.get(agreement=signed, number="1.1")
    with pytest.raises(NotReady, match="อยู่ในคำขอแล้ว"):
        actions.add_row(draft, first, "criteria", by=cast.coordinator, at=testing.JUNE)


def test_only_the_boxes_of_the_chosen_kind_are_asked_and_none_is_forgotten(cast, signed, as_user):
    draft = testing.make_request(cast, signed, {("1.1", "kind"): {"kind": "milestone", **STEPS}})
    row, browser = draft.rows.get(), as_user(cast.coordinator)
    page = browser.get(reverse("agreements:amendment_detail", args=[draft.pk])).content.decode()
    assert (f'name="r{row.pk}_step_1"' in page, f'name="r{row.pk}_level_1"' in page) == (True, False)
    typed = {"revision": draft.revision, "effective_months": "12", f"r{row.pk}_kind": "lower"}
    typed |= {f"r{row.pk}_{name}": text for name, text in STEPS.items()}
    assert browser.post(reverse("agreements:amendment_save", args=[draft.pk]), typed).status_code == 302
    row.refresh_from_db()
    assert (row.after["kind"], row.after["level_5"], row.after["step_1"]) == ("lower", "90", "ร่าง")
