"""Answers to the browser: full page or htmx fragment, refusals in Thai, and the headers of every response.

A refusal to htmx is a small box placed after the element that sent the request (HX-Retarget: this), so what was typed
stays on the page; a refusal to a browser is a page. Both take their text from templates/<status>.html.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis.exceptions
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from kpiportal.workflow import Blocker, NotReady, Stale

_TEMPLATES = settings.BASE_DIR / "templates"
# Read once and sent as they are: they must work when the database, the templates or the settings do not.
_SERVER_ERROR = (_TEMPLATES / "500.html").read_bytes()
_UNAVAILABLE = (_TEMPLATES / "503.html").read_bytes()
_OUTAGES = (OperationalError, InterfaceError, redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
_SERVER_ERROR_FRAGMENT = (
    '<div class="notice error request-error" role="alert"><div><b>ระบบขัดข้อง</b> ยังไม่ได้บันทึก '
    "ข้อความที่พิมพ์ไว้ยังอยู่ในหน้านี้ กรุณารอสักครู่แล้วลองอีกครั้ง</div></div>"
)
# Of every answer, unless a view or a middleware nearer to it says otherwise.
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()"
    ),
}
# A refusal to htmx lands after the element that asked; hx-select of that element must not filter it away.
BESIDE = {"HX-Retarget": "this", "HX-Reswap": "afterend", "HX-Reselect": "unset"}


def wants_fragment(request: HttpRequest) -> bool:
    """htmx asks for a part; a boosted link or a restored history page wants the whole.

    Reads the header itself: an error may be answered before any middleware has run.
    """
    headers = request.headers
    return headers.get("HX-Request") == "true" and not (
        headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    )


def page_or_fragment(
    request: HttpRequest, template: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """`template` to a browser, `template#fragment` (a partialdef in it) to htmx; caches are told they differ."""
    name = f"{template}#{fragment}" if wants_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def refuse(
    request: HttpRequest,
    status: int,
    *,
    template: str = "",
    reason: str = "",
    blockers: Iterable[Blocker | str] = (),
    **more: Any,
) -> HttpResponse:
    """A refusal in Thai: the page templates/<status>.html, or its words in a box for htmx.

    reason: one sentence of this very case, first. blockers: what stands in the way, one sentence each, shown as a
    list. template: another page with the partials `heading` and `text`, which may use `more`.
    """
    template = template or f"{status}.html"
    context = {"status": status, "reason": reason, "blockers": list(blockers), **more}
    if not wants_fragment(request):
        response = render(request, template, context, status=status)
    else:
        words = {part: render_to_string(f"{template}#{part}", context, request) for part in ("heading", "text")}
        box = render_to_string("components/request_error.html", {**context, **words}, request)
        response = HttpResponse(box, status=status, headers=BESIDE)
    patch_vary_headers(response, ["HX-Request"])
    return response


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """409: somebody went first. For pages that cannot show themselves again with a sentence."""
    return refuse(request, 409, reason=reason)


def not_ready(request: HttpRequest, blockers: Iterable[Blocker | str]) -> HttpResponse:
    """422: right person, right moment, something is missing; the sentences say what."""
    return refuse(request, 422, blockers=blockers)


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 403)


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 404)


def handler429(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many tries: `handler429` of the root URLconf, which allauth looks up."""
    return refuse(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form opened before signing in again, or sent from elsewhere. `reason` is English and stays in the log.

    The page it stood on is offered again: there the browser gives back what was typed.
    """
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}) and page.startswith("http")
    return refuse(request, 403, template="403_csrf.html", back=page if ours else "")


def handler500(request: HttpRequest) -> HttpResponse:
    """No template, no context, no database. A store that does not answer is 503: come back soon, nothing is broken.

    Django calls this while handling the exception, so it can still be seen here; it is already in the log.
    """
    outage = isinstance(sys.exc_info()[1], _OUTAGES)
    status, page = (503, _UNAVAILABLE) if outage else (500, _SERVER_ERROR)
    if wants_fragment(request):
        response = HttpResponse(_SERVER_ERROR_FRAGMENT, status=status, headers=BESIDE)
    else:
        response = HttpResponse(page, status=status)
    if outage:
        response["Retry-After"] = "60"
    return response


class RefusalMiddleware:
    """A view that forgets to catch the engine's refusals still answers 409 or 422 in Thai, never 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Stale):
            return stale(request, exception.text)
        if isinstance(exception, NotReady):
            return not_ready(request, exception.blockers)
        return None


class AnswerHeaders:
    """Headers of every answer. The outermost middleware: what any other answers by itself passes here too.

    Nothing that passes through Django is kept by a browser or proxy unless the view says so itself: pages are personal,
    and a shared machine's back button must not show the last person's work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        # django-csp's text of the one policy all pages share; its own middleware puts it together for every answer.
        self.headers = {**_HEADERS, "Content-Security-Policy": build_policy()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class PlainWords:
    """What Django and its libraries answer without a word of Thai: an expired session told to htmx as a box instead of
    a login page in a table cell, and an address that may not be opened like this as a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if self._sent_to_sign_in(request, response):
            response = self._sign_in_first(request, response)
        elif response.status_code == 405 and "text/html" in response.headers.get("Content-Type", ""):
            allowed = response.headers.get("Allow", "")
            response = refuse(request, 405)
            response["Allow"] = allowed
        return response

    @staticmethod
    def _sign_in_first(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """htmx gets a box; a form sent after the session ended leads back to its page, not to where it posts."""
        if wants_fragment(request):
            return refuse(request, 401)
        if request.method in ("GET", "HEAD"):
            return response
        came_from = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        back = urlsplit(came_from).path if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
        # The same answer, led elsewhere: its cookies carry the sentence that says why.
        response.headers["Location"] = redirect_to_login(back).headers["Location"]
        return response

    @staticmethod
    def _sent_to_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
        """The redirect of LoginRequiredMiddleware: to the login page, and back to this very address."""
        if response.status_code != 302:
            return False
        target = urlsplit(response.headers["Location"])
        back = parse_qs(target.query).get(REDIRECT_FIELD_NAME)
        return target.path == resolve_url(settings.LOGIN_URL) and back == [request.get_full_path()]
