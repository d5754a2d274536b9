"""Actions at the table: whose cells they write, what the ledger keeps, what two people at once end with."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from agreements import actions as agreement_actions
from agreements.models import Offer, Remark
from agreements.negotiation import actions, closing, sheet, sittings
from agreements.negotiation.actions import Clash
from agreements.negotiation.cells import Said
from agreements.negotiation.tests.conftest import fresh_line
from agreements.testing import AUTUMN, WINTER
from kpiportal.models import AuditEvent
from kpiportal.workflow import NotReady, Stale

pytestmark = pytest.mark.django_db


def said(**cells):
    return {name.lstrip("_"): Said(Decimal(value)) for name, value in cells.items()}


def stands(table, number, side):
    line = next(line for line in sheet.read(table).lines if line.number == number)
    return {name: said.text for name, said in line.said[side].items()}


def test_the_form_is_the_partys_first_offer(table):
    assert stands(table, "1.1", "party") == {
        "weight": "60", "target": "80", "keep": "1", "1": "70", "2": "75", "3": "80", "4": "85", "5": "90",
    }  # fmt: skip
    assert stands(table, "1.1", "opdc") == {}
    assert table.version == 1
    assert Offer.objects.filter(deed="laid").count() == 4 * 8


def test_the_first_counter_takes_a_position_in_every_cell(line, table, cast):
    actions.offer(line, typed=said(target="85", _3="85"), seen=1, by=cast.negotiator, at=AUTUMN)
    assert stands(table, "1.1", "opdc") == {
        "weight": "60", "target": "85", "keep": "1", "1": "70", "2": "75", "3": "85", "4": "85", "5": "90",
    }  # fmt: skip
    assert stands(table, "1.1", "party")["target"] == "80"
    told = AuditEvent.objects.get(verb="agreements.offer")
    assert (told.acting_as, told.after["target"]) == ("ผู้เจรจา สำนักงาน ก.พ.ร.", "85")
    actions.offer(line, typed=said(weight="55"), seen=2, by=cast.negotiator, at=AUTUMN)
    assert [(o.name, o.value) for o in Offer.objects.filter(version=3)] == [("weight", Decimal(55))]


def test_what_is_said_already_is_no_deed(line, table, cast):
    actions.offer(line, typed=said(weight="60"), seen=1, by=cast.coordinator, at=AUTUMN)
    table.refresh_from_db()
    assert (table.version, AuditEvent.objects.filter(verb="agreements.offer").count()) == (1, 0)


def test_two_colleagues_on_one_cell_end_with_both_values_and_nothing_written(line, table, cast):
    actions.offer(line, typed=said(weight="55"), seen=1, by=cast.coordinator, at=AUTUMN)
    with pytest.raises(Clash) as clash:
        actions.offer(line, typed=said(weight="50", target="85"), seen=1, by=cast.office_head, at=AUTUMN)
    (found,) = clash.value.differences
    assert (found.label, found.mine.text, found.stored.text, found.by) == ("น้ำหนัก", "50", "55", cast.coordinator)
    assert (stands(table, "1.1", "party")["weight"], stands(table, "1.1", "party")["target"]) == ("55", "80")
    actions.offer(line, typed=said(weight="50"), seen=clash.value.seen, by=cast.office_head, at=AUTUMN)
    assert stands(table, "1.1", "party")["weight"] == "50"


def test_two_colleagues_on_different_cells_keep_both(line, table, cast):
    actions.offer(line, typed=said(weight="55"), seen=1, by=cast.coordinator, at=AUTUMN)
    actions.offer(line, typed=said(target="85"), seen=1, by=cast.office_head, at=AUTUMN)
    assert (stands(table, "1.1", "party")["weight"], stands(table, "1.1", "party")["target"]) == ("55", "85")


def test_nobody_agrees_to_a_figure_that_was_just_replaced(line, table, cast):
    actions.offer(line, typed=said(target="85", _3="85", _4="87"), seen=1, by=cast.negotiator, at=AUTUMN)
    actions.offer(line, typed=said(target="87", _3="87", _4="88"), seen=2, by=cast.director, at=AUTUMN)
    with pytest.raises(Clash) as clash:
        actions.accept(line, seen=2, by=cast.coordinator, at=AUTUMN)
    assert {d.name: (d.mine.text, d.stored.text) for d in clash.value.differences} == {
        "target": ("80", "87"), "3": ("80", "87"), "4": ("85", "88"),
    }  # fmt: skip
    assert stands(table, "1.1", "party")["target"] == "80"
    actions.accept(line, seen=clash.value.seen, by=cast.coordinator, at=AUTUMN)
    assert sheet.read(table).lines[0].agreed


def test_one_cell_may_be_accepted_alone(line, table, cast):
    actions.offer(line, typed=said(target="85", weight="55"), seen=1, by=cast.negotiator, at=AUTUMN)
    actions.accept(line, seen=2, names=["weight"], by=cast.coordinator, at=AUTUMN)
    assert (stands(table, "1.1", "party")["weight"], stands(table, "1.1", "party")["target"]) == ("55", "80")
    assert not sheet.read(table).lines[0].agreed


@pytest.mark.parametrize("who", ["governor", "viewer", "collector", "evaluator", "neighbour", "operator", "nobody"])
def test_whoever_speaks_for_no_side_writes_nothing(line, table, cast, who):
    for deed in (
        lambda by: actions.offer(line, typed=said(weight="1"), seen=1, by=by, at=AUTUMN),
        lambda by: actions.accept(line, seen=1, by=by, at=AUTUMN),
        lambda by: actions.remark(line, words="ก", shared=True, by=by, at=AUTUMN),
        lambda by: actions.accept_rest(table, seen=1, by=by, at=AUTUMN),
        lambda by: closing.agree(table.agreement, by=by, revision=2, at=AUTUMN),
    ):
        with pytest.raises(PermissionDenied):
            deed(getattr(cast, who))
    table.refresh_from_db()
    assert (table.version, Remark.objects.count()) == (1, 0)


def test_the_ledger_is_never_changed(line, cast):
    actions.offer(line, typed=said(weight="55"), seen=1, by=cast.coordinator, at=AUTUMN)
    for change in (Offer.objects.all().delete, lambda: Offer.objects.update(value=1)):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()


def test_a_parked_line_keeps_the_table_open_until_it_is_taken_up(line, table, cast):
    testing_accept(table, cast)
    until = dt.date(2014, 11, 30)
    actions.park(line, owner="สำนักงานคลังจังหวัด", reason="ขอฐานข้อมูลปี 2557", until=until, by=cast.negotiator, at=AUTUMN)
    with pytest.raises(NotReady) as refusal:
        closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN)
    assert [b.text for b in refusal.value.blockers] == ["ตัวชี้วัด 1.1 พักไว้ รอ สำนักงานคลังจังหวัด"]
    actions.unpark(line, by=cast.coordinator, at=AUTUMN)
    closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN)


def testing_accept(table, cast):
    table.refresh_from_db()
    actions.accept_rest(table, seen=table.version, by=cast.negotiator, at=AUTUMN)


def test_yes_to_all_takes_both_sides_and_writes_what_is_agreed(line, table, cast):
    agreement = table.agreement
    actions.offer(line, typed=said(target="85"), seen=1, by=cast.negotiator, at=AUTUMN)
    actions.accept(line, seen=2, by=cast.coordinator, at=AUTUMN)
    testing_accept(table, cast)
    agreement = closing.agree(agreement, by=cast.negotiator, revision=2, at=AUTUMN)
    assert (agreement.state, agreement.indicators.get(number="1.1").target) == ("negotiating", Decimal(80))
    with pytest.raises(Stale, match="รออีกฝ่าย"):
        closing.agree(agreement, by=cast.director, revision=2, at=AUTUMN)
    agreement = closing.agree(agreement, by=cast.coordinator, revision=2, at=AUTUMN)
    assert (agreement.state, agreement.indicators.get(number="1.1").target) == ("agreed", Decimal(85))


def test_any_change_takes_the_first_yes_away_a_note_does_not(line, table, cast):
    testing_accept(table, cast)
    closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN)
    actions.remark(line, words="ขอบคุณ", shared=True, by=cast.negotiator, at=AUTUMN)
    assert table.assents.count() == 1
    actions.offer(line, typed=said(weight="59"), seen=9, by=cast.negotiator, at=AUTUMN)
    assert table.assents.count() == 0


def test_two_who_press_in_the_same_second_have_said_yes_to_the_same_table(line, table, cast):
    testing_accept(table, cast)
    table.refresh_from_db()
    seen = table.version
    closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN, seen=seen)
    actions.remark(line, words="เดี๋ยวก่อน", shared=True, by=cast.coordinator, at=AUTUMN)
    with pytest.raises(Stale):  # something was said that this person has not read
        closing.agree(table.agreement, by=cast.negotiator, revision=2, at=AUTUMN, seen=seen)
    closing.take_back(table.agreement, by=cast.coordinator, at=AUTUMN)
    table.refresh_from_db()
    seen = table.version
    closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN, seen=seen)
    assert closing.agree(table.agreement, by=cast.negotiator, revision=2, at=AUTUMN, seen=seen).state == "agreed"


def test_nobody_says_yes_to_a_table_that_moved_on(line, table, cast):
    testing_accept(table, cast)
    with pytest.raises(Stale):
        closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN, seen=1)
    assert table.assents.count() == 0


def test_what_keeps_the_table_open_is_said(line, table, cast):
    with pytest.raises(NotReady) as refusal:
        closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN)
    assert [b.text for b in refusal.value.blockers] == ["ยังไม่ตกลง 4 รายการ: 1.1, 2.1, 3.1, 4.1"]
    actions.offer(line, typed=said(weight="59", _3="75"), seen=1, by=cast.negotiator, at=AUTUMN)
    actions.accept(line, seen=2, by=cast.coordinator, at=AUTUMN)
    testing_accept(table, cast)
    with pytest.raises(NotReady) as refusal:
        closing.agree(table.agreement, by=cast.coordinator, revision=2, at=AUTUMN)
    assert [b.text for b in refusal.value.blockers] == [
        "น้ำหนักที่ตกลงรวมได้ 99.00 ต้องเป็น 100",
        "การประเมินประสิทธิผล: น้ำหนักที่ตกลงรวมได้ 59.00 กรอบกำหนด 60.00",
        "ตัวชี้วัด 1.1: เกณฑ์ระดับ 2 กับระดับ 3 เท่ากัน (75) แต่ละระดับต้องต่างกัน",
        "ตัวชี้วัด 1.1: ค่าเป้าหมาย 80 ไม่ตรงกับเกณฑ์ระดับใด (70, 75, 75, 85, 90)",
    ]


def test_both_sides_go_back_to_the_table_until_it_is_signed(table, cast):
    agreement = table.agreement
    testing_accept(table, cast)
    for who in (cast.coordinator, cast.negotiator):
        agreement = closing.agree(agreement, by=who, revision=2, at=AUTUMN)
    with pytest.raises(Stale):
        actions.remark(fresh_line(table, "1.1"), words="ช้าไป", shared=True, by=cast.coordinator, at=AUTUMN)
    agreement = closing.rescind(agreement, by=cast.coordinator, revision=3, at=AUTUMN, reason="น้ำหนักผิด")
    assert (agreement.state, table.assents.count()) == ("negotiating", 0)
    for who in (cast.coordinator, cast.negotiator):
        agreement = closing.agree(agreement, by=who, revision=4, at=AUTUMN)
    signed_on = WINTER.date()
    agreement = agreement_actions.sign_agreement(
        agreement, by=cast.governor, revision=5, at=WINTER, signed_on=signed_on
    )
    with pytest.raises(Stale):
        closing.rescind(agreement, by=cast.coordinator, revision=6, at=WINTER, reason="ขอแก้")


def add(table, cast, *, number="", weight=5):
    """One more indicator, offered by OPDC with all its figures; returns its line. Without a number it is 4.2."""
    dimension = table.agreement.framework.dimensions.get(name="การพัฒนาองค์การ")
    line = actions.add_typed(
        table, dimension=dimension, number=number, name="ร้อยละของข้อมูลเปิด", unit="ร้อยละ", kind="higher",
        weight=Decimal(weight), reason="นโยบายปีนี้", by=cast.negotiator, at=AUTUMN,
    )  # fmt: skip
    cells = said(target="60", _1="40", _2="50", _3="60", _4="70", _5="80")
    actions.offer(fresh_line(table, number or "4.2"), typed=cells, seen=9, by=cast.negotiator, at=AUTUMN)
    return line


def test_an_indicator_both_drop_leaves_the_form_and_stays_in_the_trail(table, cast):
    add(table, cast, weight=15)
    actions.accept(fresh_line(table, "4.2"), seen=9, by=cast.coordinator, at=AUTUMN)
    sitting = sittings.open_sitting(table, place="ห้องประชุม 1", by=cast.negotiator, at=AUTUMN)
    for who in (cast.coordinator, cast.negotiator):
        actions.propose_keeping(fresh_line(table, "4.1"), stays=False, seen=9, by=who, at=AUTUMN)
    assert [line.number for line in sheet.read(table).living] == ["1.1", "2.1", "3.1", "4.2"]
    testing_accept(table, cast)
    for who in (cast.coordinator, cast.negotiator):
        agreement = closing.agree(table.agreement, by=who, revision=2, at=AUTUMN)
    assert [i.number for i in agreement.indicators.all()] == ["1.1", "2.1", "3.1", "4.2"]
    told = AuditEvent.objects.get(verb="agreements.drop_indicator")
    assert (told.before["number"], told.before["weight"], told.before["baselines"]["2557"]) == ("4.1", "15", "78.25")
    assert Offer.objects.filter(number="4.1", name="keep", value=0).count() == 2
    said = {row["name"] for row in sittings.content_of(sitting)["decisions"] if row["number"] == "4.1"}
    assert said == {"ร้อยละความสำเร็จของงานที่ 4.1 (ตัดออก)"}  # the minutes are made of what is no row any more


def test_one_side_alone_drops_nothing(table, cast):
    actions.propose_keeping(fresh_line(table, "4.1"), stays=False, seen=9, by=cast.negotiator, at=AUTUMN)
    assert [line.number for line in sheet.read(table).open_lines] == ["1.1", "2.1", "3.1", "4.1"]
    actions.propose_keeping(fresh_line(table, "4.1"), stays=True, seen=9, by=cast.negotiator, at=AUTUMN)
    assert [line.number for line in sheet.read(table).open_lines] == ["1.1", "2.1", "3.1"]


def test_an_indicator_offered_by_one_side_waits_for_the_other(table, cast):
    made = add(table, cast)
    assert [line.number for line in sheet.read(table).lines] == ["1.1", "2.1", "3.1", "4.1", "4.2"]
    assert (made.added_by, stands(table, "4.2", "party")) == ("opdc", {})
    actions.accept(fresh_line(table, "4.2"), seen=9, by=cast.coordinator, at=AUTUMN)
    assert sheet.read(table).lines[-1].agreed
    with pytest.raises(NotReady, match="มีตัวชี้วัดที่ 4.2 แล้ว"):
        add(table, cast, number="4.2")


def test_a_note_of_ones_own_side_is_not_read_across_the_table(line, cast):
    actions.remark(line, words="ยอมได้ถึง 85", shared=False, by=cast.coordinator, at=AUTUMN)
    actions.remark(line, words="ขอคงเดิม", shared=True, by=cast.coordinator, at=AUTUMN)
    read = {side: [r.words for r in line.remarks.readable_by(side)] for side in ("party", "opdc", "")}
    assert read == {"party": ["ยอมได้ถึง 85", "ขอคงเดิม"], "opdc": ["ขอคงเดิม"], "": ["ขอคงเดิม"]}
    assert "ยอมได้" not in str(list(AuditEvent.objects.filter(verb="agreements.remark_own").values()))


def test_a_table_laid_again_keeps_what_opdc_said(agreement, table, line, cast):
    actions.offer(line, typed=said(target="85"), seen=1, by=cast.negotiator, at=AUTUMN)
    agreement = agreement_actions.return_agreement(agreement, by=cast.negotiator, revision=2, at=AUTUMN, reason="แก้")
    agreement.indicators.filter(number="1.1").update(target=Decimal(75))
    agreement = agreement_actions.submit_agreement(agreement, by=cast.coordinator, revision=3, at=AUTUMN)
    agreement_actions.open_table(agreement, by=cast.negotiator, revision=4, at=AUTUMN)
    table.refresh_from_db()
    assert (stands(table, "1.1", "party")["target"], stands(table, "1.1", "opdc")["target"]) == ("75", "85")
    assert Offer.objects.filter(version=table.version).count() == 1
