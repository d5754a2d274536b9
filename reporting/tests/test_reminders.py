"""The morning's reminders on real rows: one digest a person, none the second time, none of what is done."""

import datetime as dt

import pytest

from agreements import actions as agreement_actions
from agreements import testing as agreements
from kpiportal import obligations
from kpiportal.models import Membership, NoticeChoice, OutgoingMail, ReminderPlan, ReminderSent, User
from kpiportal.reminding import choosing, morning
from kpiportal.tasks import queue_reminders
from kpiportal.testing.people import BANGKOK, give, make_user
from reporting import actions, round_actions, testing
from reporting.models import Report


def at(day: str, hour: int = 7) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour:02}:05:00").replace(tzinfo=BANGKOK)


def run(day: str, hour: int = 7) -> int:
    return morning.queue_reminders(on=at(day).date(), at=at(day, hour))


def told() -> list[str]:
    return sorted(mail.to_user.first_name for mail in OutgoingMail.objects.select_related("to_user"))


def steps() -> set[int]:
    return set(ReminderSent.objects.values_list("step", flat=True))


@pytest.fixture
def round(cast, frozen):
    """Open cards of two agencies, due on Monday 26 October; the party's other round is opened as well."""
    agreement = agreements.make_signed(cast)
    testing.make_round(cast, months=6, agreement=agreement)
    agreement.rounds.get(months=6).reports.update(state="accepted")
    return testing.make_round(cast, agreement=agreement)


def test_nothing_before_the_first_step(round):
    """Fourteen working days before Monday the 26th, the 23rd being a holiday, is Monday the 5th."""
    assert run("2015-10-02") == 0
    assert run("2015-10-05") == 2


def test_each_collector_gets_one_mail_with_all_their_cards(round):
    assert run("2015-10-15") == 2
    assert told() == ["collector", "other_collector"]
    mail = OutgoingMail.objects.get(to_user__first_name="collector")
    assert mail.subject == "รอท่านดำเนินการ 2 เรื่อง เหลือ 11 วัน"
    assert "เรื่องที่ท่านต้องดำเนินการ 2 เรื่อง" in mail.body
    assert "ภายในวันที่ 26 ตุลาคม 2558 (เหลือ 11 วัน)" in mail.body
    assert mail.body.count("http://testserver/reporting/cards/") == 2
    assert mail.unsubscribe.startswith("http://testserver/reminders/stop/")


@pytest.mark.parametrize(
    ("day", "hour"),
    [("2015-10-16", 6), ("2015-10-16", 18), ("2015-10-17", 7), ("2015-10-18", 7), ("2015-10-23", 7)],
    ids=["before seven", "after six", "Saturday", "Sunday", "holiday"],
)
def test_no_telephone_rings_in_quiet_hours(round, day, hour):
    assert run(day, hour) == 0


def test_nothing_is_late_because_of_quiet_hours(round):
    """Beat was away all day: on the last evening it does not wait for the morning, after midnight it does."""
    assert run("2015-10-25", 23) == 0, "there is all of Monday left"
    assert run("2015-10-26", 20) == 4
    OutgoingMail.objects.update(state="sent")
    assert run("2015-10-27", 2) == 0
    assert run("2015-10-27", 7) == 5


def test_one_digest_a_day_unless_the_next_would_be_late(round):
    assert run("2015-10-15") == 2
    OutgoingMail.objects.update(state="sent")
    Report.objects.filter(round=round).update(due_at=at("2015-10-24", 0))  # two working days ahead now: another step
    assert run("2015-10-15", 10) == 0
    assert run("2015-10-16") == 2
    OutgoingMail.objects.update(state="sent")
    Report.objects.filter(round=round).update(due_at=at("2015-10-17", 0))
    assert run("2015-10-16", 15) == 4, "tomorrow would be too late, and the overseers hear of it"


def test_a_second_run_adds_none(round):
    run("2015-10-15")
    assert run("2015-10-15", hour=8) == 0
    assert run("2015-10-16") == 0, "the same step on another day"
    assert OutgoingMail.objects.count() == 2
    assert ReminderSent.objects.count() == 4


