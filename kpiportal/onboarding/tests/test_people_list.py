"""The people page: whose it is, what it shows, what it costs."""

import datetime as dt

import pytest

from kpiportal.models import Membership
from kpiportal.testing import people
from kpiportal.testing.onboarding import make_invitation
from kpiportal.testing.plugin import NOW

TODAY = NOW.date()


def page(client, query=""):
    response = client.get(f"/people/{query}")
    assert response.status_code == 200
    return response.content.decode()


def ends(person, days):
    Membership.objects.filter(user=person).update(valid_to=TODAY + dt.timedelta(days=days))


@pytest.mark.parametrize("who", ["coordinator", "office_head"])
def test_the_office_sees_its_province_and_its_agencies(cast, as_user, who):
    shown = page(as_user(getattr(cast, who)))
    assert "จังหวัดเชียงใหม่</h2>" in shown
    assert "สำนักงานคลังจังหวัดเชียงใหม่</h2>" in shown
    assert "collector@example.go.th" in shown
    assert "ลำพูน" not in shown
    assert "neighbour" not in shown
    assert "director@example.go.th" not in shown


def test_opdc_sees_provinces_and_their_coordinators_but_not_the_agencies(cast, as_user):
    shown = page(as_user(cast.director))
    assert "coordinator@example.go.th" in shown
    assert "neighbour@example.go.th" in shown
    assert "collector@example.go.th" not in shown


@pytest.mark.parametrize("who", ["governor", "viewer", "collector", "negotiator", "operator", "nobody"])
def test_others_are_refused_and_have_no_menu_entry(cast, as_user, who):
    client = as_user(getattr(cast, who))
    assert client.get("/people/").status_code == 403
    assert 'href="/people/"' not in client.get("/").content.decode()


def test_the_menu_leads_here(cast, as_user):
    assert 'href="/people/"' in as_user(cast.coordinator).get("/").content.decode()


def test_who_has_never_been_here_is_said_per_agency(cast, as_user):
    cast.collector.last_login = NOW - dt.timedelta(days=2)
    cast.collector.save()
    shown = page(as_user(cast.coordinator))
    agency = shown.split("สำนักงานคลังจังหวัดเชียงใหม่</h2>")[1].split("</section>")[0]
    assert "1 จาก 2 คน" in agency
    assert "17 ต.ค. 2558" in agency
    assert agency.count("ยังไม่เคยเข้าใช้") == 2  # the agency's mark and the overseer's


def test_only_places_with_somebody_missing(cast, as_user):
    for person in (cast.collector, cast.overseer):
        person.last_login = NOW
        person.save()
    shown = page(as_user(cast.coordinator), "?never=1")
    assert "สำนักงานคลังจังหวัดเชียงใหม่</h2>" not in shown
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่</h2>" in shown


def test_a_place_is_found_by_its_name(cast, as_user):
    shown = page(as_user(cast.coordinator), "?q=พัฒนาชุมชน")
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่</h2>" in shown
    assert "สำนักงานคลังจังหวัดเชียงใหม่</h2>" not in shown
    assert "ไม่พบหน่วยงาน" in page(as_user(cast.coordinator), "?q=%00ไม่มี")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "สิ้นสุดวันนี้"), (1, "สิ้นสุดพรุ่งนี้"), (12, "สิ้นสุดใน 12 วัน")],
)
def test_a_duty_near_its_end_says_so(cast, as_user, days, words):
    ends(cast.collector, days)
    assert words in page(as_user(cast.coordinator))


def test_a_duty_that_is_over_is_gone_and_one_to_come_is_shown(cast, as_user):
    ends(cast.collector, -1)
    people.give(cast.other_collector, cast.agency, "overseer", valid_from=TODAY + dt.timedelta(days=3))
    shown = page(as_user(cast.coordinator))
    assert "collector@example.go.th" not in shown.replace("other_collector@example.go.th", "")
    assert "เริ่ม 22 ต.ค. 2558" in shown


def test_who_is_invited_is_shown_at_the_place(cast, as_user, frozen):
    make_invitation(cast.agency, cast.coordinator)
    assert "เชิญแล้ว somsri@example.go.th เป็นผู้จัดเก็บข้อมูล" in page(as_user(cast.coordinator))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_at_one_and_three_rows(cast, as_user, django_assert_num_queries, rows):
    for number in range(rows):
        people.give(people.make_user(f"more{number}"), cast.agency, "collector")
        make_invitation(cast.agency, cast.coordinator, email=f"p{number}@example.go.th")
    client = as_user(cast.coordinator)
    page(client)
    with django_assert_num_queries(6):  # person with duties, count, places, people, invitations, never signed in
        page(client)
