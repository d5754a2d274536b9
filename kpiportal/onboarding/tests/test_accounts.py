"""Looking people up, switching an account off and on: who may, what it does at once, what it never does."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kpiportal.models import AuditEvent, Membership, OutgoingMail, Role, User
from kpiportal.testing import people
from kpiportal.testing.people import PASSWORD
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

WHY = {"reason": "สงสัยว่าบัญชีถูกผู้อื่นใช้"}


def address(person, deed=""):
    return f"/people/accounts/{person.pk}/{deed}"


def is_active(person):
    return User.objects.get(pk=person.pk).is_active


def signed_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.get("/").status_code == 200
    return client


def test_suspending_ends_every_session_and_is_told(cast, as_user):
    theirs = signed_in(cast.collector)
    answer = as_user(cast.coordinator).post(address(cast.collector, "suspend/"), WHY)
    assert (answer.status_code, answer.url) == (302, address(cast.collector))
    assert theirs.get("/agreements/").status_code == 302
    open_page = signed_in(cast.overseer)
    as_user(cast.coordinator).post(address(cast.overseer, "suspend/"), WHY)
    box = open_page.get("/agreements/", headers={"HX-Request": "true"})
    assert (box.status_code, "ท่านไม่ได้อยู่ในระบบแล้ว" in box.content.decode()) == (401, True)
    assert not UserSession.objects.filter(user__in=[cast.collector, cast.overseer]).exists()
    event = AuditEvent.objects.filter(verb="people.account_suspended").earliest("pk")
    assert (event.subject_text, event.data) == (cast.collector.full_name, WHY)
    assert (event.actor, event.acting_as) == (cast.coordinator, "ผู้ประสานงาน จังหวัดเชียงใหม่")
    mail = OutgoingMail.objects.filter(to_user=cast.collector).latest("pk")
    assert "เหตุผล: สงสัยว่าบัญชีถูกผู้อื่นใช้" in mail.body


def test_a_suspended_person_cannot_sign_in_until_restored(cast, as_user):
    as_user(cast.coordinator).post(address(cast.collector, "suspend/"), WHY)
    typed = {"login": cast.collector.email, "password": PASSWORD}
    assert Client().post(reverse("account_login"), typed).url == reverse("account_inactive")
    assert Membership.objects.get(user=cast.collector).valid_to is None  # the duty is untouched
    as_user(cast.coordinator).post(address(cast.collector, "restore/"), {"reason": "ตรวจแล้ว เป็นเจ้าของบัญชีเอง"})
    signed_in(cast.collector)
    assert AuditEvent.objects.filter(verb="people.account_restored").count() == 1


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("coordinator", "collector", 302),
        ("office_head", "governor", 302),
        ("director", "collector", 302),
        ("operator", "governor", 302),
        ("operator", "negotiator", 302),
        ("coordinator", "neighbour_collector", 404),
        ("coordinator", "director", 404),
        ("collector", "overseer", 404),
        ("negotiator", "collector", 404),
        ("coordinator", "coordinator", 403),
        ("director", "director", 403),
        ("operator", "director", 422),  # the last one
        ("office_head", "coordinator", 422),  # the last one, and no OPDC in between
        ("director", "coordinator", 302),
    ],
)
def test_who_may_suspend_whom(cast, as_user, who, whom, status):
    person = getattr(cast, whom)
    assert as_user(getattr(cast, who)).post(address(person, "suspend/"), WHY).status_code == status
    assert is_active(person) == (status != 302)


def test_an_office_does_not_suspend_somebody_who_works_elsewhere_too(cast, as_user):
    people.give(cast.collector, cast.neighbour_agency, Role.COLLECTOR)
    client = as_user(cast.coordinator)
    shown = client.get(address(cast.collector)).content.decode()
    assert "มีหน้าที่ในหน่วยงานอื่นที่ท่านไม่ได้ดูแลด้วย" in shown
    assert "ลำพูน" not in shown
    assert client.post(address(cast.collector, "suspend/"), WHY).status_code == 403
    assert as_user(cast.operator).post(address(cast.collector, "suspend/"), WHY).status_code == 302


def test_a_reason_is_asked_and_kept_beside_its_field(cast, as_user):
    client = as_user(cast.coordinator)
    response = client.post(address(cast.collector, "suspend/"), {"reason": " "})
    assert response.status_code == 422
    assert '<ul class="errors" id="suspend-reason_error"><li>กรุณาระบุเหตุผล</li></ul>' in response.content.decode()
    long = client.post(address(cast.collector, "suspend/"), {"reason": "ก" * 2001})
    assert "ยาวเกินไป 1 ตัวอักษร" in long.content.decode()
    assert "ก" * 2001 in long.content.decode()
    assert is_active(cast.collector)


def test_the_last_coordinator_is_named_and_the_reason_stays(cast, as_user):
    response = as_user(cast.office_head).post(address(cast.coordinator, "suspend/"), WHY)
    shown = response.content.decode()
    assert "เป็นผู้ประสานงานคนสุดท้ายของจังหวัดเชียงใหม่" in shown
    assert f">{WHY['reason']}</textarea>" in shown


def test_doing_it_twice_is_a_clash(cast, as_user):
    client = as_user(cast.coordinator)
    client.post(address(cast.collector, "suspend/"), WHY)
    again = client.post(address(cast.collector, "suspend/"), WHY)
    assert (again.status_code, "บัญชีนี้ถูกระงับอยู่แล้ว" in again.content.decode()) == (409, True)
    assert AuditEvent.objects.filter(verb="people.account_suspended").count() == 1


def test_the_page_shows_duties_factors_devices_and_what_is_open(cast, as_user):
    people.give(cast.collector, cast.other_agency, Role.OVERSEER, valid_to=NOW.date() + dt.timedelta(days=3))
    signed_in(cast.collector)
    shown = as_user(cast.coordinator).get(address(cast.collector)).content.decode()
    assert "สำนักงานคลังจังหวัดเชียงใหม่" in shown
    assert "สิ้นสุดใน 3 วัน" in shown
    assert "ยังไม่ได้ตั้ง" in shown
    assert "1 เครื่อง" in shown
    assert f'hx-get="{address(cast.collector, "work/")}"' in shown
    work = as_user(cast.coordinator).get(address(cast.collector, "work/"), headers={"HX-Request": "true"})
    assert work.content.decode().strip() == '<p class="sheet-note muted">ไม่มีงานค้าง</p>'


def test_a_suspended_person_stays_in_the_offices_list_and_is_not_chased(cast, as_user):
    client = as_user(cast.coordinator)
    client.post(address(cast.collector, "suspend/"), WHY)
    shown = client.get("/people/").content.decode()
    row = shown.split("collector@example.go.th")[1].split("</tr>")[0]
    assert "ระงับการใช้งาน" in row
    assert "collector@example.go.th" not in client.get("/people/never/").content.decode().replace(
        "other_collector@", ""
    )


def test_people_are_found_by_name_and_address(cast, as_user):
    def found(who, query):
        page = as_user(getattr(cast, who)).get(f"/people/accounts/?q={query}").context["page"]
        return {person.email.partition("@")[0] for person in page.object_list}

    assert found("operator", "neighbour gov") == {"neighbour_governor"}
    assert found("coordinator", "neighbour") == set()
    assert found("coordinator", "overseer") == {"overseer", "other_overseer"}
    assert found("director", "%00ไม่มีใคร") == set()
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    assert found("director", "&suspended=1") == {"viewer"}


def test_the_list_and_the_page_cost_the_same_at_any_size(cast, frozen):
    def counts():
        return query_counts(
            [("list", cast.operator, "/people/accounts/"), ("person", cast.coordinator, address(cast.collector))]
        )

    first = counts()
    for n in range(20):
        people.give(people.make_user(f"more{n}"), cast.agency, Role.VIEWER)
        people.give(cast.collector, cast.agency, Role.VIEWER, valid_from=NOW.date() - dt.timedelta(days=n))
    assert counts() == first == {"list": 4, "person": 7}


def test_one_address_has_one_spelling(cast):
    with pytest.raises(IntegrityError, match="user_email_in_lower_case"), transaction.atomic():
        User.objects.filter(pk=cast.viewer.pk).update(email="Viewer@example.go.th")
