"""Signing in from elsewhere, against a provider on this machine: real HTTP, real signatures, every lie refused."""

import base64
import time
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client

from kpiportal import step_up
from kpiportal.models import AuditEvent, User
from kpiportal.single_sign_on import NO_ACCOUNT, NOT_NOW, NOT_VERIFIED, OTHER_PERSON
from kpiportal.testing.oidc import CLIENT, SECRET, LocalProvider, question
from kpiportal.tests.test_second_factor import SETUP, code_at

pytestmark = pytest.mark.django_db(transaction=True)
START, LOGIN = "/accounts/sso/", "/accounts/login/"


@pytest.fixture
def provider(settings):
    with LocalProvider() as there:
        settings.KPI_SSO_ISSUER, settings.KPI_SSO_NAME = there.issuer, "ThaID"
        settings.KPI_SSO_CLIENT_ID, settings.KPI_SSO_CLIENT_SECRET = CLIENT, SECRET
        yield there


@pytest.fixture
def known(provider, cast):
    """The provider says, truly, that it is our collector."""
    provider.says = {"email": "Collector@Example.go.th", "email_verified": True}
    return cast.collector


def come(client=None, start=START):
    """The whole way of a browser: to the provider, and back to the portal."""
    client = client or Client()
    there = client.get(start)
    assert there.status_code == 302, there.content.decode()
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    client.answer = client.get(urlsplit(back)._replace(scheme="", netloc="").geturl())
    return client


def inside(client):
    return client.get("/").status_code == 200


def refused(client, reason):
    assert client.answer.status_code == 403
    assert reason in client.answer.content.decode()
    assert not inside(client)
    return True


def test_off_there_is_no_door_and_no_button(cast):
    assert Client().get(START).status_code == 404
    assert "ThaID" not in Client().get(LOGIN).content.decode()


def test_the_first_time_links_by_verified_address_and_then_the_number_counts(known, provider):
    assert 'href="/accounts/sso/">เข้าสู่ระบบด้วยThaID' in Client().get(LOGIN).content.decode()
    client = come()
    assert client.answer.url == "/"
    assert inside(client)
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.uid, link.extra_data) == (known, provider.issuer, "1-5099-00001", {})
    assert list(AuditEvent.objects.values_list("verb", "actor")) == [("people.sign_on_linked", known.pk)]
    provider.says = {}  # no address any more, or another one: it is the same number
    assert inside(come())
    assert SocialAccount.objects.count() == 1


def test_what_the_portal_asks(known):
    asked = question(Client().get(START + "?scope=admin&auth_params=prompt%3Dnone&process=connect&action=x").url)
    assert asked["scope"] in ("openid email", "email openid")
    assert {"prompt", "process"} & asked.keys() == set()
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "http://testserver/accounts/sso/return/"
    assert len(asked["nonce"]) == 32
    assert len(asked["state"]) > 8


def test_the_way_leads_back_to_the_page_wanted_and_nowhere_else(known):
    assert come(start=START + "?next=/agreements/").answer.url == "/agreements/"
    assert come(start=START + "?next=https://evil.example/").answer.url == "/"


HOUR = 3600
LIES = {
    "issuer": {"iss": "https://evil.example"},
    "meant for another": {"aud": "another-client"},
    "meant for several, asked by another": {"aud": [CLIENT, "another-client"], "azp": "another-client"},
    "asked by another": {"azp": "another-client"},
    "another question": {"nonce": "x" * 32},
    "over": {"exp": int(time.time()) - HOUR},
    "from the future": {"iat": int(time.time()) + HOUR, "exp": int(time.time()) + 2 * HOUR},
    "nobody": {"sub": ""},
    "a number for a name": {"sub": 7},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_with_a_lie_is_refused(known, provider, lie):
    provider.says |= LIES[lie]
    assert refused(come(), NOT_NOW)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_token_with_a_gap_is_refused(known, provider, name):
    provider.leaves_out = {name}
    assert refused(come(), NOT_NOW)


def test_a_lie_is_refused_to_somebody_linked_as_well(known, provider):
    come()
    provider.says = {"nonce": "x" * 32}
    assert refused(come(), NOT_NOW)


def test_another_s_signature_is_refused(known, provider):
    provider.signed_by = provider.keys[1]
    assert refused(come(), NOT_NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_signature_and_one_with_the_public_key_are_refused(known, provider, algorithm):
    """HS256 keyed with the public key in the set: what a reader that trusts the token's own word falls for."""
    provider.algorithm = algorithm
    provider.signed_by = None if algorithm == "none" else base64.b64encode(b"whatever stands in the set, 32 bytes")
    assert refused(come(), NOT_NOW)


@pytest.mark.parametrize("answer", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}])
def test_an_unverified_address_takes_nothing_over(known, provider, answer):
    provider.says |= answer
    assert refused(come(), NOT_VERIFIED)
    provider.leaves_out = {"email_verified"}
    assert refused(come(), NOT_VERIFIED)
    assert not SocialAccount.objects.exists()


def test_nobody_is_made(known, provider):
    people = User.objects.count()
    provider.says["email"] = "stranger@example.go.th"
    assert refused(come(), NO_ACCOUNT)
    assert User.objects.count() == people


