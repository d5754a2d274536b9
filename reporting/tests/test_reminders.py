"""The daily task on real Celery, Redis and SMTP: one mail per person who owes, none the second time."""

import datetime as dt

import pytest

from kpiportal.models import Membership, OutgoingMail, ReminderSent
from kpiportal.testing.people import BANGKOK, give, make_user
from reporting import actions, reminders, testing
from reporting.tasks import queue_due_reminders


def morning(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T07:05:00").replace(tzinfo=BANGKOK)


def run(day: str) -> int:
    at = morning(day)
    return reminders.queue_due_reminders(on=at.date(), at=at)


def told() -> list[str]:
    return sorted(mail.to_user.first_name for mail in OutgoingMail.objects.select_related("to_user"))


@pytest.fixture
def round(cast, frozen):
    return testing.make_round(cast)


def test_nothing_before_the_first_step(round):
    """Fourteen working days before Monday the 26th, the 23rd being a holiday, is Monday the 5th."""
    assert run("2015-10-02") == 0
    assert run("2015-10-05") == 2


def test_each_collector_gets_one_mail_with_all_their_cards(round):
    assert run("2015-10-15") == 2
    assert told() == ["collector", "other_collector"]
    mail = OutgoingMail.objects.get(to_user__first_name="collector")
    assert mail.subject == "รายงานตัวชี้วัดที่ต้องส่ง 2 รายการ"
    assert "ส่งภายใน 26 ตุลาคม 2558 (เหลือ 11 วัน) สถานะ: ยังไม่เริ่ม" in mail.body
    assert mail.body.count("http://testserver/reporting/cards/") == 2


def test_a_holiday_between_brings_the_step_a_day_earlier(round):
    """Monday the 26th is the last day and Friday the 23rd a holiday: from Tuesday the 20th there are 3 working days."""
    run("2015-10-20")
    assert set(ReminderSent.objects.values_list("step", flat=True)) == {3}


def test_a_second_run_adds_none(round):
    run("2015-10-15")
    assert run("2015-10-15") == 0
    assert run("2015-10-16") == 0, "the same step on another day"
    assert OutgoingMail.objects.count() == 2
    assert ReminderSent.objects.count() == 4


def test_after_days_of_silence_only_the_newest_step_is_sent(round):
    run("2015-10-15")
    assert run("2015-10-23") == 4, "7 was told, 3 was slept through, 1 is due: collectors and overseers"
    assert set(ReminderSent.objects.values_list("step", flat=True)) == {7, 1}


def test_it_climbs_from_collector_to_overseer_to_coordinator(round):
    run("2015-10-23")
    assert told() == ["collector", "other_collector", "other_overseer", "overseer"]
    run("2015-10-27")
    assert told().count("coordinator") == 1
    assert "เกินกำหนด 1 วัน" in OutgoingMail.objects.filter(to_user__first_name="coordinator").get().body


def test_a_sent_card_is_not_reminded_of(cast, round):
    for card in round.reports.filter(host=cast.agency):
        testing.send(card, cast)
    OutgoingMail.objects.all().delete()
    run("2015-10-23")
    assert told() == ["other_collector", "other_overseer"]


def test_a_closed_round_reminds_nobody(cast, round):
    actions.close_round(round, by=cast.coordinator, revision=1, at=morning("2015-10-20"))
    assert run("2015-10-23") == 0


def test_those_whose_duty_ended_or_account_is_closed_are_not_told(cast, round):
    Membership.objects.filter(user=cast.collector).update(valid_to="2015-10-01")
    type(cast.other_collector).objects.filter(pk=cast.other_collector.pk).update(is_active=False)
    assert run("2015-10-15") == 0


def test_a_person_with_two_duties_gets_one_mail(cast, round):
    both = make_user("both")
    give(both, cast.agency, "collector")
    give(both, cast.other_agency, "collector")
    run("2015-10-15")
    assert told().count("both") == 1
    assert OutgoingMail.objects.get(to_user=both).subject == "รายงานตัวชี้วัดที่ต้องส่ง 4 รายการ"


def test_queries_do_not_grow_with_cards_or_people(cast, frozen, django_assert_num_queries):
    """Lock, cards, holidays, two or three kinds of holders, ledger read, ledger write, outbox write."""
    testing.make_round(cast, per_dimension=15)
    with django_assert_num_queries(11):
        run("2015-10-27")


@pytest.mark.django_db(transaction=True)
def test_through_beat_s_task_a_real_worker_and_a_real_mail_server(cast, smtp_server, celery_worker_here):
    """What happens every hour: the task, its commit, the woken sweep, the SMTP conversation."""
    testing.make_round(cast)
    queue_due_reminders.delay("2015-10-15")
    celery_worker_here.until(lambda: len(smtp_server.received) == 2)
    assert sorted(mail["To"] for mail in smtp_server.received) == [
        "collector@example.go.th",
        "other_collector@example.go.th",
    ]
    queue_due_reminders.delay("2015-10-15")
    queue_due_reminders.delay("2015-10-23")
    celery_worker_here.until(lambda: len(smtp_server.received) >= 6)
    assert len(smtp_server.received) == 6, "the repeated run added none, the next step four"
