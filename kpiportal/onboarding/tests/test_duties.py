"""Duties on posts: given, acting, for a time, ended, handed over."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kpiportal import audit
from kpiportal.models import AuditEvent, Membership, OutgoingMail
from kpiportal.onboarding import duties
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW
from kpiportal.workflow import NotReady, Stale

TODAY = NOW.date()
TYPED = {
    "email": "other_collector@example.go.th",
    "role": "overseer",
    "standing": "substantive",
    "valid_from": "19/10/2558",
}
ORDER = "คำสั่งจังหวัดเชียงใหม่ ที่ 12/2558"


def text(response):
    return response.content.decode()


def duty_of(person, **facts):
    return Membership.objects.get(user=person, **facts)


def give(client, cast, **changes):
    return client.post("/people/duties/new/", {**TYPED, "organization": cast.agency.pk, **changes})


# --- giving -----------------------------------------------------------------------------------------------


def test_giving_a_duty(cast, as_user):
    response = give(as_user(cast.coordinator), cast)
    duty = duty_of(cast.other_collector, organization=cast.agency)
    assert response.headers["Location"] == f"/people/duties/{duty.pk}/"
    assert (duty.role, duty.standing, duty.valid_from, duty.valid_to) == ("overseer", "substantive", TODAY, None)
    event = AuditEvent.objects.get(verb="people.duty_given")
    assert (event.actor, event.acting_as) == (cast.coordinator, "ผู้ประสานงาน จังหวัดเชียงใหม่")
    mail = OutgoingMail.objects.get()
    assert mail.subject == "ท่านได้รับมอบหน้าที่ ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่"


@pytest.mark.parametrize("standing", ["acting", "on_behalf"])
def test_acting_needs_an_order_and_days(cast, as_user, standing):
    response = give(as_user(cast.coordinator), cast, standing=standing, valid_from="")
    assert response.status_code == 422
    label = {"acting": "รักษาราชการแทน", "on_behalf": "ปฏิบัติราชการแทน"}[standing]
    assert f"{label}ต้องมีเลขที่คำสั่ง" in text(response)
    assert f"{label}ต้องระบุวันเริ่มต้น" in text(response)
    assert f"{label}ต้องระบุวันสิ้นสุด" in text(response)
    assert 'value="other_collector@example.go.th"' in text(response)
    assert not Membership.objects.filter(user=cast.other_collector, organization=cast.agency).exists()


def test_an_act_on_behalf_says_so_in_the_history(cast, as_user):
    response = give(as_user(cast.coordinator), cast, standing="on_behalf", order_no=ORDER, valid_to="31/10/2558")
    assert response.status_code == 302
    duty = duty_of(cast.other_collector, organization=cast.agency)
    assert audit.acting_text(duty) == (f"ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่ (ปฏิบัติราชการแทน ตามคำสั่ง {ORDER})")


def test_an_office_names_a_substitute_for_its_coordinator_but_no_second_one(cast, as_user):
    client = as_user(cast.coordinator)
    typed = {"email": "viewer@example.go.th", "organization": cast.province.pk, "role": "coordinator"}
    refused = give(client, cast, **typed)
    assert refused.status_code == 422
    assert "จังหวัดเชียงใหม่: เลือกได้เฉพาะ หัวหน้าสำนักงานจังหวัด, ผู้ว่าราชการจังหวัด, ผู้ดูข้อมูล" in text(refused)
    assert give(client, cast, **typed, standing="substitute", valid_to="30/10/2558").status_code == 302
    assert duty_of(cast.viewer, role="coordinator").valid_to == dt.date(2015, 10, 30)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "neighbour@example.go.th"}, "ไม่พบผู้ใช้อีเมลนี้ในหน่วยงานที่ท่านดูแล"),
        ({"email": "nobody-at-all@example.go.th"}, "ไม่พบผู้ใช้อีเมลนี้ในหน่วยงานที่ท่านดูแล"),
        ({"email": "overseer@example.go.th"}, "มีหน้าที่นี้อยู่แล้ว โดยไม่มีวันสิ้นสุด"),
        ({"valid_to": "1/10/2558"}, "วันสิ้นสุดผ่านไปแล้ว"),
        ({"valid_from": "1/11/2558", "valid_to": "31/10/2558"}, "วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"),
        ({"standing": "substitute", "valid_to": "20/10/2560"}, "ทำหน้าที่แทนชั่วคราวได้ไม่เกิน 1 ปี"),
        ({"standing": "king"}, "เลือกฐานะจากรายการ"),
    ],
)
def test_what_cannot_be_given_is_said_in_words(cast, as_user, wrong, sentence):
    before = Membership.objects.count()
    response = give(as_user(cast.coordinator), cast, **wrong)
    assert response.status_code == 422
    assert sentence in text(response)
    assert Membership.objects.count() == before


def test_the_action_itself_refuses_a_stranger(cast, frozen):
    with pytest.raises(PermissionDenied):
        duties.assign(cast.collector, cast.agency, "overseer", by=cast.neighbour, at=NOW, valid_from=TODAY)


# --- ending and handing over ----------------------------------------------------------------------------------


def end(client, duty, **typed):
    return client.post(f"/people/duties/{duty.pk}/end/", {"last_day": "19/10/2558", **typed})


def test_ending_a_duty_today_and_the_next_day_it_is_over(cast, as_user, frozen):
    duty = duty_of(cast.collector)
    assert end(as_user(cast.coordinator), duty).headers["Location"] == "/people/"
    assert duty_of(cast.collector).valid_to == TODAY
    frozen.move_to(NOW + dt.timedelta(days=1))
    assert as_user(cast.collector).get("/agreements/").status_code == 200
    assert not type(cast.collector).objects.get(pk=cast.collector.pk).duties


def test_the_hand_over_shows_what_is_open_and_gives_the_duty_on(cast, as_user):
    duty = duty_of(cast.collector)
    client = as_user(cast.coordinator)
    page = text(client.get(f"/people/duties/{duty.pk}/"))
    assert "งานที่ค้างในหน้าที่นี้" in page
    assert "ยังไม่มีผู้อื่นทำหน้าที่นี้" in page
    assert end(client, duty, successor="Other_Collector@example.go.th").status_code == 302
    new = duty_of(cast.other_collector, organization=cast.agency)
    assert (new.role, new.valid_from) == ("collector", TODAY + dt.timedelta(days=1))
    assert "นายother_collector ทดสอบ" not in page


def test_the_last_coordinator_cannot_leave_alone(cast, as_user):
    duty = duty_of(cast.coordinator)
    response = end(as_user(cast.coordinator), duty)
    assert response.status_code == 422
    assert "เป็นผู้ประสานงานคนสุดท้ายของจังหวัดเชียงใหม่ ระบุผู้รับช่วง" in text(response)
    assert duty_of(cast.coordinator).valid_to is None
    assert not AuditEvent.objects.filter(verb="people.duty_ended").exists()


def test_a_substitute_is_no_reason_to_leave(cast, as_user):
    people.give(cast.viewer, cast.province, "coordinator", standing="substitute", valid_to=dt.date(2015, 12, 31))
    assert end(as_user(cast.coordinator), duty_of(cast.coordinator)).status_code == 422


def test_the_last_coordinator_leaves_with_a_successor(cast, as_user):
    response = end(as_user(cast.coordinator), duty_of(cast.coordinator), successor="viewer@example.go.th")
    assert response.status_code == 302
    assert duty_of(cast.viewer, role="coordinator").valid_from == TODAY + dt.timedelta(days=1)


def test_opdc_may_take_away_the_last_coordinator(cast, as_user):
    assert end(as_user(cast.director), duty_of(cast.coordinator)).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_day": "17/10/2558"}, "ย้อนหลังได้ถึงเมื่อวานเท่านั้น"),
        ({"last_day": "32/10/2558"}, "id_last_day_error"),
        ({"last_day": ""}, "โปรดพิมพ์วันที่"),
        ({"successor": "collector@example.go.th"}, "ผู้รับช่วงต้องเป็นคนละคนกับผู้พ้นหน้าที่"),
        ({"successor": "neighbour@example.go.th"}, "ไม่พบผู้ใช้อีเมลนี้ในหน่วยงานที่ท่านดูแล"),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_nothing_is_half_done(cast, as_user, typed, sentence):
    response = end(as_user(cast.coordinator), duty_of(cast.collector), **typed)
    assert response.status_code == 422
    assert sentence in text(response)
    assert duty_of(cast.collector).valid_to is None


def test_a_successor_who_has_the_duty_already_leaves_it_as_it_was(cast, as_user):
    people.give(cast.other_collector, cast.agency, "collector")
    response = end(as_user(cast.coordinator), duty_of(cast.collector), successor="other_collector@example.go.th")
    assert response.status_code == 422
    assert "มีหน้าที่นี้อยู่แล้ว" in text(response)
    assert duty_of(cast.collector).valid_to is None


def test_a_duty_that_is_over_cannot_end_again(cast, frozen):
    duty = duty_of(cast.collector)
    Membership.objects.filter(pk=duty.pk).update(valid_to=TODAY - dt.timedelta(days=5))
    with pytest.raises(Stale, match="หน้าที่นี้สิ้นสุดไปแล้วเมื่อ 14 ตุลาคม 2558"):
        duties.finish(duty, last_day=TODAY, by=cast.coordinator, at=NOW)


def test_ending_is_not_extending(cast, frozen):
    duty = duty_of(cast.collector)
    Membership.objects.filter(pk=duty.pk).update(valid_to=TODAY)
    with pytest.raises(ValidationError, match="หากจะทำต่อให้เปลี่ยนวันสิ้นสุด"):
        duties.finish(duty, last_day=TODAY + dt.timedelta(days=9), by=cast.coordinator, at=NOW)


def test_the_action_refuses_to_leave_a_province_alone(cast, frozen):
    with pytest.raises(NotReady):
        duties.finish(duty_of(cast.coordinator), last_day=TODAY, by=cast.office_head, at=NOW)


# --- another last day, and taking back ----------------------------------------------------------------------


def until(client, duty, **typed):
    return client.post(f"/people/duties/{duty.pk}/until/", typed)


def test_a_duty_ends_later_earlier_or_never(cast, as_user):
    client, duty = as_user(cast.coordinator), duty_of(cast.collector)
    assert until(client, duty, valid_to="31/12/2558").status_code == 302
    assert duty_of(cast.collector).valid_to == dt.date(2015, 12, 31)
    assert until(client, duty, valid_to="30/11/2558").status_code == 302
    assert until(client, duty, valid_to="").status_code == 302
    assert duty_of(cast.collector).valid_to is None
    event = AuditEvent.objects.filter(verb="people.duty_end_changed").earliest("pk")
    assert (event.before, event.after) == (
        {"valid_to": None, "order_no": ""},
        {"valid_to": "2015-12-31", "order_no": ""},
    )
    mail = OutgoingMail.objects.filter(to_user=cast.collector).earliest("pk")
    assert "สิ้นสุด: 31 ธันวาคม 2558" in mail.body


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"valid_to": ""}, "รักษาราชการแทนต้องระบุวันสิ้นสุด"),
        ({"valid_to": "31/12/2558", "order_no": ""}, "รักษาราชการแทนต้องมีเลขที่คำสั่ง"),
        ({"valid_to": "31/2/2558"}, "ไม่มีวันที่"),
        ({"valid_to": "1/10/2558"}, "ย้อนหลังได้ถึงเมื่อวานเท่านั้น"),
    ],
)
def test_an_acting_duty_keeps_its_order_and_its_end(cast, as_user, typed, sentence):
    duty = people.give(cast.viewer, cast.province, "office_head", standing="acting", order_no=ORDER, valid_to=TODAY)
    response = until(as_user(cast.coordinator), duty, **{"order_no": ORDER, **typed})
    assert response.status_code == 422
    assert sentence in text(response)
    duty.refresh_from_db()
    assert (duty.valid_to, duty.order_no) == (TODAY, ORDER)


def test_an_office_does_not_make_its_own_coordinator_longer(cast, as_user):
    """It is giving again: a substantive coordinator is OPDC's to give."""
    Membership.objects.filter(user=cast.coordinator).update(valid_to=TODAY)
    duty = duty_of(cast.coordinator)
    assert until(as_user(cast.office_head), duty, valid_to="").status_code == 403
    assert until(as_user(cast.director), duty, valid_to="").status_code == 302


