"""Headers and cookies of every answer the portal can give, in server mode (QUALITY S8)."""

from __future__ import annotations

import itertools
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from kpiportal.models import StoredFile, User
from kpiportal.testing.people import PASSWORD
from kpiportal.tests.matrix import table
from kpiportal.tests.security import crawl
from kpiportal.tests.test_http import RAISES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]
# kpiportal/settings/prod.py, typed by hand: the suite itself runs without HTTPS.
SERVER = {
    "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31_536_000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf", "ALLOWED_HOSTS": ["testserver"],
}  # fmt: skip
OUR_POLICY = {
    "default-src 'none'", "object-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
}  # fmt: skip
# A file is shown nowhere; a draft letter only in a tab of its own, by the browser's viewer and its styles.
FILE_POLICY = {"sandbox", "default-src 'none'"}
DRAFT_POLICY = {
    "default-src 'none'", "object-src 'self'", "style-src 'unsafe-inline'", "frame-ancestors 'none'",
    "base-uri 'none'", "form-action 'none'",
}  # fmt: skip
POLICIES = {"meetings:letter_preview": DRAFT_POLICY}
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), "
    "browsing-topics=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
ALSO = {
    "Content-Type", "Content-Length", "Content-Disposition", "Content-Language", "Content-Security-Policy", "Vary",
    "Location", "Allow", "Expires", "Last-Modified", "ETag", "Retry-After", "Cache-Control", "HX-Retarget", "HX-Reswap",
    "HX-Reselect", "HX-Redirect", "HX-Trigger", "HX-Push-Url", "HX-Refresh",
}  # fmt: skip
WHO = ("coordinator", "collector", "operator")


class Https(Client):
    """A browser that types https."""

    def generic(self, *args, **kwargs):
        return super().generic(*args, **{**kwargs, "secure": True})


@pytest.fixture(scope="module", autouse=True)
def as_on_a_server():
    with override_settings(**SERVER):
        yield


