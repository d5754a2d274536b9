"""Passkeys: what is refused, over real requests; and the whole life of one in Chromium with a device of its own."""

import json
import secrets

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.passkeys import NOT_ADDED, REFUSED
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, press
from kpiportal.testing.people import PASSWORD
from kpiportal.tests.test_second_factor import proved, signed_in
from kpiportal.tests.test_sign_in_in_browser import looked_at, typed

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_IN, ADD = reverse("mfa_login_webauthn"), reverse("mfa_add_webauthn")
JUNK = [
    "",
    "1",
    "[]",
    "{}",
    "no json",
    '{"response": 1}',
    '{"response": {"userHandle": "MQ"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "!!"}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}}),
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_credential_is_refused_like_a_wrong_one(cast, junk):
    client = Client()
    asked = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()
    assert len(asked["request_options"]["publicKey"]["challenge"]) == 43
    answer = client.post(SIGN_IN, {"credential": junk})
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("junk", JUNK)
def test_nothing_is_added_from_junk(cast, junk):
    client = proved(signed_in(cast.coordinator))
    client.get(ADD)
    answer = client.post(ADD, {"name": "โน้ตบุ๊ก", "credential": junk})
    assert answer.status_code == 422
    assert NOT_ADDED in answer.content.decode()
    assert 'value="โน้ตบุ๊ก"' in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_junk_is_soon_not_looked_at(cast, settings):
    settings.KPI_THROTTLE = True
    client = Client(REMOTE_ADDR=f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}")
    codes = [client.post(SIGN_IN, {"credential": "1"}).status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]


def test_the_last_factor_of_a_duty_that_needs_one_is_not_removed_even_by_hand(cast, settings):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    client = proved(signed_in(cast.coordinator))
    one, two = (
        Authenticator.objects.create(user=cast.coordinator, type="webauthn", data={"name": name}) for name in "กข"
    )
    assert client.post(reverse("mfa_remove_webauthn", args=[one.pk])).status_code == 302
    answer = client.post(reverse("mfa_remove_webauthn", args=[two.pk]))
    assert answer.status_code == 409
    assert "“ข” เป็นวิธีสุดท้าย" in answer.content.decode()
    assert list(Authenticator.objects.all()) == [two]


def test_who_has_a_factor_does_not_change_it_by_password_alone(cast):
    """Nor by a link: the page of the password leads to the factor's, which offers the other factor."""
    client = signed_in(cast.collector)
    Authenticator.objects.create(user=cast.collector, type="webauthn", data={"name": "ก"})
    TOTP.activate(cast.collector, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    again = client.get(reverse("account_reauthenticate"))
    assert again.url == reverse("mfa_reauthenticate")
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).url == reverse("mfa_reauthenticate")
    page = client.get(reverse("mfa_reauthenticate")).content.decode()
    assert f'<a href="{reverse("mfa_reauthenticate_webauthn")}">ใช้พาสคีย์แทน</a>' in page
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 302


def test_nobody_removes_another_s(cast):
    other = Authenticator.objects.create(user=cast.overseer, type="webauthn", data={"name": "ก"})
    client = proved(signed_in(cast.collector))
    assert client.post(reverse("mfa_remove_webauthn", args=[other.pk])).status_code == 404
    assert Authenticator.objects.count() == 1


def test_a_visitor_without_a_script_is_led_to_the_form(cast):
    assert Client().get(SIGN_IN).url == reverse("account_login")


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def with_device(page):
    """A device that makes passkeys and asks for the finger; returns a switch: is the finger the right one."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda right: cdp.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": right})


def sign_out(page, server):
    page.goto(server + reverse("account_logout"))
    press(page, "main .btn-main")
    page.wait_for_url("**/accounts/login/**")


def add(page, server, name):
    page.goto(server + ADD)
    if "again" in page.url or "reauthenticate" in page.url:
        typed(page, password=PASSWORD)
    typed(page, name=name)
    page.wait_for_url("**/security/recovery/")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_life_of_a_passkey(browser, live_server, cast, settings, size):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    server, page = live_server.url, open_page(browser, size=size)
    found, finger = complaints(page), with_device(page)

    # Set up instead of the app on a phone.
    page.goto(server)
    typed(page, login=cast.coordinator.email, password=PASSWORD)
    press(page, "text=ใช้พาสคีย์ของเครื่องนี้แทน")
    looked_at(page, "passkey-add")
    finger(False)
    typed(page, leads=Page.click, name="โน้ตบุ๊กที่ทำงาน")
    page.wait_for_selector("text=ยกเลิกหรือหมดเวลา")
    looked_at(page, "passkey-cancelled")
    finger(True)
    press(page, "main .btn-main")
    page.wait_for_url("**/security/recovery/")
    expect(page.locator(".factor-list li")).to_have_count(10)
    page.goto(server + reverse("mfa_index"))
    assert "โน้ตบุ๊กที่ทำงาน" in page.inner_text(".device-list")
    looked_at(page, "passkey-index")

    # The last factor of a coordinator stays.
    press(page, ".device-list a")
    assert "เป็นวิธีสุดท้าย" in page.inner_text("main")
    looked_at(page, "passkey-last")
    key = Authenticator.objects.get(type="webauthn")
    assert page.request.post(server + reverse("mfa_remove_webauthn", args=[key.pk])).status == 403  # no token: CSRF

    # Alone it signs in: no password, no code.
    sign_out(page, server)
    looked_at(page, "passkey-sign-in")
    page.click("text=เข้าสู่ระบบด้วยพาสคีย์")
    page.wait_for_url(f"{server}/")
    # And it is the second factor after a password.
    sign_out(page, server)
    typed(page, login=cast.coordinator.email, password=PASSWORD)
    looked_at(page, "passkey-second")
    page.click("text=ใช้พาสคีย์")
    page.wait_for_url(f"{server}/")
    assert found == []
    verbs = AuditEvent.objects.filter(actor=cast.coordinator).values_list("verb", "data__name")
    assert list(verbs) == [("people.factor_added", "พาสคีย์ โน้ตบุ๊กที่ทำงาน")]
    mail = OutgoingMail.objects.get(to_user=cast.coordinator)
    assert "เพิ่มวิธียืนยันขั้นที่สอง: พาสคีย์ โน้ตบุ๊กที่ทำงาน" in mail.body


def test_one_put_away_opens_nothing_any_more(browser, live_server, cast):
    server, page = live_server.url, open_page(browser)
    with_device(page)
    page.goto(server)
    typed(page, login=cast.collector.email, password=PASSWORD)
    add(page, server, "โทรศัพท์")
    page.goto(server + reverse("mfa_index"))
    press(page, ".device-list a")
    looked_at(page, "passkey-remove")
    page.click("main .btn-danger")
    page.wait_for_url("**/accounts/security/")
    assert not Authenticator.objects.exists()
    sign_out(page, server)
    page.click("text=เข้าสู่ระบบด้วยพาสคีย์")
    page.wait_for_selector("text=ใช้พาสคีย์นี้ไม่ได้")
    looked_at(page, "passkey-refused")


def test_a_disabled_person_s_passkey_opens_nothing(browser, live_server, cast):
    server, page = live_server.url, open_page(browser)
    with_device(page)
    page.goto(server)
    typed(page, login=cast.collector.email, password=PASSWORD)
    add(page, server, "โทรศัพท์")
    sign_out(page, server)
    cast.collector.is_active = False
    cast.collector.save()
    page.click("text=เข้าสู่ระบบด้วยพาสคีย์")
    page.wait_for_url("**/accounts/inactive/")
    page.goto(server)
    assert "/accounts/login/" in page.url


def test_where_the_browser_cannot_the_button_is_not_there(browser, live_server, cast):
    """An address that is neither https nor a name: there are no passkeys there."""
    page = open_page(browser)
    page.goto(live_server.url.replace("localhost", "127.0.0.1"))
    page.evaluate("0")
    if page.evaluate("window.isSecureContext"):  # Chromium trusts loopback numbers, too; then pressing says why not
        page.click("text=เข้าสู่ระบบด้วยพาสคีย์")
        page.wait_for_selector("text=ที่อยู่เว็บนี้ใช้พาสคีย์ไม่ได้")
    else:
        assert not page.is_visible("text=เข้าสู่ระบบด้วยพาสคีย์")
