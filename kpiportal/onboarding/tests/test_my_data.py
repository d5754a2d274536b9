"""One's own data taken along, and asking for it to be erased: what goes, what stays, and the trail's proof."""

import datetime as dt
import io
import json
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.urls import reverse

from kpiportal import obligations, seals
from kpiportal.models import AccountInvitation, AuditEvent, ErasureRequest, Job, Membership, OutgoingMail, User
from kpiportal.onboarding import erasures, jobs, my_data
from kpiportal.testing import people
from kpiportal.testing.onboarding import make_invitation
from kpiportal.testing.people import PASSWORD
from kpiportal.testing.plugin import NOW

WHY = {"reason": "ย้ายไปหน่วยงานอื่นแล้ว"}


def text(response):
    return response.content.decode()


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["data.json", "data.html"]
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def asked(person, **facts):
    return ErasureRequest.objects.create(person=person, asked_at=NOW, **facts)


def leave(person):
    """Their duties are over."""
    Membership.objects.filter(user=person).update(valid_to=NOW.date() - dt.timedelta(days=1))


def test_the_file_holds_what_is_kept_and_nothing_of_others(cast, as_user):
    as_user(cast.coordinator).post("/people/duties/new/", {
        "email": cast.collector.email, "organization": cast.other_agency.pk, "role": "overseer",
        "standing": "substantive", "valid_from": "19/10/2558",
    })  # fmt: skip
    as_user(cast.coordinator).get(f"/people/accounts/{cast.collector.pk}/")
    answer = as_user(cast.collector).post("/people/me/take/")
    assert answer["Content-Type"] == "application/zip"
    facts, page = opened(answer.content)
    assert facts["account"][:3] == [
        {"รายการ": "ชื่อ", "ข้อมูล": "นายcollector ทดสอบ"},
        {"รายการ": "อีเมล", "ข้อมูล": "collector@example.go.th"},
        {"รายการ": "เริ่มใช้", "ข้อมูล": facts["account"][2]["ข้อมูล"]},
    ]
    assert [duty["หน่วยงาน"] for duty in facts["duties"]] == [
        "สำนักงานคลังจังหวัดเชียงใหม่",
        "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่",
    ]
    assert [row["การกระทำ"] for row in facts["about"]] == ["มอบหน้าที่"]
    assert [row["ผู้เปิดดู"] for row in facts["seen_by"]] == ["นายcoordinator ทดสอบ"]
    assert facts["mail"][0]["เรื่อง"].startswith("ท่านได้รับมอบหน้าที่")
    assert "<h1>ข้อมูลของนายcollector ทดสอบ</h1>" in page
    assert "overseer@example.go.th" not in json.dumps(facts) + page
    assert AuditEvent.objects.get(verb="people.own_data_taken").actor == cast.collector


def test_a_long_history_is_gathered_by_a_worker(cast, as_user, monkeypatch):
    monkeypatch.setattr(my_data, "LARGE", -1)
    client = as_user(cast.collector)
    answer = client.post("/people/me/take/")
    job = Job.objects.get()
    assert answer.url == f"/people/jobs/{job.pk}/"
    assert "กำลังรวบรวม" in text(client.get(answer.url))
    assert jobs.run_waiting(at=NOW) == 1
    assert f"/people/jobs/{job.pk}/file/" in text(client.get(answer.url))
    response = client.get(f"/people/jobs/{job.pk}/file/")
    facts, _ = opened(b"".join(response))
    assert facts["person"] == "นายcollector ทดสอบ"
    assert as_user(cast.coordinator).get(f"/people/jobs/{job.pk}/file/").status_code == 404


def test_asking_once_without_having_to_say_why(cast, as_user):
    client = as_user(cast.collector)
    assert client.post("/people/me/erase/", {"reason": ""}).url == "/people/me/"
    assert "รอพิจารณา" in text(client.get("/people/me/"))
    again = client.post("/people/me/erase/", WHY)
    assert (again.status_code, "ท่านยื่นคำขอไว้แล้ว" in text(again)) == (409, True)
    assert OutgoingMail.objects.get().to_email == "director@example.go.th"
    assert ErasureRequest.objects.count() == 1


def test_those_who_decide_find_it_on_their_home_page(cast, frozen):
    def titles(person, at=NOW):
        cache.clear()
        return [(task.title, task.chip_text) for task in obligations.of(User.objects.get(pk=person.pk), at=at).mine]

    User.objects.update(last_login=NOW)
    asked(cast.collector)
    of_collector = ("คำขอลบข้อมูลส่วนบุคคลของนายcollector ทดสอบ", "เหลือ 30 วัน")
    assert titles(cast.operator) == titles(cast.director) == [of_collector]
    asked(cast.operator)
    assert titles(cast.operator) == [of_collector]  # their own is for others
    assert titles(cast.coordinator) == []
    assert titles(cast.operator, NOW + dt.timedelta(days=31)) == [(of_collector[0], "เกินกำหนด 1 วัน")]
    late = [duty.due_at for duty in obligations.everywhere(at=NOW) if duty.kind == "people.erasure"]
    assert [due.isoformat() for due in late] == ["2015-11-19T00:00:00+07:00"] * 2, "reminded of like any other duty"


