"""Asking for an account: the stranger learns nothing, the address is confirmed first, the office decides."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from kpiportal import obligations
from kpiportal.models import AccountInvitation, AccountRequest, AuditEvent, Membership, OutgoingMail, User
from kpiportal.onboarding import request_views, requests
from kpiportal.testing.onboarding import NEWCOMER, make_request, newest_code
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

NEW, CONFIRM, LIST = "/people/request/", "/people/request/confirm/", "/people/requests/"


def typed(cast, **changes):
    return {
        "title": "นางสาว", "first_name": "สมศรี", "last_name": "ใจงาม", "position": "นักวิชาการคลัง", "email": NEWCOMER,
        "office": cast.province.pk, "agency": "สำนักงานคลังจังหวัดเชียงใหม่", "role": "collector", "note": "", **changes,
    }  # fmt: skip


def text(response):
    return response.content.decode()


def page(request):
    return f"{LIST}{request.pk}/"


def test_from_the_form_to_the_invitation(cast, client, as_user, frozen):
    assert client.post(NEW, typed(cast)).url == "/people/request/sent/"
    assert OutgoingMail.objects.get().to_email == NEWCOMER
    asked = AccountRequest.objects.get()
    assert as_user(cast.coordinator).get(page(asked)).status_code == 404  # nobody hears of an unconfirmed one
    stranger = Client()
    answer = stranger.post(CONFIRM, {"code": newest_code(page="request/confirm")})
    assert "คำขอของ นางสาวสมศรี ใจงาม ถึงผู้พิจารณาของจังหวัดเชียงใหม่แล้ว" in text(answer)
    told = set(
        OutgoingMail.objects.filter(subject="คำขอเข้าใช้ระบบ: นางสาวสมศรี ใจงาม").values_list("to_email", flat=True)
    )
    assert told == {"coordinator@example.go.th", "office_head@example.go.th"}
    shown = text(as_user(cast.coordinator).get(page(asked)))
    assert f'<option value="{cast.agency.pk}" selected>สำนักงานคลังจังหวัดเชียงใหม่</option>' in shown
    fields = {
        "organization": cast.agency.pk,
        "role": "overseer",
        "first_name": "สมศรี",
        "last_name": "ใจงาม",
        "revision": 1,
    }
    assert as_user(cast.coordinator).post(page(asked), fields).url == LIST
    asked.refresh_from_db()
    invitation = AccountInvitation.objects.get()
    assert (asked.state, asked.decided_by, asked.invitation) == ("approved", cast.coordinator, invitation)
    assert (invitation.email, invitation.role, invitation.state) == (NEWCOMER, "overseer", "invited")
    assert newest_code() != ""
    verbs = AuditEvent.objects.filter(verb__startswith="people.request").order_by("pk").values_list("verb", "acting_as")
    assert list(verbs) == [
        ("people.request_confirm", ""),
        ("people.request_approve", "ผู้ประสานงาน จังหวัดเชียงใหม่"),
    ]


def test_the_address_invited_is_the_one_confirmed(cast, as_user):
    asked = make_request(cast.province)
    fields = {"organization": cast.agency.pk, "role": "collector", "first_name": "ก", "last_name": "ข", "revision": 1,
              "email": "somebody.else@example.go.th"}  # fmt: skip
    as_user(cast.coordinator).post(page(asked), fields)
    assert AccountInvitation.objects.get().email == NEWCOMER


@pytest.mark.parametrize(
    "email", ["collector@example.go.th", "Collector@Example.go.th", NEWCOMER, "waits@example.go.th"]
)
def test_the_page_answers_the_same_for_every_address(cast, client, frozen, email):
    make_request(cast.province, email="waits@example.go.th")
    before = OutgoingMail.objects.count()
    answer = client.post(NEW, typed(cast, email=email))
    assert (answer.status_code, answer.url, answer.content) == (302, "/people/request/sent/", b"")
    assert OutgoingMail.objects.count() == before + 1
    mail = OutgoingMail.objects.latest("pk")
    assert mail.to_email == email.lower()
    assert (
        mail.subject
        == {
            "collector@example.go.th": "ท่านมีบัญชีในระบบคำรับรองการปฏิบัติราชการแล้ว",
            NEWCOMER: "ยืนยันอีเมลเพื่อขอเข้าใช้ระบบคำรับรองการปฏิบัติราชการ",
            "waits@example.go.th": "คำขอเข้าใช้ระบบของท่านรอพิจารณาอยู่",
        }[email.lower()]
    )


def test_asked_twice_the_last_link_counts(cast, client, frozen):
    client.post(NEW, typed(cast))
    first = newest_code(page="request/confirm")
    client.post(NEW, typed(cast, position="นิติกร"))
    assert AccountRequest.objects.get().position == "นิติกร"
    assert client.post(CONFIRM, {"code": first}).status_code == 422
    assert "ถึงผู้พิจารณา" in text(client.post(CONFIRM, {"code": newest_code(page="request/confirm")}))


def test_a_link_works_once_and_for_three_days(cast, client, frozen):
    make_request(cast.province, confirmed=False)
    code = newest_code(page="request/confirm")
    frozen.shift(dt.timedelta(days=3))
    late = client.post(CONFIRM, {"code": code})
    assert (late.status_code, "ลิงก์นี้หมดอายุแล้ว" in text(late)) == (409, True)
    frozen.move_to(NOW)
    client.post(CONFIRM, {"code": code})
    again = client.post(CONFIRM, {"code": code})
    assert (again.status_code, "ยืนยันอีเมลไปแล้ว" in text(again)) == (409, True)
    assert AuditEvent.objects.filter(verb="people.request_confirm").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "somsri@"}, "อีเมลไม่ถูกต้อง"),
        ({"first_name": ""}, "กรุณาพิมพ์ชื่อ"),
        ({"office": ""}, "กรุณาเลือกจังหวัด"),
        ({"role": "director"}, "เลือกจากรายการ"),
        ({"note": "เอกสารลับมาก"}, "ระบบนี้ไม่รับเรื่องที่มีชั้นความลับ"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(cast, client, frozen, changes, sentence):
    response = client.post(NEW, typed(cast, **changes))
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="ใจงาม"' in text(response)
    assert not AccountRequest.objects.exists()


def test_an_agency_is_no_office(cast, client, frozen):
    assert client.post(NEW, typed(cast, office=cast.agency.pk)).status_code == 422


def test_it_is_throttled_by_address_and_by_person(cast, client, frozen, settings):
    settings.KPI_THROTTLE = True
    cache.clear()
    email = f"flood{cast.province.pk}@example.go.th"
    codes = [client.post(NEW, typed(cast, email=email)).status_code for _ in range(4)]
    assert codes == [302, 302, 302, 429]
    assert request_views.ASK.every_try


def test_refused_with_a_reason_by_mail(cast, as_user):
    asked = make_request(cast.province)
    client = as_user(cast.office_head)
    missing = client.post(f"{page(asked)}refuse/", {"revision": 1, "reason": ""})
    assert (missing.status_code, "กรุณาระบุเหตุผล" in text(missing)) == (422, True)
    assert client.post(f"{page(asked)}refuse/", {"revision": 1, "reason": "ไม่พบบุคคลนี้"}).url == LIST
    mail = OutgoingMail.objects.latest("pk")
    assert (mail.to_email, "เหตุผล: ไม่พบบุคคลนี้" in mail.body) == (NEWCOMER, True)
    late = client.post(f"{page(asked)}refuse/", {"revision": 1, "reason": "อีกครั้ง"})
    assert late.status_code == 409
    assert "ไม่พบบุคคลนี้" in text(client.get(page(asked)))


def test_two_deciding_at_once_one_wins(cast, as_user):
    asked = make_request(cast.province)
    requests.refuse(asked, by=cast.office_head, revision=1, at=NOW, reason="ไม่พบ")
    fields = {"organization": cast.agency.pk, "role": "collector", "first_name": "ก", "last_name": "ข", "revision": 1}
    assert as_user(cast.coordinator).post(page(asked), fields).status_code == 409
    assert not AccountInvitation.objects.exists()


def test_where_nobody_coordinates_opdc_hears_of_it(cast, frozen):
    Membership.objects.filter(organization=cast.province).update(valid_to=NOW.date() - dt.timedelta(days=1))
    make_request(cast.province)
    told = OutgoingMail.objects.filter(subject__startswith="คำขอเข้าใช้ระบบ:").values_list("to_email", flat=True)
    assert list(told) == ["director@example.go.th"]


def test_the_home_page_of_the_office_says_so(cast, frozen):
    cache.clear()
    User.objects.update(last_login=NOW)
    make_request(cast.province)
    titles = [task.title for task in obligations.of(User.objects.get(pk=cast.coordinator.pk), at=NOW).mine]
    assert titles == ["คำขอเข้าใช้ระบบ 1 ราย"]


def test_strangers_words_are_not_kept_for_ever(cast, frozen):
    make_request(cast.province, confirmed=False)
    assert requests.purge(at=NOW + dt.timedelta(days=3)) == 0
    assert requests.purge(at=NOW + dt.timedelta(days=3, seconds=1)) == 1
    asked = make_request(cast.province)
    requests.refuse(asked, by=cast.coordinator, revision=1, at=NOW, reason="ไม่พบ")
    assert requests.purge(at=NOW + dt.timedelta(days=91)) == 1


def test_the_list_costs_the_same_at_any_size(cast, frozen):
    make_request(cast.province)
    first = query_counts([("list", cast.coordinator, LIST)])
    for n in range(9):
        make_request(cast.province, email=f"p{n}@example.go.th")
    assert query_counts([("list", cast.coordinator, LIST)]) == first == {"list": 3}