def test_after_days_of_silence_only_the_newest_step_is_sent(round):
    run("2015-10-15")
    assert run("2015-10-22") == 4, "7 was told, 3 was slept through, 1 is due: collectors and overseers"
    assert steps() == {7, 1}


def test_it_climbs_from_collector_to_overseer_to_coordinator(round):
    run("2015-10-22")
    assert told() == ["collector", "other_collector", "other_overseer", "overseer"]
    run("2015-10-27")
    assert told().count("coordinator") == 1
    mail = OutgoingMail.objects.get(to_user__first_name="coordinator")
    assert mail.subject == "ขอให้ติดตาม 4 เรื่อง เกินกำหนด 1 วัน"
    assert "แจ้งเพื่อให้ท่านติดตาม 4 เรื่อง" in mail.body


def test_a_sent_card_is_its_certifier_s(cast, round):
    """The overseer heard by a notice when it was sent; the next step tells them again."""
    for card in round.reports.filter(host=cast.agency):
        testing.send(card, cast)
    OutgoingMail.objects.all().delete()
    run("2015-10-13")
    assert told() == ["other_collector"], "14 was reached for the other agency; the certifier knows"
    run("2015-10-14")
    assert told() == ["other_collector", "other_collector", "overseer"]


def test_what_is_done_while_its_mail_waits_is_taken_back(cast, round):
    run("2015-10-15")
    for card in round.reports.filter(host=cast.agency):
        testing.send(card, cast)
    assert run("2015-10-15", hour=8) == 1, "the certifier, to whom it went on the 12th"
    states = dict(OutgoingMail.objects.filter(reminders=None, unsubscribe__gt="").values_list("state", "to_email"))
    assert states == {"dropped": "collector@example.go.th"}
    assert set(ReminderSent.objects.values_list("user__first_name", flat=True)) == {"other_collector", "overseer"}


def test_a_moved_day_cancels_and_begins_anew(cast, round):
    run("2015-10-22")
    OutgoingMail.objects.update(state="sent")
    facts = {"reason": "น้ำท่วม", "by": cast.coordinator, "at": at("2015-10-22", 9)}
    round_actions.extend_agency(round, cast.agency, last_day=dt.date(2015, 10, 30), **facts)
    assert run("2015-10-22", hour=10) == 0, "they had their digest of the day"
    assert run("2015-10-26") == 3, "the new day's 7, and the other agency's last day; 3 comes on the 27th"
    assert set(ReminderSent.objects.filter(counted_to="2015-10-30").values_list("step", flat=True)) == {7}
    assert run("2015-10-27") == 4
    rows = ReminderSent.objects.filter(counted_to="2015-10-30", user=cast.collector)
    assert sorted(rows.values_list("step", flat=True).distinct()) == [3, 7]


def test_a_closed_round_reminds_no_agency(cast, round):
    actions.close_round(round, by=cast.coordinator, revision=1, at=at("2015-10-20"))
    run("2015-10-22")
    assert set(told()) <= {"coordinator", "office_head"}, "the province has its own report to write"


def test_a_seat_that_is_empty_is_stood_in_for(cast, round):
    Membership.objects.filter(user=cast.collector).update(valid_to="2015-10-01")
    User.objects.filter(pk=cast.other_collector.pk).update(is_active=False)
    assert run("2015-10-15") == 2
    assert told() == ["other_overseer", "overseer"]
    assert "ไม่มีผู้ที่รับแจ้งได้ในหน้าที่นี้ จึงแจ้งท่านแทน" in OutgoingMail.objects.first().body


def test_a_substitute_is_told_beside_whom_they_stand_in_for(cast, round):
    give(make_user("substitute"), cast.agency, "collector", standing="substitute", valid_from=dt.date(2015, 10, 12))
    run("2015-10-15")
    assert told() == ["collector", "other_collector", "substitute"]


def test_a_dead_address_is_not_written_to_again(cast, round):
    OutgoingMail.objects.create(
        to_user=cast.collector, to_email=cast.collector.email, subject="x", body="x", message_id="<x@y>",
        state="failed", not_before=at("2015-10-01"), queued_at=at("2015-10-01"),
    )  # fmt: skip
    run("2015-10-15")
    found = {(m.to_user.first_name, m.channel, m.state) for m in OutgoingMail.objects.exclude(message_id="<x@y>")}
    assert found == {
        ("collector", "inbox", "sent"), ("overseer", "email", "queued"), ("other_collector", "email", "queued"),
    }  # fmt: skip