def test_a_disabled_person_stays_out_and_reads_what_a_stranger_reads(known, provider):
    known.is_active = False
    known.save()
    assert refused(come(), NO_ACCOUNT)


def test_a_linked_person_disabled_later_stays_out(known, provider):
    come()
    known.is_active = False
    known.save()
    client = come()
    assert client.answer.url == "/accounts/inactive/"
    assert not inside(client)


def test_a_mailbox_handed_on_opens_nothing(known, provider):
    come()
    provider.says["sub"] = "1-5099-00002"
    assert refused(come(), OTHER_PERSON)
    assert SocialAccount.objects.count() == 1


def test_the_address_may_stand_in_userinfo_under_the_same_number(known, provider):
    provider.userinfo = {"sub": "1-5099-00001", **provider.says}
    provider.says = {}
    assert inside(come())


def test_userinfo_of_another_is_refused(known, provider):
    provider.userinfo = {"sub": "1-5099-00009", **provider.says}
    provider.says = {}
    assert refused(come(), NOT_NOW)


def with_app(person):
    TOTP.activate(person, base64.b32encode(b"12345678901234567890").decode())
    return base64.b32encode(b"12345678901234567890").decode()


def test_the_second_factor_is_still_asked_for(known):
    secret = with_app(known)
    client = come()
    assert client.answer.url == "/accounts/security/code/"
    assert not inside(client)
    assert client.post("/accounts/security/code/", {"code": code_at(secret, time.time())}).url == "/"
    assert inside(client)
    assert step_up.PROVEN in client.session


@pytest.mark.parametrize("claim", [{"acr": "https://thaid/ial2.3"}, {"amr": ["pwd", "otp"]}])
def test_unless_the_provider_asked_for_one_in_the_words_agreed(known, provider, settings, claim):
    with_app(known)
    provider.says |= claim
    assert come().answer.url == "/accounts/security/code/"  # strong there, but nobody agreed on these words
    settings.KPI_SSO_STRONG_ACR, settings.KPI_SSO_STRONG_AMR = ["https://thaid/ial2.3"], ["otp"]
    assert inside(come())
    provider.says |= {"acr": "weak", "amr": "otp"}
    assert come().answer.url == "/accounts/security/code/"


def test_a_duty_that_asks_for_a_factor_still_does(provider, cast, settings):
    settings.KPI_REQUIRE_SECOND_FACTOR = True
    provider.says = {"email": cast.coordinator.email, "email_verified": True}
    assert come().get("/").url == SETUP
    settings.KPI_SSO_STRONG_AMR, provider.says["amr"] = ["fido"], ["fido"]
    assert inside(come())


def test_coming_from_elsewhere_is_no_proof_for_a_binding_deed(known):
    """The sign-in over there may have been this morning's, unasked."""
    client = come()
    assert inside(client)
    assert step_up.PROVEN not in client.session


def test_a_code_is_good_once_and_only_in_the_browser_that_asked(known, provider):
    client = Client()
    there = client.get(START).url
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    path = urlsplit(back)._replace(scheme="", netloc="").geturl()
    stranger = Client()
    stranger.answer = stranger.get(path)
    assert refused(stranger, NOT_NOW)
    assert client.get(path).url == "/"
    again = Client()
    again.answer = again.get(path)
    assert refused(again, NOT_NOW)


def test_somebody_who_turns_back_over_there_is_told_kindly(known):
    client = Client()
    state = question(client.get(START).url)["state"]
    client.answer = client.get(f"/accounts/sso/return/?error=access_denied&state={state}")
    assert refused(client, NOT_NOW)


def test_a_provider_that_is_down_costs_a_sentence(known, provider):
    provider.down = True
    client = Client()
    client.answer = client.get(START)
    assert refused(client, NOT_NOW)


def test_a_provider_that_calls_itself_something_else_is_not_ours(known, provider, settings):
    settings.KPI_SSO_ISSUER = provider.issuer.replace("127.0.0.1", "localhost")
    client = Client()
    client.answer = client.get(START)
    assert refused(client, NOT_NOW)


def test_a_half_configured_provider_stops_every_command(settings):
    settings.KPI_SSO_ISSUER = "https://sso.example.go.th"
    with pytest.raises(CommandError, match="KPI_SSO_CLIENT_ID, KPI_SSO_CLIENT_SECRET"):
        call_command("check")
    settings.KPI_SSO_CLIENT_ID, settings.KPI_SSO_CLIENT_SECRET = CLIENT, SECRET
    call_command("check")
    settings.KPI_SSO_ISSUER = "http://sso.example.go.th"
    with pytest.raises(CommandError, match="https"):
        call_command("check")


def test_the_local_provider_signs_as_it_says(provider):
    """The proof's own proof: its token is read with the key it publishes."""
    jwk = requests.get(f"{provider.issuer}/keys", timeout=5).json()["keys"][0]
    token = jwt.encode({"a": 1}, provider.keys[0], "RS256")
    assert jwt.decode(token, jwt.PyJWK(jwk).key, ["RS256"]) == {"a": 1}
