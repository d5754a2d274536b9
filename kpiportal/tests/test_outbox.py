"""Mail through a real SMTP server: after commit, once per key, retried, swept up, never lost."""

import datetime as dt
import threading
import time

import pytest
from django.db import close_old_connections, connection, transaction

from kpiportal import outbox
from kpiportal.celery import app
from kpiportal.models import OutgoingMail
from kpiportal.testing.plugin import NOW

FACTS = {
    "indicator": "1.1 งานที่หนึ่ง", "round": "รอบ 12 เดือน", "fiscal_year": "2558", "host": "สำนักงานคลัง",
    "url": "http://testserver/x", "due": "26 ต.ค. 2558",
}  # fmt: skip


def queue(cast, key=None, at=NOW):
    outbox.queue("report_sent", to=cast.overseer, facts=FACTS, at=at, dedupe_key=key)


@pytest.mark.django_db(transaction=True)
def test_a_mail_arrives_as_written(cast, smtp_server):
    queue(cast)
    assert outbox.sweep(at=NOW) == 1
    [mail] = smtp_server.received
    assert mail["To"] == "overseer@example.go.th"
    assert str(mail["Subject"]).strip() == "มีรายงานรอท่านรับรอง: ตัวชี้วัด 1.1 งานที่หนึ่ง"
    assert "เปิดดูและรับรองได้ที่ http://testserver/x" in mail.get_body(("plain",)).get_content()
    row = OutgoingMail.objects.get()
    assert (row.state, row.attempts, mail["Message-ID"]) == ("sent", 1, row.message_id)


@pytest.mark.django_db(transaction=True)
def test_a_deed_undone_sends_nothing(cast, smtp_server):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue(cast)
        raise RuntimeError
    assert outbox.sweep(at=NOW) == 0
    assert smtp_server.received == []


@pytest.mark.django_db(transaction=True)
def test_the_same_key_is_one_mail(cast, smtp_server):
    queue(cast, key="a")
    queue(cast, key="a")
    queue(cast, key="b")
    outbox.sweep(at=NOW)
    assert len(smtp_server.received) == 2


@pytest.mark.django_db(transaction=True)
def test_what_comes_by_the_dozen_is_one_mail_a_day_and_every_message_in_the_portal(cast, smtp_server):
    for day in (0, 0, 0, 1):
        at = NOW + dt.timedelta(days=day)
        outbox.queue_once_a_day("report_sent", to=cast.overseer, facts=FACTS, at=at)
    outbox.queue_once_a_day("report_sent", to=cast.collector, facts=FACTS, at=NOW)
    outbox.sweep(at=NOW + dt.timedelta(days=1))
    assert sorted(mail["To"] for mail in smtp_server.received) == [cast.collector.email, *[cast.overseer.email] * 2]
    read_here = OutgoingMail.objects.read_here().filter(to_user=cast.overseer)
    assert sorted(read_here.values_list("channel", flat=True)) == ["email", "email", "inbox", "inbox"]


@pytest.mark.django_db(transaction=True)
def test_a_passing_refusal_is_tried_again_later(cast, smtp_server):
    smtp_server.answers = ["451 4.3.0 try later"]
    queue(cast)
    assert outbox.sweep(at=NOW) == 0
    row = OutgoingMail.objects.get()
    assert (row.state, row.not_before - NOW) == ("queued", dt.timedelta(minutes=1))
    assert outbox.sweep(at=NOW) == 0, "not before its time"
    assert outbox.sweep(at=NOW + dt.timedelta(minutes=2)) == 1
    assert len(smtp_server.received) == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_refused_for_good_fails_visibly(cast, smtp_server):
    smtp_server.recipient_answers = ["550 5.1.1 no such user"]
    queue(cast)
    outbox.sweep(at=NOW)
    row = OutgoingMail.objects.get()
    assert row.state == "failed"
    assert "no such user" in row.error


@pytest.mark.django_db(transaction=True)
def test_a_mail_left_in_flight_is_freed_with_the_same_message_id(cast, smtp_server):
    queue(cast)
    OutgoingMail.objects.update(state="sending", sending_since=NOW - dt.timedelta(minutes=3))
    before = OutgoingMail.objects.get().message_id
    assert outbox.sweep(at=NOW) == 1
    assert smtp_server.received[0]["Message-ID"] == before


@pytest.mark.django_db(transaction=True)
def test_three_workers_send_each_mail_once(cast, smtp_server):
    for n in range(40):
        queue(cast, key=str(n))

    def work():
        close_old_connections()
        outbox.sweep(at=NOW)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert len({mail["Message-ID"] for mail in smtp_server.received}) == len(smtp_server.received) == 40


@pytest.mark.django_db(transaction=True)
def test_without_the_broker_the_deed_succeeds_at_once(cast, monkeypatch, smtp_server):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    began = time.monotonic()
    with transaction.atomic():
        queue(cast)
    assert time.monotonic() - began < 2  # the broker's client would by itself try for six seconds
    assert OutgoingMail.objects.get().state == "queued"
    assert outbox.sweep(at=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_stood_ahead_holds_nothing_up(cast, smtp_server):
    """Two rows a worker an hour ahead left behind: one in flight when it died, one to be tried again."""
    queue(cast, "dead")
    queue(cast, "tried")
    ahead = NOW + dt.timedelta(hours=1)
    OutgoingMail.objects.filter(dedupe_key="dead").update(state="sending", attempts=1, sending_since=ahead)
    OutgoingMail.objects.filter(dedupe_key="tried").update(attempts=1, not_before=ahead + dt.timedelta(minutes=1))
    assert outbox.sweep(at=NOW) == 1
    assert outbox.sweep(at=NOW + dt.timedelta(minutes=1)) == 1
    assert len(smtp_server.received) == 2


@pytest.mark.django_db(transaction=True)
def test_what_a_living_worker_has_in_hand_is_not_freed(cast, smtp_server):
    """However long the relay takes: the row's lock says that somebody is at it."""
    queue(cast)
    OutgoingMail.objects.update(state="sending", attempts=1, sending_since=NOW - dt.timedelta(minutes=9))
    at_work, done = threading.Event(), threading.Event()

    def hold():
        close_old_connections()
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get()
            at_work.set()
            done.wait(10)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    at_work.wait(10)
    assert outbox.sweep(at=NOW) == 0
    done.set()
    worker.join()
    assert outbox.sweep(at=NOW) == 1