def test_a_person_with_two_duties_gets_one_mail(cast, round):
    both = make_user("both")
    give(both, cast.agency, "collector")
    give(both, cast.other_agency, "collector")
    run("2015-10-15")
    assert told().count("both") == 1
    assert OutgoingMail.objects.get(to_user=both).subject == "รอท่านดำเนินการ 4 เรื่อง เหลือ 11 วัน"


def test_early_reminders_may_be_declined_and_the_last_day_may_not(cast, round):
    choosing.choose(cast.collector, [("report.file", "email")], among=["report.file"], at=at("2015-10-15"))
    run("2015-10-15")
    run("2015-10-26")
    mine = OutgoingMail.objects.filter(to_user=cast.collector).order_by("pk")
    assert [(mail.channel, mail.state) for mail in mine] == [("inbox", "sent"), ("email", "queued")]


def test_one_press_in_the_mail_program_ends_what_is_optional(cast, round, client):
    run("2015-10-15")
    link = OutgoingMail.objects.get(to_user=cast.collector).unsubscribe.removeprefix("http://testserver")
    assert client.get(link).status_code == 200
    assert NoticeChoice.objects.count() == 0, "a scanner that follows links ends nothing"
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(NoticeChoice.objects.values_list("user__first_name", "channel")) == {("collector", "email")}
    assert NoticeChoice.objects.count() == len(obligations.KINDS)
    assert client.post(link[:-3] + "xx/").status_code == 404


def test_a_plan_of_the_year_and_a_narrower_one_of_the_party(cast, round):
    ReminderPlan.objects.create(kind="report.file", fiscal_year=2558, steps=[5])
    assert run("2015-10-15") == 0
    ReminderPlan.objects.create(kind="report.file", fiscal_year=2558, months=12, party=cast.province, steps=[9, 2])
    assert run("2015-10-15") == 2
    assert steps() == {9}


def test_an_office_hears_of_a_form_that_lies_about(cast, frozen):
    """A draft has no day of its own: 3 working days after it was opened on Monday 20 October 2557."""
    agreements.make_draft(cast)
    assert run("2014-10-22") == 0
    assert run("2014-10-24") == 1, "Thursday the 23rd is a holiday; the third working day is the 24th"
    assert told() == ["coordinator"]
    agreement_actions.submit_agreement(
        agreements.Agreement.objects.get(), by=cast.coordinator, revision=0, at=at("2014-10-27")
    )
    assert run("2014-10-30") == 1
    assert told() == ["coordinator", "negotiator", "negotiator"], "when it came, and when it had lain for three days"


def test_queries_do_not_grow_with_cards_or_people(cast, frozen, django_assert_num_queries):
    """Savepoint, lock, nine of the sources, what waits, holidays, plans, holidays, holders, ledger, who heard today,
    choices, webhooks, words, mails, entries, savepoint."""
    testing.make_round(cast, per_dimension=15)
    with django_assert_num_queries(24):
        run("2015-10-27")


@pytest.mark.django_db(transaction=True)
def test_through_beat_s_task_a_real_worker_and_a_real_mail_server(cast, smtp_server, celery_worker_here):
    """What happens every hour: the task, its commit, the woken sweep, the SMTP conversation."""
    agreement = agreements.make_signed(cast)
    testing.make_round(cast, agreement=agreement)
    agreement.rounds.filter(months=6).delete()
    queue_reminders.delay("2015-10-15")
    celery_worker_here.until(lambda: len(smtp_server.received) == 2)
    assert sorted(mail["To"] for mail in smtp_server.received) == [
        "collector@example.go.th",
        "other_collector@example.go.th",
    ]
    assert smtp_server.received[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    queue_reminders.delay("2015-10-15")
    queue_reminders.delay("2015-10-22")
    celery_worker_here.until(lambda: len(smtp_server.received) >= 6)
    assert len(smtp_server.received) == 6, "the repeated run added none, the next step four"
