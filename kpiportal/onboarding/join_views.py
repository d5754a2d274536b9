"""The invited person's side: show the code, then a name and a password, or one "yes" from somebody known.

The token is in no address that reaches a server: the link carries it after #, the page posts it, and the session
keeps only its SHA-256.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kpiportal import clock, sealed_links
from kpiportal.models import AccountInvitation, User
from kpiportal.onboarding import invitations
from kpiportal.onboarding.forms import CodeForm, JoinForm
from kpiportal.workflow import Stale

KEPT = "invitation"  # session key: the token's digest
UNKNOWN = "ลิงก์หรือรหัสนี้ใช้ไม่ได้ อาจคัดลอกมาไม่ครบ หรือมีคำเชิญฉบับใหม่กว่าในอีเมลของท่านแล้ว"


@sensitive_post_parameters("code")
@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take the code. A link that is used, revoked or over says so; an unknown one says one sentence for all."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "people/join.html", {"form": form}, status=422 if form.is_bound else 200)
    digest = sealed_links.digest(form.cleaned_data["code"])
    invitation = invitations.of_digest(digest)
    closed = invitations.why_closed(invitation, at=clock.now()) if invitation else UNKNOWN
    if closed:
        return render(request, "people/join.html", {"form": CodeForm(), "closed": closed}, status=422)
    request.session[KEPT] = digest
    return redirect("people:join_account")


def _kept(request: HttpRequest) -> AccountInvitation | None:
    digest = request.session.get(KEPT, "")
    return invitations.of_digest(digest) if digest else None


@sensitive_post_parameters("password", "again")
@login_not_required
@require_http_methods(["GET", "POST"])
def join_account(request: HttpRequest) -> HttpResponse:
    """Who is it: somebody new, somebody known and signed in, or somebody known who must sign in first."""
    invitation = _kept(request)
    if invitation is None:
        return redirect("people:join")
    if closed := invitations.why_closed(invitation, at=clock.now()):
        del request.session[KEPT]
        return render(request, "people/join.html", {"form": CodeForm(), "closed": closed}, status=409)
    known = User.objects.filter(email__iexact=invitation.email).exists()
    if request.user.is_authenticated:
        return _as_known(request, invitation)
    if known:
        return render(request, "people/join_known.html", {"invitation": invitation, "sign_in": True})
    return _as_new(request, invitation)


def _as_known(request: HttpRequest, invitation: AccountInvitation) -> HttpResponse:
    context: dict[str, Any] = {"invitation": invitation}
    if request.user.email.casefold() != invitation.email.casefold():
        return render(request, "people/join_known.html", {**context, "other": True})
    if request.method == "GET":
        return render(request, "people/join_known.html", {**context, "confirm": True})
    return _taken(request, lambda: invitations.accept_as_known(invitation, by=request.user, at=clock.now()), "home")


def _as_new(request: HttpRequest, invitation: AccountInvitation) -> HttpResponse:
    names = {name: getattr(invitation, name) for name in ("title", "first_name", "last_name")}
    form = JoinForm(request.POST if request.method == "POST" else None, email=invitation.email, initial=names)
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "invitation": invitation}
        return render(request, "people/join_account.html", context, status=422 if form.is_bound else 200)
    return _taken(request, lambda: invitations.accept_as_new(invitation, at=clock.now(), **form.facts), "account_login")


def _taken(request: HttpRequest, accept: Any, then: str) -> HttpResponse:
    try:
        accept()
    except Stale as clash:
        return render(request, "people/join.html", {"form": CodeForm(), "closed": clash.text}, status=409)
    del request.session[KEPT]
    new = then == "account_login"
    messages.success(request, "ตั้งรหัสผ่านแล้ว เข้าสู่ระบบได้เลย" if new else "รับหน้าที่ใหม่แล้ว")
    return redirect(then)
