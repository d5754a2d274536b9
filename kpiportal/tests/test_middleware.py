"""Who is calling: the proxy is believed, a caller who writes the proxy's headers is not."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kpiportal import audit, middleware

SERVER_MODE = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "kpiportal.settings.prod",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://kpi@127.0.0.1/kpi",
    "REDIS_URL": "redis://127.0.0.1/0",
    "KPI_BEHIND_PROXY": "0",  # a developer's .env must not answer for the defaults
}
UNIX_SOCKET = ""  # what gunicorn says of a caller without an address


@pytest.fixture(autouse=True)
def behind_a_proxy(settings):
    settings.KPI_TRUSTED_PROXIES = ["10.0.0.5", "10.9.0.0/24", "fd00::5"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.MIDDLEWARE = ["kpiportal.middleware.forwarded", *settings.MIDDLEWARE]


def seen(sender, **headers):
    """(address, is it HTTPS) as the rest of the portal sees a request from `sender` with these headers."""
    facts = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    request = RequestFactory().get("/", REMOTE_ADDR=sender, **facts)
    middleware.forwarded(lambda request: HttpResponse())(request)
    return request.META["REMOTE_ADDR"], request.is_secure()


@pytest.mark.parametrize("proxy", [UNIX_SOCKET, "10.0.0.5", "10.9.0.77", "::ffff:10.0.0.5", "fd00::5"])
@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first entry came from the caller
        ("10.0.0.5, 203.0.113.9", "203.0.113.9"),  # who claims to be the proxy is no proxy
    ],
)
def test_the_proxy_tells_who_calls(proxy, told, address):
    assert seen(proxy, x_forwarded_for=told, x_forwarded_proto="https") == (address, True)


@pytest.mark.parametrize(
    "told", ["", "unknown", "203.0.113.9:443", "203.0.113.9,", "fe80::1%eth0", "<script>", "1" * 999]
)
def test_what_is_no_address_changes_nothing(told):
    assert seen("10.0.0.5", x_forwarded_for=told) == ("10.0.0.5", False)


@pytest.mark.parametrize("stranger", ["203.0.113.66", "10.0.0.6", "10.8.0.1", "127.0.0.1", "2001:db8::66"])
def test_a_stranger_who_writes_the_headers_is_not_believed(stranger):
    assert seen(stranger, x_forwarded_for="10.0.0.5", x_forwarded_proto="https") == (stranger, False)


def test_without_a_list_only_the_unix_socket_is_the_proxy(settings):
    settings.KPI_TRUSTED_PROXIES = []
    assert seen(UNIX_SOCKET, x_forwarded_for="203.0.113.9") == ("203.0.113.9", False)
    assert seen("127.0.0.1", x_forwarded_for="203.0.113.9") == ("127.0.0.1", False)


def test_no_later_reader_finds_the_header():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.9")
    middleware.forwarded(lambda request: HttpResponse())(request)
    assert "x-forwarded-for" not in request.headers


def test_a_list_with_a_name_in_it_is_refused(settings):
    settings.KPI_TRUSTED_PROXIES = ["proxy.example"]
    with pytest.raises(ImproperlyConfigured, match=r"KPI_TRUSTED_PROXIES: 'proxy\.example'"):
        middleware.forwarded(lambda request: HttpResponse())


@pytest.mark.parametrize(("sender", "address"), [("203.0.113.9", "203.0.113.9"), (UNIX_SOCKET, None)])
def test_the_trail_gets_the_address_and_forgets_it(sender, address):
    noted = []

    def answer(request):
        noted.append(audit.origin_address.get())
        return HttpResponse()

    middleware.origin(answer)(RequestFactory().get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR="198.51.100.1"))
    assert noted == [address]
    assert audit.origin_address.get() is None


@pytest.mark.django_db
def test_one_guesser_does_not_lock_the_others_behind_the_same_proxy_out(settings):
    """The throttle of sign-in counts per caller, not per proxy."""
    settings.KPI_THROTTLE = True

    def tried(caller, **forged):
        facts = {"login": "nobody@example.go.th", "password": "ผิด"}
        headers = {"HTTP_X_FORWARDED_FOR": caller, **forged}
        return Client().post("/accounts/login/", facts, REMOTE_ADDR=UNIX_SOCKET, **headers).status_code

    assert [tried("198.51.100.1, 203.0.113.7") for _ in range(6)] == [422] * 5 + [429]
    assert tried("198.51.100.2, 203.0.113.7") == 429  # another invented first entry is still the same caller
    assert tried("203.0.113.8") == 422


def settings_of(**environment):
    """What a fresh process with these variables makes of server mode's settings."""
    code = "from django.conf import settings as s; print(s.MIDDLEWARE[0], getattr(s, 'KPI_TRUSTED_PROXIES', None))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**SERVER_MODE, **environment}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def test_server_mode_believes_nobody_unless_told():
    assert settings_of() == "kpiportal.http.AnswerHeaders None"
    told = settings_of(KPI_BEHIND_PROXY="1", KPI_TRUSTED_PROXIES="10.0.0.5,10.9.0.0/24")
    assert told == "kpiportal.middleware.forwarded ['10.0.0.5', '10.9.0.0/24']"


def test_server_mode_names_what_is_not_set():
    assert settings_of(SECRET_KEY="", REDIS_URL="").endswith(
        "โหมดเซิร์ฟเวอร์ยังไม่ได้ตั้งค่า SECRET_KEY, REDIS_URL (ตัวอย่างอยู่ใน .env.example)"
    )
    assert "ยังไม่ได้ตั้งค่า ALLOWED_HOSTS, DATABASE_URL (" in settings_of(ALLOWED_HOSTS="", DATABASE_URL="")
