"""The page that asks for a fresh proof of identity in the middle of an action and then resumes the action.

The submitted form travels through the page as hidden fields, not through the session: two open tabs do not mix and
nothing is stored on the server. The proof is posted to the action's own URL together with those fields, so the action
runs there, once, in the same view under the same checks; a second click gets the engine's 409. Whoever has a second
factor must use it; the password alone is enough only for those who have none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from kpiportal import security_log, step_up
from kpiportal.http import BESIDE, wants_fragment
from kpiportal.models import SecurityLog
from kpiportal.passkeys import PasskeyAgainForm
from kpiportal.second_factor_forms import CodeAgainForm
from kpiportal.step_up import ProofNeeded
from kpiportal.throttle import AGAIN, guarded

PREFIX = "step_up-"  # of this page's own fields; everything else belongs to the action
PAGE = "account/step_up.html"
PLAIN = "application/x-www-form-urlencoded"
KINDS = {"password": ReauthenticateForm, "code": CodeAgainForm, "passkey": PasskeyAgainForm}


class StepUp:
    """Middleware: tells the actions of this request whether its person is proven; asks, checks the answer, resumes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = step_up.is_proven.set(lambda: step_up.is_fresh(request))
        try:
            return self.get_response(request)
        finally:
            step_up.is_proven.reset(token)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.method != "POST" or request.content_type != PLAIN or f"{PREFIX}kind" not in request.POST:
            return None
        if not request.user.is_authenticated:
            return None  # the session has ended meanwhile: LoginRequiredMiddleware leads to the sign-in page
        return _resumed(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return _ask(request, exception) if isinstance(exception, ProofNeeded) else None


def _resumed(request: HttpRequest) -> HttpResponseBase | None:
    """None: the answer was right, the action's own view goes on. Else the page again, or the way back."""
    answer = guarded(AGAIN, _check)(request)
    if answer.status_code != 204:
        return answer
    back, press_again = _back(request), f"{PREFIX}again" in request.POST
    request.POST = request.POST.copy()  # type: ignore[assignment]  # the action never sees the password
    for name in [name for name in request.POST if name.startswith(PREFIX)]:
        del request.POST[name]
    if not press_again:
        return None
    messages.success(request, "ยืนยันตัวตนแล้ว กดปุ่มเดิมอีกครั้ง")
    return redirect(back)


def _check(request: HttpRequest) -> HttpResponseBase:
    kinds = _kinds(request)
    kind = request.POST[f"{PREFIX}kind"]
    if kind not in kinds:
        kind = kinds[0]  # a factor set up or taken away in another tab: ask what there is now
    form = _form(kind, request, request.POST)
    if not form.is_valid():
        security_log.write(SecurityLog.What.FAILED, request, user=request.user, status=422)
        deed, again = request.POST.get(f"{PREFIX}deed", ""), f"{PREFIX}again" in request.POST
        return _page(request, deed, again, form=form, kind=kind, status=422)
    if isinstance(form, ReauthenticateForm):
        reauthenticate_by_password(request)
    else:
        form.save()
    return HttpResponse(status=204)


def _form(kind: str, request: HttpRequest, data: Any = None) -> forms.Form:
    form: forms.Form = KINDS[kind](data, user=request.user, prefix=PREFIX.rstrip("-"))
    if kind == "password":
        form.fields["password"].help_text = ""
        form.fields["password"].label = "รหัสผ่าน"
    return form


def _kinds(request: HttpRequest) -> list[str]:
    """How this person may prove it, the usual way first."""
    types = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    kinds = []
    if Authenticator.Type.WEBAUTHN in types:
        kinds.append("passkey")
    if types:  # a code of the app, or one of the recovery codes
        kinds.append("code")
    return kinds or ["password"]


def _ask(request: HttpRequest, needed: ProofNeeded) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    request.asked_to_prove = True  # type: ignore[attr-defined]  # no refusal: the security log passes over it
    if not wants_fragment(request):
        return _page(request, needed.deed, needed.press_again or request.method != "POST", status=403)
    # Beside the button: one press leads to the whole page, which knows every way of proving it.
    context = {"deed": needed.deed, "carried": _carried(request), "address": request.get_full_path()}
    return HttpResponse(render_to_string(f"{PAGE}#box", context, request), status=403, headers=BESIDE)


def _page(
    request: HttpRequest, deed: str, press_again: bool, *, form: forms.Form | None = None, kind: str = "", status: int
) -> HttpResponse:
    kinds = _kinds(request)
    context = {
        "deed": deed,
        "press_again": press_again,
        "carried": _carried(request),
        "address": request.get_full_path(),
        "back": _back(request),
        "minutes": settings.KPI_STEP_UP_SECONDS // 60,
        "forms": {name: form if form and name == kind else _form(name, request) for name in kinds},
        "options": begin_authentication(request.user) if "passkey" in kinds else None,
    }
    return render(request, PAGE, context, status=status)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What the action was sent with, to be sent again. A file cannot travel: its field will say that it is missing."""
    own = ("csrfmiddlewaretoken",)
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in own and not name.startswith(PREFIX)
        for value in values
    ]


def _back(request: HttpRequest) -> str:
    """The page the action was pressed on."""
    if request.method != "POST":
        return request.get_full_path()
    back = request.POST.get(f"{PREFIX}back", "")
    if url_has_allowed_host_and_scheme(back, None):
        return back
    came_from = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return f"/{came_from.removeprefix(here)}" if came_from.startswith(here) else reverse("home")
