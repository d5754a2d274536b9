"""What of a typed box is written, what is answered back, and to whom the door is shut."""

from decimal import Decimal

import pytest

from kpiportal.models import AuditEvent, Role
from kpiportal.testing.people import give, make_user
from reporting import actions, testing
from reporting.models import Report
from reporting.tests.refusals import stored, url


def keep(browser, card, dirty, **sent):
    return browser.post(url("report_autosave", card), {"dirty": dirty, **sent})


def value(card):
    return f"value_{card.indicator_id}"


def test_only_the_boxes_sent_are_written(mine, card, cast):
    testing.fill(card, cast)
    answer = keep(mine, card, ["explanation"], **{"explanation": "ใหม่", "base-explanation": "ดำเนินการครบตามแผน"})
    assert answer.status_code == 200
    kept = answer.json()
    assert (kept["saved"], kept["errors"], kept["clashes"], kept["at"]) == (["explanation"], {}, [], "09.00 น.")
    card.refresh_from_db()
    assert (card.explanation, card.obstacles, card.revision) == ("ใหม่", "ฝนตกหนัก", kept["revision"])
    assert card.entries.get().value == Decimal("82.35")


def test_the_first_box_starts_the_card_and_is_told_once(mine, card):
    first = keep(mine, card, [value(card)], **{value(card): "๘๒.๓๕"}).json()
    assert first["chip"] == ["ร่าง", "wait"]
    keep(mine, card, ["obstacles"], obstacles="ฝน")
    card.refresh_from_db()
    assert (card.state, card.score, card.obstacles) == ("draft", Decimal("3.4700"), "ฝน")
    assert AuditEvent.objects.filter(verb="reporting.start").count() == 1


def test_a_box_changed_by_somebody_else_is_answered_with_both_and_left_alone(mine, card, cast):
    colleague = make_user("colleague")
    give(colleague, cast.agency, Role.COLLECTOR)
    actions.save_report(
        card,
        by=colleague,
        revision=0,
        at=testing.FILED,
        answers={**testing.ANSWERS, "obstacles": "ของเพื่อน"},
        entries={},
    )
    before = stored()
    answer = keep(mine, card, ["obstacles"], **{"obstacles": "ของฉัน", "base-obstacles": ""}).json()
    assert answer["clashes"] == [
        {"name": "obstacles", "label": "ปัญหาอุปสรรค", "stored": "ของเพื่อน", "values": ["ของเพื่อน"]}
    ]
    assert (answer["saved"], answer["by"]) == ([], "นายcolleague ทดสอบ")
    assert stored() == before
    keep(mine, card, ["obstacles"], **{"obstacles": "ของฉัน", "base-obstacles": "ของเพื่อน"})
    card.refresh_from_db()
    assert card.obstacles == "ของฉัน"


def test_the_same_words_twice_are_no_clash(mine, card):
    for _ in range(2):
        answer = keep(mine, card, ["obstacles"], **{"obstacles": "ฝน", "base-obstacles": ""})
        assert (answer.json()["saved"], answer.json()["clashes"]) == (["obstacles"], [])


def test_a_wrong_number_holds_back_its_own_box_only(mine, card):
    answer = keep(mine, card, [value(card), "obstacles"], **{value(card): "82,35", "obstacles": "ฝน"}).json()
    assert answer["saved"] == ["obstacles"]
    assert answer["errors"][value(card)].startswith("อ่านได้มากกว่าหนึ่งแบบ")
    card.refresh_from_db()
    assert (card.obstacles, card.entries.get().value) == ("ฝน", None)


def test_half_a_ratio_is_kept_and_scores_nothing_until_it_is_whole(mine, card):
    num, den = f"num_{card.indicator_id}", f"den_{card.indicator_id}"
    keep(mine, card, [num], **{num: "350"})
    card.refresh_from_db()
    assert card.score is None
    answer = keep(mine, card, [den], **{den: "425"}).json()
    assert answer["saved"] == [den]
    card.refresh_from_db()
    entry = card.entries.get()
    assert (entry.value, entry.numerator, entry.denominator) == (Decimal("82.352941"), 350, 425)
    assert card.score == Decimal("3.4706")
    assert keep(mine, card, [den], **{den: "0", f"base-{den}": "425"}).json()["errors"] == {den: "ตัวหารเป็น 0 ไม่ได้"}


def test_no_data_waits_for_its_reason(mine, card):
    answer = keep(mine, card, ["no_data"], no_data="on").json()
    assert (answer["saved"], answer["errors"]) == ([], {"no_data_reason": "กรุณาระบุเหตุผลที่ไม่มีข้อมูล"})
    keep(mine, card, ["no_data", "no_data_reason"], no_data="on", no_data_reason="ยังไม่ประกาศ")
    card.refresh_from_db()
    assert (card.no_data, card.no_data_reason, card.score) == (True, "ยังไม่ประกาศ", None)


def test_a_dash_in_the_box_is_not_kept_before_its_reason(mine, card):
    sentence = "กรุณาระบุเหตุผลที่ไม่มีข้อมูล"
    answer = keep(mine, card, [value(card)], **{value(card): "-"}).json()
    assert (answer["saved"], answer["errors"]) == ([], {value(card): sentence, "no_data_reason": sentence})
    keep(mine, card, [value(card), "no_data_reason"], **{value(card): "-", "no_data_reason": "ยังไม่ประกาศ"})
    card.refresh_from_db()
    assert (card.no_data, card.no_data_reason) == (True, "ยังไม่ประกาศ")


def test_a_card_that_has_gone_takes_nothing_and_says_why(mine, card, cast):
    testing.send(card, cast)
    before = stored()
    answer = keep(mine, card, ["obstacles"], obstacles="ช้าไป")
    assert answer.status_code == 409
    assert answer.json() == {"refused": "รายงานนี้อยู่ในสถานะ “รอหัวหน้ารับรอง” แก้ไขไม่ได้ในขณะนี้"}
    assert stored() == before


@pytest.mark.parametrize(("who", "status"), [("overseer", 403), ("coordinator", 403), ("other_collector", 404)])
def test_the_door_is_the_collectors(card, cast, as_user, who, status):
    assert keep(as_user(getattr(cast, who)), card, ["obstacles"], obstacles="ฉัน").status_code == status
    assert Report.objects.get(pk=card.pk).obstacles == ""


def test_boxes_nobody_has_are_passed_over(mine, card):
    answer = keep(mine, card, ["state", "score", "revision", "no_such"], state="accepted", score="5").json()
    assert answer["saved"] == []
    card.refresh_from_db()
    assert (card.state, card.revision) == ("not_started", 0)
