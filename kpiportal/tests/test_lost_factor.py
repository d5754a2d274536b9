"""A lost telephone: who may take whose factor away, what it ends, who is told, and what the next sign-in meets."""

import base64
import threading

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from kpiportal import lost_factor, step_up
from kpiportal.models import AuditEvent, OutgoingMail, Role
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, sign_in
from kpiportal.testing.people import PASSWORD, give
from kpiportal.testing.plugin import NOW
from kpiportal.tests.test_second_factor import SETUP, signed_in
from kpiportal.tests.test_sign_in_in_browser import looked_at, typed
from kpiportal.workflow import Stale

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "โทรศัพท์หาย โทรกลับที่สำนักงานคลังจังหวัดแล้วเจ้าตัวรับสาย"


def url(person):
    return reverse("lost_factor", args=[person.pk])


def give_factor(person):
    TOTP.activate(person, base64.b32encode(b"12345678901234567890").decode())
    RecoveryCodes.activate(person)
    return person


@pytest.fixture
def lost(cast):
    """Our collector, signed in at two places, with the app on a telephone that is gone."""
    places = [signed_in(cast.collector) for _ in range(2)]
    give_factor(cast.collector).places = places
    return cast.collector


def inside(client):
    return client.get("/").status_code == 200


@pytest.mark.parametrize("who", ["coordinator", "office_head", "director", "operator"])
def test_who_answers_for_the_person_takes_it_away(cast, lost, who):
    client = signed_in(getattr(cast, who))
    page = client.get(url(lost)).content.decode()
    assert "<li>รหัสจากแอปในโทรศัพท์</li><li>รหัสสำรอง</li>" in page
    done = client.post(url(lost), {"reason": WHY})
    assert (done.status_code, done.url) == (302, url(lost))
    assert "ไม่มีการยืนยันขั้นที่สองตั้งไว้" in client.get(url(lost)).content.decode()
    assert not Authenticator.objects.exists()
    assert [inside(place) for place in lost.places] == [False, False]
    event = AuditEvent.objects.get(verb="people.factors_taken_away")
    assert (event.actor, event.subject_id) == (getattr(cast, who), lost.pk)
    assert event.data == {"reason": WHY, "factors": ["รหัสจากแอปในโทรศัพท์", "รหัสสำรอง"]}
    mail = OutgoingMail.objects.get(to_user=lost)
    assert mail.subject == "ล้างการยืนยันขั้นที่สองของท่านแล้ว"
    assert WHY in mail.body
    assert inside(signed_in(lost))  # the password is as it was


@pytest.mark.parametrize(
    ("who", "status"),
    [("governor", 404), ("viewer", 404), ("overseer", 404), ("negotiator", 404), ("neighbour", 404), ("nobody", 404)],
)
def test_the_others_do_not_even_find_the_page(cast, lost, who, status):
    client = signed_in(getattr(cast, who))
    assert client.get(url(lost)).status_code == status
    assert client.post(url(lost), {"reason": WHY}).status_code == status
    assert Authenticator.objects.filter(user=lost).count() == 2


@pytest.mark.parametrize("who", ["coordinator", "director", "operator"])
def test_nobody_their_own(cast, who):
    person = getattr(cast, who)
    client = signed_in(person)
    give_factor(person)
    assert client.post(url(person), {"reason": WHY}).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        lost_factor.take_away(person, by=person, at=NOW, reason=WHY)
    assert Authenticator.objects.filter(user=person).count() == 2


def test_an_office_does_not_disarm_somebody_who_sits_elsewhere_too(cast, lost):
    give(lost, cast.opdc, Role.NEGOTIATOR)
    assert signed_in(cast.coordinator).post(url(lost), {"reason": WHY}).status_code == 403
    assert Authenticator.objects.filter(user=lost).count() == 2
    assert signed_in(cast.director).post(url(lost), {"reason": WHY}).status_code == 302


def test_a_reason_is_asked_for_and_what_was_typed_stays(cast, lost):
    client = signed_in(cast.coordinator)
    page = client.post(url(lost), {"reason": "  "})
    assert page.status_code == 422
    assert "กรุณาระบุเหตุผล" in page.content.decode()
    page = client.post(url(lost), {"reason": "ก" * 2_001})
    assert page.status_code == 422
    assert "ก" * 2_001 in page.content.decode()
    assert Authenticator.objects.count() == 2


def test_the_one_who_does_it_proves_who_they_are(cast, lost, settings):
    client = signed_in(cast.coordinator)
    session = client.session
    session[step_up.PROVEN] -= 3600
    session.save()
    page = client.post(url(lost), {"reason": WHY})
    assert page.status_code == 403
    assert WHY in page.content.decode()
    assert Authenticator.objects.count() == 2


def test_the_next_sign_in_of_a_duty_that_must_have_one_sets_it_up_first(cast, settings):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    give_factor(cast.office_head)
    lost_factor.take_away(cast.office_head, by=cast.director, at=NOW, reason=WHY)
    assert signed_in(cast.office_head).get("/").url == SETUP


def test_the_session_that_had_shown_it_is_gone_with_it(cast, lost, settings):
    """A mark of the factor in a kept session would let its holder on."""
    settings.KPI_REQUIRE_SECOND_FACTOR, settings.KPI_SECOND_FACTOR_ROLES = True, ["collector"]
    assert inside(lost.places[0])
    lost_factor.take_away(lost, by=cast.coordinator, at=NOW, reason=WHY)
    assert lost.places[0].get("/").url.startswith("/accounts/login/")


def test_two_at_once_one_is_told_it_is_done(cast, lost):
    gate, told = threading.Barrier(2), []

    def one(by):
        gate.wait()
        try:
            told.append(len(lost_factor.take_away(lost, by=by, at=NOW, reason=WHY)))
        except Stale as clash:
            told.append(clash.text)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[by]) for by in (cast.coordinator, cast.office_head)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told, key=str) == [2, "ไม่มีการยืนยันขั้นที่สองให้ล้างแล้ว"]
    assert OutgoingMail.objects.filter(to_user=lost).count() == 1


def test_a_stranger_is_led_to_the_sign_in_page(cast, lost):
    assert Client().get(url(lost)).url.startswith("/accounts/login/")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_in_a_browser(live_server, cast, lost, size):
    with chromium() as browser:
        page = open_page(browser, size=size)
        found = complaints(page)
        sign_in(page, live_server.url, cast.coordinator)
        page.goto(live_server.url + url(lost))
        looked_at(page, "lost-factor")
        page.fill("[name=reason]", WHY)
        page.click("main .btn-danger")
        page.wait_for_selector("text=แจ้งเจ้าตัวทางอีเมลแล้ว")
        looked_at(page, "lost-factor-done")
        assert found == []
        other = open_page(browser, size=size)
        other.goto(live_server.url)
        typed(other, login=lost.email, password=PASSWORD)
        assert other.url == f"{live_server.url}/"
