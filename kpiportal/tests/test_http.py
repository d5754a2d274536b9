"""Refusals, fragments and headers: the right status, in Thai, whole to a browser and beside the button to htmx."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from kpiportal import http
from kpiportal.workflow import Blocker, NotReady, Stale

HTMX = {"HTTP_HX_REQUEST": "true"}
RAISES = {
    "bad": SuspiciousOperation("forged"),
    "big": RequestDataTooBig("too much"),
    "forbidden": PermissionDenied(),
    "missing": Http404("no such row"),
    "stale": Stale("นางวิไล คำแก้ว แก้ไขเรื่องนี้ไปแล้ว"),
    "unready": NotReady([Blocker("น้ำหนักรวมได้ 97.50 ต้องเท่ากับ 100", url="/fix/"), Blocker("ยังไม่มีเจ้าภาพ")]),
    "broken": RuntimeError("a bug"),
    "outage": OperationalError("the server closed the connection"),
}


@login_not_required
def raising(request, what):
    raise RAISES[what]


@login_not_required
def slow_down(request):
    return http.handler429(request)


@login_not_required
def part(request):
    return http.page_or_fragment(request, "409.html", "heading", {})


def closed(request):
    return HttpResponse("only for those signed in")


@login_not_required
@require_POST
def post_only(request):
    return HttpResponse("taken")


@login_not_required
def own_cache(request):
    return HttpResponse("map", headers={"Cache-Control": "public, max-age=60"})


urlpatterns = [
    path("probe/raise/<slug:what>/", raising),
    path("probe/slow-down/", slow_down),
    path("probe/part/", part),
    path("probe/closed/", closed),
    path("probe/post-only/", post_only),
    path("probe/own-cache/", own_cache),
    path("", include("kpiportal.urls")),
]
handler400, handler403, handler404, handler500 = (
    "kpiportal.http.handler400",
    "kpiportal.http.handler403",
    "kpiportal.http.handler404",
    "kpiportal.http.handler500",
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = [
    ("/probe/raise/bad/", 400, "คำขอนี้อ่านไม่ได้"),
    ("/probe/raise/forbidden/", 403, "ท่านไม่มีสิทธิทำรายการนี้"),
    ("/probe/raise/missing/", 404, "ไม่พบหน้านี้"),
    ("/no/such/address/", 404, "ไม่พบหน้านี้"),
    ("/probe/post-only/", 405, "เปิดที่อยู่นี้โดยตรงไม่ได้"),
    ("/probe/raise/stale/", 409, "มีผู้อื่นดำเนินการไปก่อนแล้ว"),
    ("/probe/raise/big/", 413, "ข้อมูลที่ส่งมาใหญ่เกินกำหนด"),
    ("/probe/raise/unready/", 422, "ยังดำเนินการไม่ได้"),
    ("/probe/slow-down/", 429, "ลองบ่อยเกินไป"),
]


class _Words(HTMLParser):
    """The text a person reads, without scripts and styles."""

    def __init__(self):
        super().__init__()
        self.words, self._silent = [], 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)


def text_of(response) -> str:
    reader = _Words()
    reader.feed(response.content.decode())
    return " ".join(" ".join(reader.words).split())


def assert_thai(text: str) -> None:
    """Two Latin words in a row are an English sentence that slipped through."""
    assert re.search(r"[ก-๙]", text)
    assert re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,})+", text) == []


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(("address", "status", "heading"), REFUSALS)
def test_refusal_to_a_browser_is_a_thai_page(visitor, address, status, heading):
    response = visitor.get(address)
    assert response.status_code == status
    text = text_of(response)
    assert heading in text
    assert_thai(text)
    assert "data-refusal" in response.content.decode()


@pytest.mark.parametrize(("address", "status", "heading"), REFUSALS)
def test_refusal_to_htmx_is_a_box_beside_what_was_pressed(visitor, address, status, heading):
    response = visitor.get(address, **HTMX)
    assert response.status_code == status
    assert (response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"]) == ("this", "afterend", "unset")
    assert "HX-Request" in response["Vary"]
    body = response.content.decode()
    assert heading in body
    assert "<html" not in body
    assert_thai(text_of(response))


def test_refusals_say_what_stands_in_the_way(visitor):
    for headers in ({}, HTMX):
        body = visitor.get("/probe/raise/unready/", **headers).content.decode()
        assert '<a href="/fix/">น้ำหนักรวมได้ 97.50 ต้องเท่ากับ 100</a>' in body
        assert "ยังไม่มีเจ้าภาพ" in body
        assert "นางวิไล คำแก้ว แก้ไขเรื่องนี้ไปแล้ว" in visitor.get("/probe/raise/stale/", **headers).content.decode()


@pytest.mark.parametrize(("what", "status", "heading"), [("broken", 500, "ระบบขัดข้อง"), ("outage", 503, "ระบบปิดชั่วคราว")])
def test_breakdown_sends_the_file_as_it_is(visitor, what, status, heading):
    response = visitor.get(f"/probe/raise/{what}/")
    assert response.status_code == status
    page = (settings.BASE_DIR / "templates" / f"{status}.html").read_bytes()
    assert response.content == page
    assert not re.search(rb"\{[%{#]", page), "it must need no template engine"
    assert heading in text_of(response)
    assert_thai(text_of(response))
    assert response.get("Retry-After") == {500: None, 503: "60"}[status]


@pytest.mark.parametrize(("what", "status"), [("broken", 500), ("outage", 503)])
def test_breakdown_told_to_htmx_keeps_the_page(visitor, what, status):
    response = visitor.get(f"/probe/raise/{what}/", **HTMX)
    assert response.status_code == status
    assert response["HX-Retarget"] == "this"
    assert "<html" not in response.content.decode()
    assert_thai(text_of(response))


def test_forged_form_gets_a_thai_page(client):
    from django.test import Client  # noqa: PLC0415 -- a second kind of client, here only

    strict = Client(enforce_csrf_checks=True)
    for headers, words in (({}, "แบบฟอร์มนี้หมดอายุแล้ว"), (HTMX, "แบบฟอร์มนี้หมดอายุแล้ว")):
        response = strict.post("/probe/post-only/", **headers)
        assert response.status_code == 403
        assert words in text_of(response)
        assert_thai(text_of(response))


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/meetings/new/?a=1", 'href="http://testserver/meetings/new/?a=1">เปิดหน้าเดิมใหม่</a>'),
        ("https://evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_form_that_came_too_late_is_offered_its_page_again(page, back):
    from django.test import Client  # noqa: PLC0415 -- a second kind of client, here only

    answer = Client(enforce_csrf_checks=True).post("/probe/post-only/", HTTP_REFERER=page).content.decode()
    assert back in answer
    assert ("เปิดหน้าเดิมใหม่</a>" in answer) is bool(back)
    assert "evil" not in answer
    assert "javascript" not in answer


def test_fragment_to_htmx_page_to_everybody_else(client):
    whole, fragment = client.get("/probe/part/"), client.get("/probe/part/", **HTMX)
    assert "<html" in whole.content.decode()
    assert fragment.content.decode() == "มีผู้อื่นดำเนินการไปก่อนแล้ว"
    for response in (whole, fragment):
        assert "HX-Request" in response["Vary"]
    for want_whole in ({"HTTP_HX_BOOSTED": "true"}, {"HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}):
        assert "<html" in client.get("/probe/part/", **HTMX, **want_whole).content.decode()


def test_lost_session_is_a_box_to_htmx_and_the_login_page_to_a_browser(client):
    box = client.get("/probe/closed/", **HTMX)
    assert box.status_code == 401
    assert "data-session-lost" in box.content.decode()
    assert_thai(text_of(box))
    page = client.get("/probe/closed/")
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/probe/closed/")


@pytest.mark.parametrize(
    ("referer", "next_page"),
    [
        ("http://testserver/reporting/cards/5/", "/reporting/cards/5/"),
        ("http://elsewhere.example/trap/", "/"),
        ("", "/"),
    ],
)
def test_form_sent_after_the_session_leads_back_to_its_page(client, referer, next_page):
    response = client.post("/probe/closed/", HTTP_REFERER=referer)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={next_page}")


def test_every_answer_carries_the_headers(visitor):
    for address in ("/accounts/login/", "/probe/closed/", "/no/such/address/", "/probe/raise/broken/"):
        headers = visitor.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_a_view_may_say_itself_how_long_it_keeps(client):
    assert client.get("/probe/own-cache/")["Cache-Control"] == "public, max-age=60"


def test_method_refusal_still_names_the_methods(client):
    assert client.get("/probe/post-only/")["Allow"] == "POST"
