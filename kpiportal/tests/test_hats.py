"""The hat: chosen in the header, kept for the sign-in, first in every answer, and never a door of its own."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpiportal import hats
from kpiportal.models import AuditEvent, Membership, Role, User
from kpiportal.onboarding import rules
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

HAT, HOME = reverse("people:hat"), reverse("home")
TODAY = NOW.date()


@pytest.fixture
def two(cast):
    """The coordinator is head of the office for a while, too: (person, own duty, acting duty)."""
    own = Membership.objects.get(user=cast.coordinator)
    acting = people.give(
        cast.coordinator, cast.province, Role.OFFICE_HEAD, standing="acting", order_no="ชม 12/2558",
        valid_to=TODAY + dt.timedelta(days=1),
    )  # fmt: skip
    return cast.coordinator, own, acting


def shown(client):
    return client.get(HOME).context


def test_without_a_choice_all_duties_stand_substantive_first(cast, as_user, two):
    person, own, acting = two
    context = shown(as_user(person))
    assert context["hat_duty"]() == "ผู้ประสานงาน จังหวัดเชียงใหม่ และอีก 1 หน้าที่"
    assert [(hat["pk"], hat["on"]) for hat in context["hats"]()] == [("", True), (own.pk, False), (acting.pk, False)]


def test_a_chosen_hat_is_shown_and_leads_back_to_its_page(cast, as_user, two):
    person, own, acting = two
    client = as_user(person)
    answer = client.post(HAT, {"duty": acting.pk, "next": "/people/?q=a"})
    assert (answer.status_code, answer.url) == (302, "/people/?q=a")
    context = shown(client)
    assert context["hat_duty"]() == "หัวหน้าสำนักงานจังหวัดเชียงใหม่ (รักษาราชการแทน)"
    assert [hat["pk"] for hat in context["hats"]() if hat["on"]] == [acting.pk]
    assert "เฉพาะงานในฐานะหัวหน้าสำนักงานจังหวัดเชียงใหม่" in client.get(HOME).content.decode()
    client.post(HAT, {"duty": ""})
    assert shown(client)["hat_duty"]().endswith("และอีก 1 หน้าที่")


def test_the_trail_names_the_hat(cast, as_user, two):
    person, own, acting = two
    client = as_user(person)
    typed = {"organization": cast.agency.pk, "role": "collector", "email": "a@example.go.th", "first_name": "ก",
             "last_name": "ข"}  # fmt: skip
    client.post(reverse("people:invitation_new"), typed)
    client.post(HAT, {"duty": acting.pk})
    client.post(reverse("people:invitation_new"), {**typed, "email": "b@example.go.th"})
    assert list(AuditEvent.objects.filter(verb="people.invited").values_list("acting_as", flat=True)) == [
        "ผู้ประสานงาน จังหวัดเชียงใหม่",
        "หัวหน้าสำนักงานจังหวัด จังหวัดเชียงใหม่ (รักษาราชการแทน ตามคำสั่ง ชม 12/2558)",
    ]


def test_a_hat_narrows_the_menu_and_opens_and_closes_no_door(cast, as_user):
    """A collector's hat hides the office's menu; the office's pages still open, and what was closed stays closed."""
    people.give(cast.coordinator, cast.agency, Role.COLLECTOR)
    collector = Membership.objects.get(user=cast.coordinator, role=Role.COLLECTOR)
    client = as_user(cast.coordinator)
    client.post(HAT, {"duty": collector.pk})
    assert 'href="/people/"' not in client.get(HOME).content.decode().split('id="me"')[0]
    assert client.get("/people/").status_code == 200
    assert client.get("/agreements/frameworks/999/").status_code == 404


@pytest.mark.parametrize("who", ["collector", "neighbour"])
def test_somebody_elses_duty_cannot_be_put_on(cast, as_user, who):
    duty = Membership.objects.get(user=cast.governor)
    client = as_user(getattr(cast, who))
    assert client.post(HAT, {"duty": duty.pk}).status_code == 404
    assert client.post(HAT, {"duty": "x"}).status_code == 404
    assert hats.KEPT not in client.session


def test_a_hat_planted_in_a_session_gives_nothing(cast, as_user):
    client = as_user(cast.collector)
    session = client.session
    session[hats.KEPT] = Membership.objects.get(user=cast.director).pk
    session.save()
    assert shown(client)["hat_duty"]() == "ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่"
    assert client.get("/people/").status_code == 403


def test_a_hat_ends_with_its_membership(cast, as_user, frozen, two):
    person, own, acting = two
    client = as_user(person)
    client.post(HAT, {"duty": acting.pk})
    frozen.move_to(NOW + dt.timedelta(days=2))
    client.force_login(person)
    assert shown(client)["hat_duty"]() == "ผู้ประสานงาน จังหวัดเชียงใหม่"
    assert shown(client)["hats"]() == []


def test_it_leads_to_no_other_site(cast, as_user, two):
    assert as_user(two[0]).post(HAT, {"next": "https://evil.example/"}).url == HOME


def test_of_two_that_fit_the_rules_give_the_hat(cast, frozen, two):
    person, own, acting = two
    assert rules.can_invite(User.objects.get(pk=person.pk), cast.agency, Role.COLLECTOR) == own
    again = User.objects.get(pk=person.pk)
    again.hat = acting.pk
    assert rules.can_invite(again, cast.agency, Role.COLLECTOR) == acting
    assert {duty.pk for duty in again.duties} == {own.pk, acting.pk}


def test_it_asks_the_database_nothing(cast, as_user, two):
    person, own, acting = two
    client = as_user(person)
    page = reverse("people:invitation_list")
    [without] = query_counts([("people", person, page)]).values()
    client.post(HAT, {"duty": acting.pk})
    client.get(HOME)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    assert len(captured) == without
