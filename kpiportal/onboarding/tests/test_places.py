"""Agencies are added and named by their province's office, each once, with a line in the trail."""

import pytest
from django.core.cache import cache

from kpiportal import obligations
from kpiportal.models import AuditEvent, Organization, User
from kpiportal.onboarding import places
from kpiportal.testing import people
from kpiportal.testing.onboarding import make_invitation
from kpiportal.testing.plugin import NOW

NEW = "/people/places/new/"
TYPED = {"name": "สำนักงานเกษตรจังหวัดเชียงใหม่", "short_name": "สำนักงานเกษตรจังหวัด", "abbreviation": "ชม",
         "office_code": "0009", "address": "ศาลากลาง", "phone": "0-5311-2478", "email": ""}  # fmt: skip


def text(response):
    return response.content.decode()


def added():
    return Organization.objects.get(name=TYPED["name"])


def test_an_agency_is_added_with_the_next_code(cast, as_user):
    assert as_user(cast.coordinator).post(NEW, {**TYPED, "province": cast.province.pk}).url == "/people/"
    place = added()
    assert (place.kind, place.parent, place.code) == ("agency", cast.province, "50-20")  # after 50-0019
    assert (place.abbreviation, place.office_code, place.label) == ("ชม", "0009", "สำนักงานเกษตรจังหวัด")
    event = AuditEvent.objects.get(verb="people.place_added")
    assert (event.acting_as, event.after["office_code"]) == ("ผู้ประสานงาน จังหวัดเชียงใหม่", "0009")
    shown = text(as_user(cast.coordinator).get("/people/"))
    assert "สำนักงานเกษตรจังหวัดเชียงใหม่</h2>" in shown
    assert "ยังไม่มีใครทำหน้าที่ในหน่วยงานนี้" in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "กรุณาพิมพ์ชื่อหน่วยงาน"),
        ({"name": "สำนักงานคลังจังหวัดเชียงใหม่"}, "มีสำนักงานคลังจังหวัดเชียงใหม่ในจังหวัดเชียงใหม่อยู่แล้ว"),
        ({"abbreviation": "เชียงใหม่เหนือ"}, "ยาวเกินไป 4 ตัวอักษร"),
        ({"email": "ไม่ใช่"}, "อีเมลไม่ถูกต้อง"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(cast, as_user, changes, sentence):
    response = as_user(cast.coordinator).post(NEW, {**TYPED, "province": cast.province.pk, **changes})
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="0-5311-2478"' in text(response)
    assert not Organization.objects.filter(phone=TYPED["phone"]).exists()


def test_nobody_adds_to_another_province(cast, as_user):
    response = as_user(cast.coordinator).post(NEW, {**TYPED, "province": cast.neighbour_province.pk})
    assert (response.status_code, "เลือกหน่วยงานที่ท่านดูแลเท่านั้น" in text(response)) == (422, True)
    assert as_user(cast.director).get(NEW).status_code == 403


def test_other_words_for_an_agency_and_what_changed_is_kept(cast, as_user):
    client, address = as_user(cast.coordinator), f"/people/places/{cast.agency.pk}/"
    typed = {"name": "สำนักงานคลังจังหวัดเชียงใหม่ (ใหม่)", "phone": "0-5311-0000"}
    assert client.post(address, typed).url == "/people/"
    event = AuditEvent.objects.get(verb="people.place_changed")
    assert (event.before, event.after) == ({"name": "สำนักงานคลังจังหวัดเชียงใหม่", "phone": ""}, typed)
    client.post(address, typed)  # nothing changed: nothing to tell
    assert AuditEvent.objects.filter(verb="people.place_changed").count() == 1
    cast.agency.refresh_from_db()
    assert cast.agency.sort_key != ""


def test_a_provinces_own_name_stays(cast, as_user):
    address = f"/people/places/{cast.province.pk}/"
    as_user(cast.office_head).post(address, {"name": "เชียงราย", "abbreviation": "ชม", "office_code": "0017.3"})
    cast.province.refresh_from_db()
    assert (cast.province.name, cast.province.office_code) == ("เชียงใหม่", "0017.3")
    assert as_user(cast.neighbour).get(address).status_code == 404
    assert as_user(cast.director).get(address).status_code == 403


MANY = "/people/places/new/many/"


def test_many_agencies_by_name_all_or_none(cast, as_user):
    client = as_user(cast.coordinator)
    names = "สำนักงานเกษตรจังหวัดเชียงใหม่\r\n\r\n  สำนักงานประมงจังหวัดเชียงใหม่ \nสำนักงานเกษตรจังหวัดเชียงใหม่"
    assert client.post(MANY, {"many-province": cast.province.pk, "many-names": names}).url == "/people/"
    made = Organization.objects.filter(parent=cast.province, abbreviation="ชม").order_by("code")
    assert [(place.code, place.name) for place in made] == [
        ("50-20", "สำนักงานเกษตรจังหวัดเชียงใหม่"),
        ("50-21", "สำนักงานประมงจังหวัดเชียงใหม่"),
    ]
    assert AuditEvent.objects.filter(verb="people.place_added").count() == 2
    again = client.post(MANY, {"many-province": cast.province.pk, "many-names": f"สำนักงานใหม่\n{made[0].name}"})
    assert again.status_code == 422
    assert "มีสำนักงานเกษตรจังหวัดเชียงใหม่ในจังหวัดเชียงใหม่อยู่แล้ว ลบบรรทัดนี้ออก" in text(again)
    assert "สำนักงานใหม่\n" in text(again)
    assert not Organization.objects.filter(name="สำนักงานใหม่").exists()


def test_a_new_province_is_told_where_to_begin(cast, frozen):
    def told():
        cache.clear()
        user = User.objects.get(pk=person.pk)
        return [(task.title, task.url) for task in obligations.of(user, at=NOW).mine if "เคยเข้าใช้" not in task.title]

    lampang = Organization.objects.create(kind="province", code="52", name="ลำปาง", abbreviation="ลป")
    person = people.make_user("lampang")
    people.give(person, lampang, "coordinator")
    assert told() == [("เริ่มต้น: เพิ่มหน่วยงานของจังหวัด", NEW)]
    places.add_many(lampang, ["สำนักงานคลังจังหวัดลำปาง", "สำนักงานประมงจังหวัดลำปาง"], by=person, at=NOW)
    assert told() == [("ยังไม่มีผู้จัดเก็บข้อมูล 2 หน่วยงาน", "/people/sheet/")]
    first, second = Organization.objects.filter(parent=lampang)
    people.give(people.make_user("files"), first, "collector")
    make_invitation(second, person, email="asked@example.go.th")
    assert told() == []
