"""The form's deeds: nothing overwritten unseen, levels that fill themselves, history of every change."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import actions, form_actions, form_rounds, testing, workflow
from agreements.criteria import K
from agreements.form_actions import Clash, Edit
from agreements.models import Agreement, Indicator
from kpiportal.models import AuditEvent
from kpiportal.workflow import NotReady, Stale

AT = testing.AUTUMN


@pytest.fixture
def draft(cast):
    return testing.make_draft(cast, per_dimension=2)


@pytest.fixture
def first(draft):
    return draft.indicators.get(number="1.1")


def edit(indicator, by, **boxes):
    """boxes: name=(was, new)."""
    return form_actions.edit_indicator(indicator, {name: Edit(*pair) for name, pair in boxes.items()}, by=by, at=AT)


def fresh(indicator):
    return Indicator.objects.select_related("criteria").get(pk=indicator.pk)


def levels(indicator):
    return [None if v is None else str(v.normalize()) for v in fresh(indicator).criteria.levels]


def test_an_edit_is_kept_and_told_with_before_and_after(first, cast):
    saved = edit(first, cast.coordinator, weight=(Decimal(30), Decimal("25.50")), unit=("ร้อยละ", "ราย"))
    row = fresh(first)
    assert (row.weight, row.unit, row.revision) == (Decimal("25.50"), "ราย", 1)
    assert saved.changed == ["unit", "weight"]
    event = AuditEvent.objects.filter(verb="agreements.edit_indicator").get()
    assert event.before == {"unit": "ร้อยละ", "weight": "30"}
    assert event.after == {"unit": "ราย", "weight": "25.5"}
    assert event.organization == cast.province


def test_what_is_typed_again_as_it_stands_changes_nothing(first, cast):
    saved = edit(first, cast.coordinator, weight=(Decimal(30), Decimal(30)))
    assert saved.changed == []
    assert fresh(first).revision == 0
    assert not AuditEvent.objects.filter(verb="agreements.edit_indicator").exists()


def test_two_people_in_one_box_the_second_sees_both_values(first, cast):
    edit(first, cast.coordinator, weight=(Decimal(30), Decimal(20)))
    with pytest.raises(Clash) as clash:
        edit(first, cast.office_head, weight=(Decimal(30), Decimal(15)), unit=("ร้อยละ", "ราย"))
    assert clash.value.stored == {"weight": Decimal(20)}
    assert clash.value.by_text == "นายcoordinator ทดสอบ"
    assert (fresh(first).weight, fresh(first).unit) == (Decimal(20), "ร้อยละ")  # nothing of the second was kept


def test_two_people_in_two_boxes_of_one_row_do_not_meet(first, cast):
    edit(first, cast.coordinator, weight=(Decimal(30), Decimal(20)))
    edit(first, cast.office_head, unit=("ร้อยละ", "ราย"))
    assert (fresh(first).weight, fresh(first).unit) == (Decimal(20), "ราย")


def test_both_typed_the_same_is_no_clash(first, cast):
    edit(first, cast.coordinator, weight=(Decimal(30), Decimal(20)))
    assert edit(first, cast.office_head, weight=(Decimal(30), Decimal(20))).changed == []


def test_target_level_and_interval_fill_the_rest(first, cast):
    saved = edit(
        first, cast.coordinator, interval=(None, Decimal("2.5")), target_level=(3, 5), target=(80, Decimal(90))
    )
    assert levels(first) == ["8E+1", "82.5", "85", "87.5", "9E+1"]
    assert {"level_1", "level_2", "level_4", "level_5"} < set(saved.changed) | {"level_5"}


def test_lower_is_better_fills_downward(first, cast):
    edit(first, cast.coordinator, kind=("higher", "lower"))
    edit(first, cast.coordinator, interval=(None, Decimal(5)))
    assert levels(first) == ["9E+1", "85", "8E+1", "75", "7E+1"]


def test_levels_typed_by_hand_end_an_interval_that_no_longer_holds(first, cast):
    edit(first, cast.coordinator, interval=(None, Decimal(5)))
    saved = edit(first, cast.coordinator, level_5=(Decimal(90), Decimal(95)))
    assert saved.changed == ["interval", "level_5"]
    assert fresh(first).criteria.interval is None
    edit(first, cast.coordinator, target=(Decimal(80), Decimal(75)))  # uneven levels stay as they were typed
    assert levels(first) == ["7E+1", "75", "8E+1", "85", "95"]


def test_even_levels_typed_by_hand_give_the_interval(first, cast):
    edit(first, cast.coordinator, level_1=(Decimal(70), Decimal(71)))
    edit(first, cast.coordinator, level_1=(Decimal(71), Decimal(70)))
    assert fresh(first).criteria.interval == 5


def test_a_kind_tried_and_taken_back_loses_nothing(first, cast):
    edit(first, cast.coordinator, kind=("higher", "milestone"))
    assert fresh(first).criteria.levels == []
    edit(first, cast.coordinator, step_1=("", "ตั้งคณะทำงาน"))
    edit(first, cast.coordinator, kind=("milestone", "higher"))
    assert levels(first) == ["7E+1", "75", "8E+1", "85", "9E+1"]
    edit(first, cast.coordinator, kind=("higher", "milestone"))
    assert fresh(first).criteria.steps == ["ตั้งคณะทำงาน", "", "", "", ""]


def test_mixed_criteria_keep_their_levels_at_their_place(first, cast):
    edit(first, cast.coordinator, kind=("higher", "mixed"))
    edit(first, cast.coordinator, step_1=("", "ก"), level_4=(Decimal(85), Decimal(86)))
    criteria = fresh(first).criteria
    assert criteria.steps == ["ก", "", ""]
    assert [str(v.normalize()) for v in criteria.levels] == ["86", "9E+1"]


def test_a_number_already_taken_says_by_whom(first, cast):
    with pytest.raises(ValidationError) as refused:
        edit(first, cast.coordinator, number=("1.1", "1.2"))
    sentence = "เลขที่ 1.2 เป็นของตัวชี้วัด “ร้อยละความสำเร็จของงานที่ 1.2” แล้ว"
    assert refused.value.message_dict == {"number": [sentence]}
    assert fresh(first).number == "1.1"


def test_baselines_are_kept_by_their_year(first, cast):
    edit(first, cast.coordinator, base_2555=(None, Decimal("70.1")), base_2557=(Decimal("78.25"), None))
    assert list(first.baselines.values_list("fiscal_year", "value")) == [
        (2555, Decimal("70.1")), (2556, Decimal("76.5")), (2557, None),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["governor", "viewer", "collector", "negotiator", "neighbour"])
def test_nobody_else_writes(first, cast, who):
    with pytest.raises(PermissionDenied):
        edit(first, getattr(cast, who), unit=("ร้อยละ", "ราย"))


def test_a_sent_form_is_closed(draft, first, cast):
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AT)
    with pytest.raises(Stale, match="ส่งสำนักงาน ก.พ.ร. แล้ว"):
        edit(first, cast.coordinator, unit=("ร้อยละ", "ราย"))


# ---- rows ----
def order(agreement):
    rows = agreement.indicators.order_by("dimension__order", "order").values_list("number", flat=True)
    return " ".join(rows)


def test_a_new_row_continues_the_numbers_of_its_dimension(draft, first, cast):
    made = form_actions.add_blank(draft, dimension=first.dimension, parent=None, name="", by=cast.coordinator, at=AT)
    assert (made.number, made.weight, made.criteria.kind) == ("1.3", 0, "higher")
    assert order(draft) == "1.1 1.2 1.3 2.1 2.2 3.1 3.2 4.1 4.2"


def test_children_only_under_criteria_scored_by_children(draft, first, cast):
    with pytest.raises(NotReady):
        form_actions.add_blank(draft, dimension=first.dimension, parent=first, name="", by=cast.coordinator, at=AT)
    edit(first, cast.coordinator, kind=("higher", "composite"))
    child = form_actions.add_blank(
        draft, dimension=first.dimension, parent=fresh(first), name="", by=cast.coordinator, at=AT
    )
    assert (child.number, child.inner_weight, child.weight) == ("1.1.1", 0, None)
    with pytest.raises(ValidationError, match="มีตัวชี้วัดย่อย"):
        edit(first, cast.coordinator, kind=("composite", "higher"))


def test_rows_move_among_their_likes_and_the_history_says_where(draft, first, cast):
    form_actions.place_indicator(first, to="down", by=cast.coordinator, at=AT)
    assert order(draft) == "1.2 1.1 2.1 2.2 3.1 3.2 4.1 4.2"
    form_actions.place_indicator(first, to="down", by=cast.coordinator, at=AT)  # already last: nothing happens
    event = AuditEvent.objects.get(verb="agreements.move_indicator")
    assert event.before == {"place": "การประเมินประสิทธิผล ลำดับที่ 1"}
    assert event.after == {"place": "การประเมินประสิทธิผล ลำดับที่ 2"}


def test_a_row_moves_into_another_dimension_before_another(draft, first, cast):
    other = draft.indicators.get(number="2.2")
    form_actions.place_indicator(first, before=other.pk, dimension=other.dimension_id, by=cast.coordinator, at=AT)
    assert order(draft) == "1.2 2.1 1.1 2.2 3.1 3.2 4.1 4.2"
    assert fresh(first).dimension_id == other.dimension_id


def test_removing_from_a_draft_asks_nothing_and_keeps_every_word_in_the_history(draft, first, cast):
    form_actions.remove_indicator(first, by=cast.coordinator, at=AT)
    assert order(draft) == "1.2 2.1 2.2 3.1 3.2 4.1 4.2"
    event = AuditEvent.objects.get(verb="agreements.remove_indicator")
    kept = event.before["indicators"][0]
    assert (kept["number"], kept["weight"], kept["baselines"]) == ("1.1", "30", {"2556": "76.5", "2557": "78.25"})
    assert kept["criteria"]["levels"] == ["70", "75", "80", "85", "90"]


def test_removing_from_a_returned_form_asks_for_the_reason(draft, first, cast):
    sent = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AT)
    actions.return_agreement(sent, by=cast.negotiator, revision=1, at=AT, reason="ทบทวน")
    with pytest.raises(NotReady):
        form_actions.remove_indicator(first, by=cast.coordinator, at=AT, reason=" ")
    assert Indicator.objects.filter(pk=first.pk).exists()
    form_actions.remove_indicator(first, by=cast.coordinator, at=AT, reason="ซ้ำกับ 1.2")
    assert AuditEvent.objects.get(verb="agreements.remove_indicator").data["reason"] == "ซ้ำกับ 1.2"


def test_a_row_that_was_on_the_table_can_still_be_taken_off_a_returned_form(draft, first, cast):
    sent = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AT)
    table = actions.open_table(sent, by=cast.negotiator, revision=1, at=AT)
    actions.return_agreement(table, by=cast.negotiator, revision=2, at=AT, reason="ทบทวน")
    form_actions.remove_indicator(first, by=cast.coordinator, at=AT, reason="ไม่มีผู้รับผิดชอบข้อมูล")
    assert not Indicator.objects.filter(pk=first.pk).exists()


# ---- sending ----
def test_sending_lists_everything_missing_with_the_box_it_is_about(draft, first, cast):
    edit(first, cast.coordinator, formula=("ก × 100 ÷ ข", ""), level_3=(Decimal(80), Decimal(75)))
    weight = fresh(first).weight
    edit(first, cast.coordinator, weight=(weight, Decimal("29.99")))
    with pytest.raises(NotReady) as refused:
        actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AT)
    page, sheet = f"/agreements/indicators/{first.pk}/edit/", f"/agreements/{draft.pk}/form/#form-weights"
    assert [(b.text, b.url) for b in refused.value.blockers] == [
        ("น้ำหนักรวมได้ 99.99 ต้องเป็น 100", sheet),
        ("การประเมินประสิทธิผล: น้ำหนักรวมได้ 59.99 กรอบกำหนด 60", sheet),
        ("ตัวชี้วัด 1.1: ยังไม่ได้ระบุสูตรการคำนวณ", f"{page}#id_formula"),
        ("ตัวชี้วัด 1.1: เกณฑ์ระดับ 2 กับระดับ 3 เท่ากัน (75) แต่ละระดับต้องต่างกัน", f"{page}#id_level_2"),
        ("ตัวชี้วัด 1.1: ค่าเป้าหมาย 80 ไม่ตรงกับเกณฑ์ระดับใด (70, 75, 75, 85, 90)", f"{page}#id_target"),
    ]
    assert Agreement.objects.get(pk=draft.pk).state == "draft"


def test_a_two_sided_criterion_without_its_band_is_missing_it_not_broken(draft, first, cast):
    edit(first, cast.coordinator, kind=("higher", K.TWO_SIDED))
    assert "ยังไม่ได้กรอกช่วงที่กำหนด" in [b.text.partition(": ")[2] for b in workflow.form_ready(draft)]


def test_what_is_of_one_round_only_is_kept_and_not_written_over(cast):
    row = testing.make_draft(cast).indicators.get(number="1.1")
    facts = {"start_months": 12, "by": cast.coordinator, "at": testing.AUTUMN}
    kept = form_rounds.set_rounds(row, {6: Decimal("40.5")}, was=form_rounds.stands(row), **facts)
    assert (kept.round_weights, kept.start_months) == ({"6": "40.50"}, 12)
    with pytest.raises(Stale, match="น้ำหนักเฉพาะรอบ"):
        form_rounds.set_rounds(row, {}, was=form_rounds.stands(row), **facts)
