"""งานของฉัน around the closing of a round: what was sent still waits for its certifier and its reviewer."""

import datetime as dt

import pytest

from kpiportal import obligations
from kpiportal.models import User
from kpiportal.testing.people import BANGKOK
from kpiportal.testing.plugin import NOW
from reporting import actions, testing
from reporting.sar import testing as sar_testing

AFTER_THE_LAST_DAY = dt.datetime(2015, 11, 1, tzinfo=BANGKOK)  # OPDC's is 31 October


def owed(person, at=NOW):
    return obligations.of(User.objects.get(pk=person.pk), at=at)


def reports_owed(person):
    """Without what is owed about people: it has tests of its own."""
    return [task.action for task in owed(person).mine if not task.url.startswith("/people/")]


def close(card, cast):
    return actions.close_round(card.round, by=cast.coordinator, revision=1, at=NOW)


def test_a_sent_card_of_a_closed_round_still_waits_for_its_certifier(card, cast):
    testing.send(card, cast)
    close(card, cast)
    assert [task.action for task in owed(cast.overseer).mine] == ["ตรวจและรับรอง"]
    assert owed(cast.collector).mine == []


def test_a_certified_card_of_a_closed_round_still_waits_for_its_reviewer(card, cast):
    card = testing.certify(card, cast)
    close(card, cast)
    # The 6-month round, over and never opened, is owed as well, and so is the report of this one.
    assert reports_owed(cast.coordinator) == ["ไปเปิดรอบ", "ตรวจรายงาน", "เริ่มรวบรวม"]
    actions.accept_report(card, by=cast.coordinator, revision=card.revision, at=NOW)
    assert reports_owed(cast.coordinator) == ["ไปเปิดรอบ", "เริ่มรวบรวม"]


def test_a_round_nobody_is_awaited_in_is_to_be_closed_before_its_report(card, cast):
    assert "ไปปิดรับ" not in reports_owed(cast.coordinator)
    card.round.reports.exclude(pk=card.pk).update(state="accepted")
    testing.accept(card, cast)
    assert reports_owed(cast.coordinator) == ["ไปเปิดรอบ", "ไปปิดรับ"]
    card.round.reports.update(state="draft")
    assert "ไปปิดรับ" not in reports_owed(cast.coordinator)
    late = [task.action for task in owed(cast.coordinator, AFTER_THE_LAST_DAY).mine]
    assert "ไปปิดรับ" in late, "the agencies' days are over"


@pytest.mark.parametrize(("at", "shown"), [(NOW, True), (AFTER_THE_LAST_DAY, False)])
def test_a_closed_round_stands_beside_until_it_is_due_at_opdc(card, cast, at, shown):
    close(card, cast)
    templates = [template for template, _ in owed(cast.governor, at).panels]
    assert ("reporting/_home_progress.html" in templates) == shown


@pytest.mark.parametrize(("at", "shown"), [(NOW, True), (AFTER_THE_LAST_DAY, False)])
def test_what_a_closed_round_went_without_stays_in_its_agency_s_sight(card, cast, at, shown):
    close(card, cast)
    for person in (cast.collector, cast.overseer):
        sections = dict(owed(person, at).sections)
        assert ("reporting/_home_cards.html" in sections) == shown
        if shown:
            part = sections["reporting/_home_cards.html"]
            assert (part["title"], [row["state"] for row in part["rows"]]) == ("ปิดรับแล้ว ยังไม่ได้ส่ง", ["ยังไม่เริ่ม"] * 2)
        assert owed(person, at).mine == []


def test_nobody_is_to_be_called_for_what_a_closed_round_went_without(card, cast):
    testing.send(card, cast)
    close(card, cast)
    beside = owed(cast.coordinator)
    rows = dict(beside.sections)["reporting/_home_waiting.html"]["rows"]
    assert [(row["host"], row["chips"]) for row in rows] == [("สำนักงานคลังจังหวัดเชียงใหม่", [("wait", "รอหัวหน้ารับรอง 1")])]
    said = [line["what"] for line in dict(beside.panels)["reporting/_home_dates.html"]["lines"]]
    assert said == ["จังหวัดส่งรายงานรอบ 12 เดือน ให้สำนักงาน ก.พ.ร."]


def test_nobody_is_asked_to_decide_on_a_card_once_opdc_has_the_report(cast):
    sar = sar_testing.make_sar(cast, accepted=False)
    first, second = sar.round.reports.filter(state="accepted").order_by("pk")[:2]
    sar.round.reports.filter(pk=first.pk).update(state="certified")
    sar.round.reports.filter(pk=second.pk).update(state="sent")
    assert "ตรวจรายงาน" in reports_owed(cast.coordinator)
    assert "reporting/_home_waiting.html" in dict(owed(cast.coordinator).sections)
    assert "reporting/_home_dates.html" in dict(owed(cast.coordinator).panels)
    sar = sar_testing.approve(sar_testing.propose(sar, cast, sar_testing.WHY), cast, sar_testing.WHY)
    sar_testing.send(sar_testing.sign(sar, cast), cast)
    assert "ตรวจรายงาน" not in reports_owed(cast.coordinator)
    assert "reporting/_home_waiting.html" not in dict(owed(cast.coordinator).sections)
    assert "reporting/_home_dates.html" not in dict(owed(cast.coordinator).panels), "nothing is due any more"


def test_whoever_chases_sees_whom_to_call(card, cast):
    User.objects.filter(pk=cast.collector.pk).update(phone="0-5311-1201")
    rows = dict(owed(cast.coordinator).sections)["reporting/_home_waiting.html"]["rows"]
    assert [(row["host"], row["who"], row["phone"], row["days"]) for row in rows] == [
        ("สำนักงานคลังจังหวัดเชียงใหม่", "นายcollector ทดสอบ", "0-5311-1201", 18),
        ("สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่", "นายother_collector ทดสอบ", "", 18),
    ]
