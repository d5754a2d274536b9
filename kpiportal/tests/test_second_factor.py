"""The second factor: who must have one, that nothing opens before it, that a code is good once. Real requests."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as live_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from kpiportal import step_up
from kpiportal.models import Role
from kpiportal.second_factor import spend_code
from kpiportal.testing.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
SETUP, HOME = "/accounts/security/app/on/", "/"
MUST = ("negotiator", "evaluator", "director", "coordinator", "office_head", "operator")
NEED_NOT = ("collector", "overseer", "governor", "viewer")


def code_at(secret: str, moment: float) -> str:
    """RFC 6238 by hand: six digits of the half minute of `moment`."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_the_code_of_the_rfc():
    """RFC 6238 appendix B, SHA-1, second 59: 94287082, the last six of it."""
    assert code_at(base64.b32encode(b"12345678901234567890").decode(), 59) == "287082"


@pytest.fixture
def asked(settings):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    return settings


def signed_in(person, password=PASSWORD):
    """A browser that typed mail and password."""
    client = Client()
    client.answer = client.post(reverse("account_login"), {"login": person.email, "password": password})
    return client


def proved(client):
    """The password once more: asked before anything that changes how one signs in, when it was typed a while ago."""
    session = client.session
    session[step_up.PROVEN] -= 601
    session.save()
    assert client.get(SETUP).url == f"/accounts/reauthenticate/?next={SETUP.replace('/', '%2F')}"
    assert client.post(f"/accounts/reauthenticate/?next={SETUP}", {"password": PASSWORD}).url == SETUP
    return client


def with_factor(person):
    """(browser signed in, secret, recovery codes seen): the set-up as a person does it."""
    client = signed_in(person)
    page = client.get(SETUP)
    secret = page.context["form"].secret
    assert client.post(SETUP, {"code": code_at(secret, time.time())}).status_code == 302
    return client, secret, client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]


def test_whoever_has_just_signed_in_is_not_asked_again_before_the_first_factor(asked, cast):
    """With the factor's first code they have shown it, too; the next one takes it away only after a new proof."""
    client, *_ = with_factor(cast.coordinator)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    other = signed_in(cast.coordinator)
    assert "_auth_user_id" not in other.session
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize("part", MUST)
def test_who_must_have_one_sets_it_up_first(asked, cast, part):
    client = signed_in(cast.people[part])
    for url in (HOME, "/agreements/", "/accounts/password/change/"):
        answer = client.get(url)
        assert (answer.status_code, answer.url) == (302, SETUP), url
    assert proved(client).get(SETUP).status_code == 200
    assert client.get("/healthz/live").status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


@pytest.mark.parametrize("part", NEED_NOT)
def test_the_others_need_not(asked, cast, part):
    assert signed_in(cast.people[part]).get(HOME).status_code == 200


def test_the_roles_are_a_setting(asked, cast):
    asked.KPI_SECOND_FACTOR_ROLES = ["collector"]
    assert signed_in(cast.collector).get(HOME).url == SETUP
    assert signed_in(cast.coordinator).get(HOME).status_code == 200


def test_the_roles_of_a_fresh_portal():
    assert set(live_settings.KPI_SECOND_FACTOR_ROLES) == set(MUST)
    assert set(MUST) <= set(Role.values)


def test_htmx_is_led_there_by_the_whole_page(asked, cast):
    answer = signed_in(cast.coordinator).get(HOME, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, SETUP)


def test_set_up_once_and_asked_each_time(asked, cast):
    client, secret, recovery = with_factor(cast.coordinator)
    assert len(recovery) == 10
    assert client.get(HOME).status_code == 200

    later = signed_in(cast.coordinator)
    assert later.answer.url == reverse("mfa_authenticate")
    assert later.get(HOME).url.startswith("/accounts/login/")  # the password alone opens nothing
    page = later.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert page.status_code == 422
    assert "รหัสไม่ถูกต้อง หมดเวลา หรือใช้ไปแล้ว" in page.content.decode()
    following = code_at(secret, time.time() + 30)  # tolerated: this phone is half a minute ahead
    assert later.post(reverse("mfa_authenticate"), {"code": following}).url == HOME
    assert later.get(HOME).status_code == 200