def test_longer_does_not_run_into_the_same_duty_given_later(cast, as_user):
    Membership.objects.filter(user=cast.collector).update(valid_to=TODAY)
    people.give(cast.collector, cast.agency, "collector", valid_from=TODAY + dt.timedelta(days=30))
    duty = Membership.objects.get(user=cast.collector, valid_to=TODAY)
    response = until(as_user(cast.coordinator), duty, valid_to="31/12/2558")
    assert "มีหน้าที่เดียวกันเริ่ม 18 พฤศจิกายน 2558 อยู่แล้ว" in text(response)


def test_a_duty_to_come_is_taken_back(cast, as_user):
    duty = people.give(cast.viewer, cast.agency, "overseer", valid_from=TODAY + dt.timedelta(days=1))
    client = as_user(cast.coordinator)
    assert "ยกเลิกหน้าที่นี้" in text(client.get(f"/people/duties/{duty.pk}/"))
    assert client.post(f"/people/duties/{duty.pk}/withdraw/").status_code == 302
    assert not Membership.objects.filter(pk=duty.pk).exists()
    event = AuditEvent.objects.get(verb="people.duty_withdrawn")
    assert (event.subject_id, event.data["valid_from"]) == (duty.pk, "2015-10-20")
    assert OutgoingMail.objects.get(to_user=cast.viewer).subject.startswith("ยกเลิกหน้าที่ ผู้กำกับดูแลตัวชี้วัด")
    assert client.post(f"/people/duties/{duty.pk}/withdraw/").status_code == 404


def test_a_duty_that_has_begun_is_ended_not_taken_back(cast, as_user):
    response = as_user(cast.coordinator).post(f"/people/duties/{duty_of(cast.collector).pk}/withdraw/")
    assert response.status_code == 409
    assert "หน้าที่นี้เริ่มแล้ว" in text(response)
    assert Membership.objects.filter(user=cast.collector).exists()


def test_the_next_coordinator_is_not_taken_back_when_nobody_else_follows(cast, as_user):
    Membership.objects.filter(user=cast.coordinator).update(valid_to=TODAY)
    after = people.give(cast.viewer, cast.province, "coordinator", valid_from=TODAY + dt.timedelta(days=1))
    assert as_user(cast.office_head).post(f"/people/duties/{after.pk}/withdraw/").status_code == 422
    assert as_user(cast.director).post(f"/people/duties/{after.pk}/withdraw/").status_code == 302
