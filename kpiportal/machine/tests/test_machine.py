"""Signs of life, what a monitor is told, and mail that is sent again."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import outbox
from kpiportal.machine import actions, pages, state
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.tasks import heartbeat
from kpiportal.testing.people import give, make_user
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts
from kpiportal.workflow import Stale

MINUTE = dt.timedelta(minutes=1)


def mail(to, number=1, **facts):
    """A mail as the outbox leaves it; `facts` say in which state."""
    facts = {"state": "failed", "error": "550 no such user", "attempts": 1, "not_before": NOW, **facts}
    return OutgoingMail.objects.create(
        to_user=to, to_email=to.email, subject="รายงานที่ต้องส่ง", body="เรียน …", queued_at=NOW,
        message_id=f"<{to.pk}.{number}@portal.example>", **facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "late"), [(0 * MINUTE, []), (5 * MINUTE, []), (5 * MINUTE + dt.timedelta(seconds=1), ["beat"])]
)
def test_beat_is_late_after_five_minutes(db, since, late):
    state.heartbeat(at=NOW - since)
    assert state.late(at=NOW) == late


def test_beat_that_never_beat_is_late(db):
    assert state.late(at=NOW) == ["beat"]


def test_a_heartbeat_never_goes_back(db):
    state.heartbeat(at=NOW)
    state.heartbeat(at=NOW - MINUTE)
    assert state.last_beat() == NOW
    state.heartbeat(at=NOW + MINUTE)
    assert state.last_beat() == NOW + MINUTE


@pytest.mark.parametrize(
    ("facts", "late"),
    [
        ({"state": "queued", "not_before": NOW - 15 * MINUTE}, []),
        ({"state": "queued", "not_before": NOW - 16 * MINUTE}, ["mail"]),
        ({"state": "sending", "not_before": NOW - 16 * MINUTE}, ["mail"]),
        ({"state": "queued", "not_before": NOW + MINUTE}, []),  # put back for a retry
        ({"state": "failed", "not_before": NOW - 60 * MINUTE}, []),
        ({"state": "sent", "not_before": NOW - 60 * MINUTE}, []),
    ],
)
def test_mail_is_late_when_it_could_leave_and_does_not(cast, facts, late):
    state.heartbeat(at=NOW)
    mail(cast.collector, **facts)
    assert state.late(at=NOW) == late


def test_a_watchman_is_told_and_a_balancer_keeps_the_node(client, cast, frozen):
    assert client.get("/healthz/ready").json() == {"ok": True, "late": ["beat"]}
    strict = client.get("/healthz/ready?all")
    assert (strict.status_code, strict.json()) == (503, {"ok": False, "late": ["beat"]})
    state.heartbeat(at=NOW)
    assert client.get("/healthz/ready?all").json() == {"ok": True, "late": []}


def test_without_redis_the_node_is_not_ready(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


@pytest.mark.django_db(transaction=True)
def test_the_task_beats_through_a_real_worker(celery_worker_here):
    heartbeat.delay()
    celery_worker_here.until(lambda: state.last_beat() is not None)


def test_the_page_says_what_is_wrong_in_words(as_user, cast):
    browser = as_user(cast.operator)
    page = browser.get("/machine/").content.decode()
    assert "ยังไม่เคยทำงาน" in page
    state.heartbeat(at=NOW - 6 * MINUTE)
    mail(cast.collector)
    page = browser.get("/machine/").content.decode()
    assert "หยุดทำงาน" in page
    assert "รอส่ง 0 ฉบับ กำลังส่ง 0 ส่งไม่ได้ 1" in page
    state.heartbeat(at=NOW)
    mail(cast.collector, 2, state="queued", not_before=NOW - 20 * MINUTE)
    signs = {sign.part: (sign.kind, sign.word) for sign in pages.signs(at=NOW)}
    assert signs == {
        "ฐานข้อมูล": ("ok", "ปกติ"),
        "Redis": ("ok", "ปกติ"),
        "ตัวตั้งเวลาและตัวทำงานเบื้องหลัง": ("ok", "ปกติ"),
        "อีเมล": ("late", "ค้าง"),
    }


def test_an_office_sees_the_mail_of_its_people_only(as_user, cast):
    for person in (cast.collector, cast.neighbour_collector, cast.negotiator):
        mail(person)
    page = as_user(cast.coordinator).get("/machine/mail/").content.decode()
    assert cast.collector.email in page
    assert cast.neighbour_collector.email not in page
    assert cast.negotiator.email not in page
    assert "สถานะของระบบ" not in page, "the machine room is not theirs"
    page = as_user(cast.operator).get("/machine/mail/").content.decode()
    assert all(person.email in page for person in (cast.collector, cast.neighbour_collector, cast.negotiator))
    assert "เรียน …" not in page, "an operator sees no content"


def test_the_list_is_narrowed_by_state(as_user, cast):
    mail(cast.collector)
    mail(cast.overseer, state="queued", error="")
    browser = as_user(cast.operator)

    def shown(query):
        return [row.to_email for row in browser.get(f"/machine/mail/{query}").context["page"]]

    assert shown("") == [cast.collector.email]
    assert shown("?state=queued") == [cast.overseer.email]
    assert len(shown("?state=all")) == 2
    assert len(shown("?state=nonsense&page=x")) == 2


@pytest.mark.django_db(transaction=True)
def test_sent_again_it_arrives_at_the_address_of_today(as_user, cast, smtp_server):
    failed = mail(cast.collector)
    type(cast.collector).objects.filter(pk=cast.collector.pk).update(email="right@example.go.th")
    answer = as_user(cast.coordinator).post(f"/machine/mail/{failed.pk}/send-again/", follow=True)
    assert "จะส่งถึง right@example.go.th อีกครั้งภายใน 1 นาที" in answer.content.decode()
    assert outbox.sweep(at=NOW) == 1
    [arrived] = smtp_server.received
    assert (arrived["To"], arrived["Message-ID"]) == ("right@example.go.th", failed.message_id)
    event = AuditEvent.objects.get(verb="mail.sent_again")
    assert (event.actor, event.data["name"]) == (cast.coordinator, "right@example.go.th")


def test_only_what_failed_is_sent_again_and_only_by_those_who_look_after(as_user, cast):
    failed, sent = mail(cast.collector), mail(cast.overseer, state="sent")
    with pytest.raises(PermissionDenied):
        actions.send_again(failed, by=cast.viewer, at=NOW)
    with pytest.raises(Stale):
        actions.send_again(sent, by=cast.operator, at=NOW)
    answer = as_user(cast.operator).post(f"/machine/mail/{sent.pk}/send-again/")
    assert answer.status_code == 409
    assert AuditEvent.objects.filter(verb="mail.sent_again").count() == 0


def test_all_that_failed_are_sent_again_at_one_press(as_user, cast):
    """As after a day without a relay: an office's own, mails to today's address, a message by LINE to its account."""
    own, line = mail(cast.collector), mail(cast.overseer, channel="line")
    other = mail(cast.neighbour_collector)
    OutgoingMail.objects.filter(pk=line.pk).update(to_email="U1")
    type(cast.collector).objects.filter(pk=cast.collector.pk).update(email="right@example.go.th")
    browser = as_user(cast.coordinator)
    assert "ส่งทั้งหมดอีกครั้ง" in browser.get("/machine/mail/").content.decode()
    answer = browser.post("/machine/mail/send-again/", follow=True).content.decode()
    assert "จะส่ง 2 ฉบับอีกครั้ง" in answer
    assert "ส่งทั้งหมดอีกครั้ง" not in answer
    stand = {row.pk: (row.state, row.to_email) for row in OutgoingMail.objects.all()}
    assert (stand[own.pk], stand[line.pk]) == (("queued", "right@example.go.th"), ("queued", "U1"))
    assert stand[other.pk][0] == "failed"
    assert AuditEvent.objects.get(verb="mail.all_sent_again").data["count"] == 2
    assert "ไม่มีอีเมลที่ส่งไม่ได้แล้ว" in browser.post("/machine/mail/send-again/", follow=True).content.decode()
    with pytest.raises(PermissionDenied):
        actions.send_all_again(by=cast.viewer, at=NOW)


def test_the_same_questions_for_one_mail_and_for_sixty(cast, frozen):
    mail(cast.collector)
    few = query_counts([("list", cast.coordinator, "/machine/mail/"), ("all", cast.operator, "/machine/mail/")])
    for number in range(60):
        person = make_user(f"p{number}")
        give(person, cast.agency, "collector")
        mail(person, number)
    many = query_counts([("list", cast.coordinator, "/machine/mail/"), ("all", cast.operator, "/machine/mail/")])
    assert few == many
    assert max(many.values()) <= 8