def test_a_code_is_good_once_even_without_the_cache(asked, cast):
    """The code of the set-up and the code of the first sign-in are both spent; no Redis is needed to know it."""
    _, secret, _ = with_factor(cast.coordinator)
    now = time.time()
    asked.CACHES = {"default": {**asked.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    code = code_at(secret, now + 30)
    first, second = signed_in(cast.coordinator), signed_in(cast.coordinator)
    assert first.post(reverse("mfa_authenticate"), {"code": code_at(secret, now)}).status_code == 422
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422
    assert second.get(HOME).status_code == 302


def test_an_earlier_step_is_spent_with_a_later_one(cast):
    _, secret, _ = with_factor(cast.coordinator)
    factor = Authenticator.objects.get(user=cast.coordinator, type="totp")
    now = time.time()
    assert spend_code(factor, code_at(secret, now + 30))
    assert not spend_code(factor, code_at(secret, now + 30))
    assert not spend_code(factor, code_at(secret, now))
    assert not spend_code(factor, "12")


def test_a_recovery_code_is_good_once(asked, cast):
    _, _, recovery = with_factor(cast.coordinator)
    first, second = signed_in(cast.coordinator), signed_in(cast.coordinator)
    assert first.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 302
    assert first.get(HOME).status_code == 200
    assert second.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 422
    assert second.post(reverse("mfa_authenticate"), {"code": recovery[1]}).status_code == 302


def test_recovery_codes_are_shown_once(cast):
    client, _, recovery = with_factor(cast.coordinator)
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(code in again for code in recovery)
    assert "เหลือ 10 จาก 10 รหัส" in again


def test_a_new_telephone_is_set_up_before_anything_else_opens(asked, cast):
    client, _, recovery = with_factor(cast.coordinator)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert client.get(HOME).url == SETUP
    secret = client.get(SETUP).context["form"].secret
    assert client.post(SETUP, {"code": code_at(secret, time.time())}).status_code == 302
    assert client.get(HOME).status_code == 200
    later = signed_in(cast.coordinator)
    assert later.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 422  # gone with the old one


def test_who_need_not_may_have_one_and_put_it_away(asked, cast):
    client, _, _ = with_factor(cast.collector)
    assert signed_in(cast.collector).answer.url == reverse("mfa_authenticate")
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=cast.collector).exists()
    assert signed_in(cast.collector).get(HOME).status_code == 200


def test_the_secret_is_sealed_in_the_database_and_survives_a_new_key(cast, settings):
    _, secret, _ = with_factor(cast.coordinator)
    factor = Authenticator.objects.get(user=cast.coordinator, type="totp")
    assert secret not in str(factor.data)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "ใหม่" * 20
    assert spend_code(factor, code_at(secret, time.time() + 30))


def test_a_new_password_does_not_replace_the_factor(asked, cast):
    with_factor(cast.coordinator)
    cast.coordinator.set_password("แม่น้ำปิงไหลลงใต้-91")
    cast.coordinator.save()
    assert signed_in(cast.coordinator, "แม่น้ำปิงไหลลงใต้-91").get(HOME).url.startswith("/accounts/login/")


def test_a_misspelt_role_stops_every_command(settings):
    settings.KPI_SECOND_FACTOR_ROLES = ["coordinator", "co-ordinator"]
    with pytest.raises(CommandError, match="names no role: co-ordinator"):
        call_command("check")


@pytest.mark.parametrize(("demo", "words"), [(True, "This demo asks nobody"), (False, "This portal asks nobody")])
def test_the_deployment_check_says_when_nobody_is_asked(settings, capsys, demo, words):
    settings.DEMO, settings.KPI_REQUIRE_SECOND_FACTOR = demo, False
    call_command("check", deploy=True)
    assert words in capsys.readouterr().err
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    call_command("check", deploy=True)
    assert "asks nobody" not in capsys.readouterr().err


def test_a_telephone_that_cannot_scan_itself_gets_a_link(cast):
    client = proved(signed_in(cast.collector))
    page = client.get(SETUP).content.decode()
    assert "ใช้โทรศัพท์เครื่องนี้ หรือสแกนไม่ได้" in page
    assert '<a href="otpauth://totp/' in page
