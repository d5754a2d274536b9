"""Seeing as somebody else: who as whom, read only, for fifteen minutes, recorded with both names and told."""

import datetime as dt

import pytest
from django.urls import reverse

from kpiportal.models import AuditEvent, OutgoingMail, Role, SecurityLog, User
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW

WHY = {"reason": "ช่วยหาว่าทำไมไม่เห็นตัวชี้วัด"}
END = "/people/view/end/"


def begin(client, person, **typed):
    return client.post(f"/people/accounts/{person.pk}/view/", typed or WHY)


def text(response):
    return response.content.decode()


@pytest.fixture
def looking(cast, as_user):
    """The operator looks as the coordinator."""
    client = as_user(cast.operator)
    assert begin(client, cast.coordinator).url == "/"
    return client


def test_the_pages_are_exactly_theirs_and_the_banner_says_so(cast, looking):
    shown = text(looking.get("/people/"))
    assert "collector@example.go.th" in shown  # an operator sees no people page of their own
    assert "<b>กำลังดูในฐานะ นายcoordinator ทดสอบ</b> อ่านอย่างเดียว เหลือ 15 นาที" in shown
    assert "กำลังดูในฐานะ" in text(looking.get("/"))
    assert 'href="/people/me/"' not in shown


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/people/invitations/new/"),
        ("post", "/people/me/hat/"),
        ("post", "/people/me/erase/"),
        ("post", "/people/me/take/"),
        ("post", "/accounts/password/change/"),
        ("put", "/people/"),
        ("delete", "/agreements/"),
        ("post", reverse("agreements:agreement_move", args=[999999, "submit"])),
    ],
)
def test_nothing_can_be_done(cast, looking, method, path):
    before = AuditEvent.objects.count()
    answer = getattr(looking, method)(path)
    assert answer.status_code == 403
    assert "กำลังดูในฐานะผู้อื่น ดูได้อย่างเดียว" in text(answer)
    assert AuditEvent.objects.count() == before
    box = looking.post(path, headers={"HX-Request": "true"})
    assert (box.status_code, "กำลังดูในฐานะผู้อื่น" in text(box)) == (403, True)


@pytest.mark.parametrize(
    "path",
    [
        "/people/me/",
        "/people/jobs/",
        "/people/accounts/",
        "/accounts/security/",
        "/accounts/devices/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/trail/",
    ],
)
def test_private_pages_stay_closed(looking, path):
    answer = looking.get(path)
    assert (answer.status_code, "เป็นส่วนตัวของเจ้าของบัญชี" in text(answer)) == (403, True)


def test_it_is_recorded_told_and_shown_to_the_person(cast, looking, client):
    event = AuditEvent.objects.get(verb="people.view_as_began")
    assert (event.actor, event.subject_id, event.subject_text) == (
        cast.operator,
        cast.coordinator.pk,
        "นายcoordinator ทดสอบ",
    )
    assert (event.acting_as, event.data) == ("ผู้ดูแลระบบ สำนักงาน ก.พ.ร.", WHY)
    mail = OutgoingMail.objects.get(to_user=cast.coordinator)
    assert mail.subject == "มีผู้ดูระบบในฐานะท่าน"
    assert "นายoperator ทดสอบ เปิดดูระบบ" in mail.body
    assert looking.post(END).url == f"/people/accounts/{cast.coordinator.pk}/"
    assert AuditEvent.objects.filter(verb="people.view_as_ended", actor=cast.operator).count() == 1
    assert looking.get("/people/").status_code == 403  # themselves again
    client.force_login(cast.coordinator)
    mine = text(client.get("/people/me/"))
    assert "เริ่มดูระบบในฐานะผู้อื่น (อ่านอย่างเดียว)" in mine
    assert "นายoperator ทดสอบ (ผู้ดูแลระบบ สำนักงาน ก.พ.ร.)" in mine
    assert WHY["reason"] in mine


def test_fifteen_minutes_and_not_longer(looking, frozen):
    frozen.shift(dt.timedelta(minutes=14, seconds=59))
    assert "เหลือ 1 นาที" in text(looking.get("/"))
    frozen.shift(dt.timedelta(seconds=1))
    answer = looking.get("/people/")
    assert (answer.status_code, answer.url) == (302, "/")
    home = text(looking.get("/"))
    assert "การดูในฐานะผู้อื่นสิ้นสุดแล้ว" in home
    assert "นายoperator ทดสอบ" in home


def test_an_open_page_after_the_end_is_led_home(looking, frozen):
    frozen.shift(dt.timedelta(minutes=16))
    assert looking.get("/agreements/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/"


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("operator", "collector", 302),
        ("operator", "governor", 302),
        ("operator", "negotiator", 403),
        ("operator", "director", 403),
        ("operator", "operator", 403),
        ("operator", "nobody", 403),
        ("director", "negotiator", 302),
        ("director", "operator", 403),
        ("director", "director", 403),
        ("coordinator", "collector", 403),
        ("negotiator", "collector", 404),
        ("collector", "overseer", 404),
    ],
)
def test_who_may_look_as_whom(cast, as_user, who, whom, status):
    client = as_user(getattr(cast, who))
    assert begin(client, getattr(cast, whom)).status_code == status
    assert ("view_as" in client.session) == (status == 302)


def test_somebody_with_a_second_duty_at_opdc_is_not_looked_through(cast, as_user):
    people.give(cast.viewer, cast.opdc, Role.DIRECTOR)
    assert begin(as_user(cast.operator), cast.viewer).status_code == 403
    assert begin(as_user(cast.director), cast.viewer).status_code == 403


def test_it_ends_with_the_helpers_duty_and_with_the_persons_account(cast, looking):
    User.objects.filter(pk=cast.coordinator.pk).update(is_active=False)
    assert looking.get("/people/").status_code == 302
    assert "view_as" not in looking.session
    User.objects.filter(pk=cast.coordinator.pk).update(is_active=True)
    begin(looking, cast.coordinator)
    cast.operator.memberships.update(valid_to=NOW.date() - dt.timedelta(days=1))
    assert looking.get("/people/").status_code == 302


def test_a_planted_session_opens_nothing(cast, as_user):
    client = as_user(cast.collector)
    session = client.session
    session["view_as"] = {"person": cast.director.pk, "until": 4102444800}
    session.save()
    assert client.get("/people/").status_code == 302
    assert client.get("/people/").status_code == 403


def test_a_reason_is_asked(cast, as_user):
    client = as_user(cast.operator)
    answer = begin(client, cast.collector, reason=" ")
    assert (answer.status_code, "กรุณาระบุเหตุผล" in text(answer)) == (422, True)
    assert not AuditEvent.objects.filter(verb="people.view_as_began").exists()


def test_a_refusal_is_noted_with_the_helpers_name(cast, looking):
    looking.post("/people/invitations/new/")
    assert SecurityLog.objects.latest("pk").user == cast.operator