def test_nothing_is_erased_while_a_duty_stands(cast, as_user):
    request = asked(cast.collector)
    answer = as_user(cast.director).post(f"/people/erasures/{request.pk}/grant/", WHY)
    assert answer.status_code == 422
    assert "ยังมีหน้าที่ ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่ ส่งมอบหรือสิ้นสุดหน้าที่ก่อน" in text(answer)
    assert f">{WHY['reason']}</textarea>" in text(answer)
    assert User.objects.get(pk=cast.collector.pk).email == "collector@example.go.th"


def test_erasing_takes_the_person_and_leaves_the_trail(cast, as_user):
    as_user(cast.collector).post("/people/me/take/")
    make_invitation(cast.other_agency, cast.coordinator, email="collector@example.go.th", role="viewer")
    Authenticator.objects.create(user=cast.collector, type="totp", data={"secret": "x"})
    leave(cast.collector)
    request = asked(cast.collector, **WHY)
    seals.seal(at=NOW)
    before = list(AuditEvent.objects.order_by("pk").values_list("pk", "actor_id", "actor_text", "subject_text"))
    answer = as_user(cast.director).post(f"/people/erasures/{request.pk}/grant/", {"reason": "ไม่มีเหตุให้เก็บต่อ"})
    assert answer.url == "/people/erasures/"
    gone = User.objects.get(pk=cast.collector.pk)
    assert (gone.email, gone.full_name, gone.is_active) == (
        f"erased-{gone.pk}@erased.invalid",
        "ผู้ใช้ที่ลบข้อมูลแล้ว",
        False,
    )
    assert (gone.phone, gone.position, gone.has_usable_password()) == ("", "", False)
    assert not Authenticator.objects.filter(user=gone).exists()
    assert not UserSession.objects.filter(user=gone).exists()
    assert AccountInvitation.objects.get().email == f"erased-{gone.pk}@erased.invalid"
    assert (
        list(AuditEvent.objects.order_by("pk").values_list("pk", "actor_id", "actor_text", "subject_text"))[
            : len(before)
        ]
        == before
    )
    seals.seal(at=NOW)
    assert seals.verify()[1] == []
    last = OutgoingMail.objects.get(to_email="collector@example.go.th")
    assert "คำขอลบข้อมูลส่วนบุคคลของท่านในระบบคำรับรองการปฏิบัติราชการ: ลบแล้ว" in last.body
    OutgoingMail.objects.filter(pk=last.pk).update(state="sent")
    assert erasures.purge() == 1
    assert not OutgoingMail.objects.filter(to_email="collector@example.go.th").exists()


def test_who_was_erased_cannot_come_back_by_password(cast, client, frozen):
    leave(cast.collector)
    erasures.grant(asked(cast.collector), by=cast.director, at=NOW, reason="ลบตามคำขอ")
    typed = {"login": "collector@example.go.th", "password": PASSWORD}
    assert client.post(reverse("account_login"), typed).status_code == 422
    client.post(reverse("account_reset_password"), {"email": "collector@example.go.th"})
    assert not OutgoingMail.objects.filter(body__contains="/password/reset/key/").exists()


def test_a_no_is_explained(cast, as_user):
    request = asked(cast.collector)
    client = as_user(cast.operator)
    assert client.post(f"/people/erasures/{request.pk}/refuse/", {"reason": ""}).status_code == 422
    client.post(f"/people/erasures/{request.pk}/refuse/", {"reason": "ยังเป็นผู้รับผิดชอบอยู่"})
    assert client.post(f"/people/erasures/{request.pk}/refuse/", WHY).status_code == 409
    assert "เหตุผล: ยังเป็นผู้รับผิดชอบอยู่" in OutgoingMail.objects.get().body
    assert "ไม่ลบ เหตุผล: ยังเป็นผู้รับผิดชอบอยู่" in text(as_user(cast.collector).get("/people/me/"))


@pytest.mark.parametrize("who", ["director", "operator"])
def test_nobody_decides_their_own(cast, as_user, who):
    person = getattr(cast, who)
    request = asked(person)
    client = as_user(person)
    assert "คำขอของท่านเอง ผู้อื่นเป็นผู้พิจารณา" in text(client.get("/people/erasures/"))
    assert client.post(f"/people/erasures/{request.pk}/refuse/", WHY).status_code == 403


def test_the_list_costs_the_same_at_any_size(cast, as_user, django_assert_num_queries):
    client = as_user(cast.director)
    for number in range(6):
        asked(people.make_user(f"p{number}"))
        if number in (0, 5):
            client.get("/people/erasures/")
            with django_assert_num_queries(3):
                client.get("/people/erasures/")