def faults(response, *, policies=(OUR_POLICY,), kept=False, https=True) -> list[str]:
    """Headers that are missing, other than they must be, or that nobody asked for; cookies without their marks."""
    headers = dict(response.headers)
    found = [
        f"{name}: {headers.get(name)!r}"
        for name, value in EXACT.items()
        if headers.get(name) != value and (https or name != "Strict-Transport-Security")
    ]
    policy = {rule.strip() for rule in headers.get("Content-Security-Policy", "").split(";")} - {""}
    if headers.get("Content-Disposition", "").startswith("attachment; "):
        policies = (*policies, FILE_POLICY)
    if policy not in policies:
        found.append(f"Content-Security-Policy: {sorted(policy)}")
    if not kept and "no-store" not in headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {headers.get('Cache-Control')!r}")
    found += [f"{name}: nobody asked for it" for name in headers.keys() - EXACT.keys() - ALSO]
    for cookie in response.cookies.values():
        marks = (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
        if not cookie.key.startswith("__Host-") or marks != (True, True, "Lax", "/", ""):
            found.append(f"Set-Cookie: {cookie.OutputString()}")
    return found


def policies_of(row):
    return (OUR_POLICY, POLICIES.get(row.name, OUR_POLICY))


@contextmanager
def taken_back():
    """What is done inside is undone at its end: rows of the matrix that make what they name, a press on sign-out."""
    kept = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(kept)


WAYS = (("get", {}), ("get", crawl.HTMX), ("post", {}), ("delete", {}))


@pytest.mark.slow
def test_every_address_answers_everybody_with_the_whole_set(tenants, figure):
    """GET and POST of every URL of the matrix, as three persons and a stranger, as a page and as a fragment; DELETE, as
    one person and a stranger."""
    wrong, asked, statuses = [], 0, set()
    for who in (*WHO, None):
        client = tenants.browser(tenants.cast.people[who] if who else None, kind=Https)
        client.raise_request_exception = False
        key = client.cookies.output(header="")
        for row, (method, more) in itertools.product(table.ROWS, WAYS):
            if method == "delete" and who not in (WHO[0], None):  # refused before anything looks who asks
                continue
            client.cookies.load(key)
            with taken_back():
                address = reverse(row.name, args=row.path(tenants.ours.place))
                response = getattr(client, method)(address, **more)
                response.getvalue()
            asked, statuses = asked + 1, statuses | {response.status_code}
            if response.status_code >= 500:
                wrong.append(f"{who} {method} {address} {response.status_code}")
            wrong += [f"{who} {method} {address} {response.status_code} {one}"
                      for one in faults(response, policies=policies_of(row))]  # fmt: skip
    codes = ", ".join(map(str, sorted(statuses)))
    figure("S8", f"headers and cookies of {asked:,} answers ({codes}): {len(wrong)} faults")
    assert wrong == [], "\n".join(wrong[:50])
    assert {200, 302, 401, 403, 404, 405, 422} <= statuses


STATUS = {"bad": 400, "forbidden": 403, "missing": 404, "stale": 409, "big": 413, "unready": 422, "broken": 500,
          "outage": 503}  # fmt: skip


@pytest.mark.urls("kpiportal.tests.test_http")
@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("what", [*RAISES, "slow-down"])
def test_refusals_and_breakdowns_have_the_whole_set(what, fragment):
    client = Https(raise_request_exception=False)
    address = "/probe/slow-down/" if what == "slow-down" else f"/probe/raise/{what}/"
    response = client.get(address, **(crawl.HTMX if fragment else {}))
    assert response.status_code == STATUS.get(what, 429)
    assert faults(response) == []


def test_what_is_answered_before_any_view_has_the_whole_set():
    """A host that is not ours, a redirect to HTTPS, a form without its token, a body over the limit."""
    typed = {"enforce_csrf_checks": True, "raise_request_exception": False}
    plain, client = Client(**typed), Https(**typed)
    strange = client.get("/", HTTP_HOST="elsewhere.example")
    assert (strange.status_code, faults(strange)) == (400, [])
    strange = plain.get("/", HTTP_HOST="elsewhere.example")
    assert (strange.status_code, faults(strange, https=False)) == (400, [])
    led = plain.get("/agreements/")
    assert (led.status_code, led["Location"]) == (301, "https://testserver/agreements/")
    assert faults(led, https=False) == []
    form = client.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert (form.status_code, faults(form)) == (403, [])
    big = Https(raise_request_exception=False).post("/accounts/login/", {"login": "x" * 3 * 2**20})
    assert (big.status_code, faults(big)) == (413, [])


@pytest.mark.parametrize(
    "name", ["css/tokens.css", "js/portal.js", "img/favicon.svg", "fonts/sarabun-thai-400.woff2", "no/such.css"]
)
def test_static_files_have_the_whole_set(name):
    response = Https(raise_request_exception=False).get(f"/static/{name}")
    assert response.status_code == (404 if "no/such" in name else 200)
    response.getvalue()
    assert faults(response, kept=True) == []


def test_signing_in_sets_marked_cookies_under_new_names(tenants):
    """The session's key is another one after signing in: one planted before is worth nothing (fixation)."""
    client, person = Https(), User.objects.get(pk=tenants.cast.collector.pk)
    response = client.get("/accounts/login/")
    assert faults(response) == []
    assert set(response.cookies) == {"__Host-csrf"}
    signed_in = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert signed_in.status_code == 302
    assert "__Host-session" in signed_in.cookies
    assert faults(signed_in) == []


# A mail program presses it for its reader (RFC 8058): the signed link in the address is what counts.
PRESSED_BY_MACHINES = {"reminding:stop"}


def test_every_form_is_refused_without_its_token(tenants):
    """CSRF by the middleware, not by each view: every URL of the matrix, as somebody who may and as a stranger."""
    wrong = []
    for who in ("coordinator", "collector", "negotiator", None):
        client = tenants.browser(tenants.cast.people[who] if who else None, kind=Https, enforce_csrf_checks=True)
        for row in table.ROWS:
            with taken_back():
                address, data = reverse(row.name, args=row.path(tenants.ours.place)), row.data(tenants.ours.place)
                response = client.post(address, data, HTTP_REFERER="https://testserver/")
            if response.status_code != 403 and row.name not in PRESSED_BY_MACHINES:
                wrong.append(f"{who} {address} {response.status_code}")
    assert wrong == [], "\n".join(wrong[:50])


def test_a_file_of_every_kind_is_an_attachment(tenants):
    """Whatever is in it, a browser saves it: it is never a page of the portal."""
    place, client = tenants.ours.place, tenants.browser(tenants.cast.coordinator, kind=Https)
    for name, pk in (("evidence_download", place.evidence.pk), ("letter_download", place.called_meeting.letter_id)):
        app = "reporting" if name.startswith("evidence") else "meetings"
        response = client.get(reverse(f"{app}:{name}", args=[pk]))
        assert response["Content-Disposition"].startswith("attachment; ")
        assert response.getvalue()
        assert faults(response, policies=[FILE_POLICY]) == []
    assert StoredFile.objects.exists()
