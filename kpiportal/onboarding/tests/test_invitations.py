"""Invitations: who sends them, links that work once, and every way they end."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import outbox, sealed_links
from kpiportal.models import AccountInvitation, AuditEvent, Membership, OutgoingMail, Role, User
from kpiportal.onboarding import invitations
from kpiportal.onboarding.invitations import Guest
from kpiportal.testing.onboarding import NEWCOMER, fresh, make_invitation, newest_code
from kpiportal.testing.people import PASSWORD
from kpiportal.testing.plugin import NOW
from kpiportal.workflow import Stale

TYPED = {
    "role": "collector",
    "email": "Somsri@Example.go.th",
    "title": "นางสาว",
    "first_name": "สมศรี",
    "last_name": "ใจงาม",
    "position": "นักวิชาการคลัง",
}
CHOSEN = {"title": "นางสาว", "first_name": "สมศรี", "last_name": "ใจงาม"}
NEW_PASSWORD = "ตะวันขึ้นเหนือดอยสุเทพ"


def text(response):
    return response.content.decode()


def show(client, code):
    return client.post("/people/join/", {"code": code})


def set_password(client, **changes):
    return client.post("/people/join/account/", {**CHOSEN, "password": NEW_PASSWORD, "again": NEW_PASSWORD, **changes})


# --- who invites whom -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "role", "may"),
    [
        ("agency", "collector", {"coordinator", "office_head"}),
        ("agency", "overseer", {"coordinator", "office_head"}),
        ("province", "office_head", {"coordinator", "office_head", "director"}),
        ("province", "governor", {"coordinator", "office_head", "director"}),
        ("province", "coordinator", {"director"}),
        ("opdc", "negotiator", {"director"}),
        ("opdc", "director", set()),
        ("opdc", "operator", set()),
        ("neighbour_agency", "collector", {"neighbour"}),
        ("agency", "coordinator", set()),
    ],
)
def test_who_invites_whom(cast, frozen, place, role, may):
    found = set()
    for name, person in cast.people.items():
        try:
            with transaction.atomic():
                make_invitation(getattr(cast, place), person, role=role)
                transaction.set_rollback(True)
            found.add(name)
        except PermissionDenied:
            continue
    assert found == may


def test_inviting_writes_a_row_a_mail_and_a_line_of_history(cast, as_user):
    client = as_user(cast.coordinator)
    response = client.post("/people/invitations/new/", {**TYPED, "organization": cast.agency.pk}, follow=True)
    assert "ส่งคำเชิญไปที่ somsri@example.go.th แล้ว ใช้ได้ถึง 2 พฤศจิกายน 2558" in text(response)
    row = AccountInvitation.objects.get()
    assert (row.email, row.role, row.state) == ("somsri@example.go.th", "collector", "invited")
    event = AuditEvent.objects.get(verb="people.invited")
    assert (event.actor, event.organization_id) == (cast.coordinator, cast.province.pk)
    assert OutgoingMail.objects.get().to_user is None


def test_the_database_holds_no_token_and_the_mail_that_leaves_does(cast, frozen, smtp_server):
    row = make_invitation(cast.agency, cast.coordinator)
    code, stored = newest_code(), OutgoingMail.objects.get().body
    assert code not in stored
    assert code not in str(AccountInvitation.objects.values().get())
    assert fresh(row).token_hash == sealed_links.digest(code)
    assert outbox.sweep(at=NOW) == 1
    (received,) = smtp_server.received
    assert code in str(received) or code in received.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "ไม่ใช่อีเมล"}, "อีเมลไม่ถูกต้อง ตัวอย่าง"),
        ({"email": ""}, "กรุณาพิมพ์อีเมล"),
        ({"first_name": " "}, "กรุณาพิมพ์ชื่อ"),
        ({"first_name": "ก" * 130}, "ยาวเกินไป 30 ตัวอักษร (ไม่เกิน 100)"),
        ({"role": "governor"}, "สำนักงานคลังจังหวัดเชียงใหม่: เลือกได้เฉพาะ ผู้จัดเก็บข้อมูล, ผู้กำกับดูแลตัวชี้วัด, ผู้ดูข้อมูล"),
        ({"role": "director"}, "เลือกหน้าที่จากรายการ"),
        ({"organization": "x"}, "เลือกหน่วยงานที่ท่านดูแลเท่านั้น"),
    ],
)
def test_a_wrong_form_says_so_and_keeps_what_was_typed(cast, as_user, wrong, sentence):
    typed = {**TYPED, "organization": cast.agency.pk, **wrong}
    response = as_user(cast.coordinator).post("/people/invitations/new/", typed)
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="ใจงาม"' in text(response)
    assert not AccountInvitation.objects.exists()


def test_the_neighbours_agency_cannot_be_chosen(cast, as_user):
    typed = {**TYPED, "organization": cast.neighbour_agency.pk}
    response = as_user(cast.coordinator).post("/people/invitations/new/", typed)
    assert response.status_code == 422
    assert "เลือกหน่วยงานที่ท่านดูแลเท่านั้น" in text(response)


def test_the_same_duty_is_not_offered_twice(cast, as_user):
    make_invitation(cast.agency, cast.coordinator)
    response = as_user(cast.coordinator).post("/people/invitations/new/", {**TYPED, "organization": cast.agency.pk})
    assert response.status_code == 422
    assert "มีคำเชิญที่รอตอบรับอยู่แล้ว" in text(response)
    with pytest.raises(ValidationError, match="มีหน้าที่นี้อยู่แล้ว"):
        make_invitation(cast.agency, cast.coordinator, email="Collector@example.go.th")


def test_inviting_many_is_all_or_nothing(cast, frozen):
    good, double = Guest(cast.agency, "collector", NEWCOMER), Guest(cast.agency, "collector", "collector@example.go.th")
    with pytest.raises(ValidationError):
        invitations.invite_all([good, double], by=cast.coordinator, at=NOW)
    assert not AccountInvitation.objects.exists()
    with pytest.raises(PermissionDenied):
        invitations.invite_all([good, Guest(cast.neighbour_agency, "collector", "b@example.go.th")],
                               by=cast.coordinator, at=NOW)  # fmt: skip
    assert (AccountInvitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)


# --- taking it --------------------------------------------------------------------------------------------


def test_a_newcomer_sets_a_password_and_has_the_duty(cast, client, frozen):
    row = make_invitation(cast.agency, cast.coordinator)
    assert client.get("/people/join/").status_code == 200
    assert show(client, newest_code()).headers["Location"] == "/people/join/account/"
    assert 'value="สมศรี"' in text(client.get("/people/join/account/"))
    assert set_password(client).headers["Location"] == "/accounts/login/"
    user = User.objects.get(email=NEWCOMER)
    assert user.check_password(NEW_PASSWORD)
    duty = user.memberships.get()
    assert (duty.organization, duty.role, duty.valid_from) == (cast.agency, "collector", dt.date(2015, 10, 19))
    done = fresh(row)
    assert (done.state, done.accepted_by, done.accepted_at) == ("accepted", user, NOW)
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["people.invited", "people.account_given", "people.duty_given", "people.invitation_accept"]


def test_the_code_is_in_no_address_and_not_in_the_session(cast, client, frozen):
    make_invitation(cast.agency, cast.coordinator)
    code = newest_code()
    response = show(client, code)
    assert code not in response.headers["Location"]
    assert code not in str(dict(client.session))
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_link_used_twice_says_so(cast, client, frozen):
    make_invitation(cast.agency, cast.coordinator)
    code = newest_code()
    show(client, code)
    set_password(client)
    response = show(client, code)
    assert response.status_code == 422
    assert "คำเชิญนี้ใช้ไปแล้ว เข้าสู่ระบบด้วยอีเมลและรหัสผ่านของท่านได้เลย" in text(response)
    assert User.objects.filter(email=NEWCOMER).count() == 1


def test_an_expired_link_says_since_when(cast, client, frozen):
    make_invitation(cast.agency, cast.coordinator)
    frozen.move_to(NOW + dt.timedelta(days=14))
    response = show(client, newest_code())
    assert response.status_code == 422
    assert "คำเชิญนี้หมดอายุเมื่อ 2 พฤศจิกายน 2558 กรุณาขอให้ผู้ประสานงานส่งคำเชิญใหม่" in text(response)


def test_a_link_that_expires_while_typing_opens_no_account(cast, client, frozen):
    make_invitation(cast.agency, cast.coordinator)
    show(client, newest_code())
    frozen.move_to(NOW + dt.timedelta(days=15))
    response = set_password(client)
    assert response.status_code == 409
    assert "คำเชิญนี้หมดอายุเมื่อ" in text(response)
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_a_revoked_link_says_so(cast, client, frozen):
    row = make_invitation(cast.agency, cast.coordinator)
    invitations.revoke(row, by=cast.office_head, revision=0, at=NOW)
    response = show(client, newest_code())
    assert response.status_code == 422
    assert "คำเชิญนี้ถูกยกเลิกแล้ว" in text(response)


def test_sending_again_kills_the_old_link(cast, client, frozen):
    row = make_invitation(cast.agency, cast.coordinator)
    old = newest_code()
    show(client, old)
    invitations.resend(row, by=cast.coordinator, revision=0, at=NOW + dt.timedelta(days=3))
    assert set_password(client).headers["Location"] == "/people/join/"  # the old page leads back to the entrance
    response = show(client, old)
    assert response.status_code == 422
    assert "ลิงก์หรือรหัสนี้ใช้ไม่ได้" in text(response)
    assert show(client, newest_code()).status_code == 302
    assert fresh(row).expires_at == NOW + dt.timedelta(days=17)


@pytest.mark.parametrize("code", ["ไม่มีจริง", "x" * 43, "a\x00b", "' OR 1=1 --"])
def test_an_unknown_code_gets_one_sentence(cast, client, frozen, code):
    response = show(client, code)
    assert response.status_code == 422
    assert "ลิงก์หรือรหัสนี้ใช้ไม่ได้ อาจคัดลอกมาไม่ครบ" in text(response)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"again": "คนละอย่าง"}, "รหัสผ่านสองช่องไม่ตรงกัน"),
        ({"password": "สั้น", "again": "สั้น"}, "รหัสผ่านสั้นเกินไป"),
        ({"password": "", "again": ""}, "กรุณาตั้งรหัสผ่าน"),
        ({"last_name": ""}, "กรุณาพิมพ์นามสกุล"),
    ],
)
def test_a_refused_password_opens_nothing(cast, client, frozen, wrong, sentence):
    make_invitation(cast.agency, cast.coordinator)
    show(client, newest_code())
    response = set_password(client, **wrong)
    assert response.status_code == 422
    assert sentence in text(response)
    assert NEW_PASSWORD not in text(response)
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_somebody_known_signs_in_and_says_yes(cast, client, frozen):
    make_invitation(cast.other_agency, cast.coordinator, email="collector@example.go.th")
    code = newest_code("collector@example.go.th")
    show(client, code)
    page = text(client.get("/people/join/account/"))
    assert "/accounts/login/?next=/people/join/account/" in page
    assert "password" not in page
    assert client.post("/people/join/account/", {"password": NEW_PASSWORD}).status_code == 200  # not without them
    assert not Membership.objects.filter(user=cast.collector, organization=cast.other_agency).exists()
    client.force_login(cast.collector)
    show(client, code)
    assert "รับหน้าที่" in text(client.get("/people/join/account/"))
    assert client.post("/people/join/account/").headers["Location"] == "/"
    duty = Membership.objects.get(user=cast.collector, organization=cast.other_agency)
    assert (duty.role, duty.post) == ("collector", "นักวิชาการคลัง")
    assert User.objects.get(pk=cast.collector.pk).check_password(PASSWORD)


def test_somebody_else_signed_in_cannot_take_it(cast, as_user):
    row = make_invitation(cast.other_agency, cast.coordinator, email="collector@example.go.th")
    client = as_user(cast.overseer)
    show(client, newest_code("collector@example.go.th"))
    assert "แต่ท่านเข้าสู่ระบบด้วยบัญชีอื่น" in text(client.get("/people/join/account/"))
    client.post("/people/join/account/")
    assert fresh(row).state == "invited"
    with pytest.raises(PermissionDenied):
        invitations.accept_as_known(row, by=cast.overseer, at=NOW)


def test_two_people_with_one_address_become_no_two_accounts(cast, client, frozen):
    first = make_invitation(cast.agency, cast.coordinator)
    second = make_invitation(cast.other_agency, cast.coordinator)
    invitations.accept_as_new(first, password=NEW_PASSWORD, at=NOW, **CHOSEN)
    with pytest.raises(Stale, match="มีบัญชีของอีเมลนี้แล้ว กรุณาเข้าสู่ระบบก่อนตอบรับคำเชิญ"):
        invitations.accept_as_new(second, password=NEW_PASSWORD, at=NOW, **CHOSEN)
    assert User.objects.filter(email=NEWCOMER).count() == 1
    assert fresh(second).state == "invited"


# --- sending again, revoking, the clock ---------------------------------------------------------------------


def test_the_clock_closes_what_nobody_took_and_it_can_be_sent_again(cast, frozen):
    row = make_invitation(cast.agency, cast.coordinator)
    assert invitations.expire(at=NOW + dt.timedelta(days=13)) == 0
    assert invitations.expire(at=NOW + dt.timedelta(days=14)) == 1
    row = fresh(row)
    assert (row.state, row.revision) == ("expired", 1)
    event = AuditEvent.objects.get(verb="people.invitation_expire")
    assert (event.actor, event.actor_text) == (None, "ระบบ")
    again = invitations.resend(row, by=cast.coordinator, revision=1, at=NOW + dt.timedelta(days=15))
    assert (again.state, again.revision) == ("invited", 2)


@pytest.mark.parametrize("deed", ["resend", "revoke"])
def test_buttons_of_the_list(cast, as_user, deed):
    row = make_invitation(cast.agency, cast.coordinator)
    client = as_user(cast.coordinator)
    assert f"/people/invitations/{row.pk}/{deed}/" in text(client.get("/people/invitations/"))
    address = f"/people/invitations/{row.pk}/{deed}/"
    assert client.post(address, {"revision": "x"}).status_code == 400
    assert client.post(address, {"revision": 0}).headers["Location"] == "/people/invitations/"
    stale = client.post(address, {"revision": 0})
    assert stale.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in text(stale)


def test_the_neighbours_invitations_are_not_there(cast, as_user):
    row = make_invitation(cast.neighbour_agency, cast.neighbour)
    client = as_user(cast.coordinator)
    assert NEWCOMER not in text(client.get("/people/invitations/"))
    assert client.post(f"/people/invitations/{row.pk}/revoke/", {"revision": 0}).status_code == 404
    assert fresh(row).state == "invited"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_at_one_and_three_rows(cast, as_user, django_assert_num_queries, rows):
    for number in range(rows):
        make_invitation(cast.agency, cast.coordinator, email=f"p{number}@example.go.th")
    client = as_user(cast.coordinator)
    client.get("/people/invitations/")
    with django_assert_num_queries(3):  # person with duties, count, rows
        assert client.get("/people/invitations/").status_code == 200


def test_an_invitation_names_a_role_that_fits(cast, as_user):
    assert (
        Role.COORDINATOR.label not in text(as_user(cast.coordinator).get("/people/invitations/new/")).split("<form")[-1]
    )
