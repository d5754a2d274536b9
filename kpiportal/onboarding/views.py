"""The people page and the invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, thai
from kpiportal.http import refuse
from kpiportal.models import AccountInvitation
from kpiportal.onboarding import invitations, roster, rules
from kpiportal.onboarding.forms import InviteForm, RevisionForm
from kpiportal.workflow import NotReady, Stale

PER_PAGE = 25


def _only_those_who_look_after(request: HttpRequest) -> None:
    if not rules.can_see_people(request.user):
        raise PermissionDenied


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """The places I look after and who is there."""
    _only_those_who_look_after(request)
    today, filters = clock.today(), roster.Filters.of(request.GET)
    found = roster.places(request.user, filters, on=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = roster.dress(list(page.object_list), on=today, at=clock.now())
    for place in page:
        place.may_keep = rules.can_keep_place(request.user, place)
    never = roster.never_signed_in(request.user, on=today)
    may_add = rules.can_add_places(request.user)
    context = {"page": page, "filters": filters, "never": never, "may_add": may_add}
    return render(request, "people/people_list.html", context)


@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    _only_those_who_look_after(request)
    return _invitations(request)


def _invitations(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """All invitations of my places, those that wait first."""
    rows = AccountInvitation.objects.visible_to(request.user).select_related("organization", "invited_by")
    state = request.GET.get("state", "")
    if state in AccountInvitation.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-invited_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    for row in page:
        row.tone, row.late = roster.TONES[row.state], row.state == "invited" and row.expires_at <= now
        row.may_resend = row.state in ("invited", "expired") and rules.can_send_invitation(request.user, row)
        row.may_revoke = row.state == "invited" and rules.can_send_invitation(request.user, row)
    context = {"page": page, "states": AccountInvitation.State.choices, "state": state, **more}
    return render(request, "people/invitation_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def invitation_new(request: HttpRequest) -> HttpResponse:
    _only_those_who_look_after(request)
    place = request.GET.get("organization", "")
    initial = {"organization": place} if place.isdecimal() else {}
    form, status = InviteForm(request.POST or None, by=request.user, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                invitation = invitations.invite(form.guest, by=request.user, at=clock.now())
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                until = thai.date_text(invitation.expires_at)
                messages.success(request, f"ส่งคำเชิญไปที่ {invitation.email} แล้ว ใช้ได้ถึง {until}")
                return redirect("people:invitation_list")
    return render(request, "people/invitation_form.html", {"form": form}, status=status)


def _move(request: HttpRequest, pk: int, deed: Any, done: str) -> HttpResponse:
    found = AccountInvitation.objects.visible_to(request.user).select_related("organization")
    invitation, form = get_object_or_404(found, pk=pk), RevisionForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    try:
        deed(invitation, by=request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        return _invitations(request, 409, blockers=[clash.text])
    except NotReady as refusal:
        return _invitations(request, 422, blockers=refusal.blockers)
    messages.success(request, done)
    return redirect("people:invitation_list")


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, invitations.resend, "ส่งคำเชิญใหม่แล้ว ลิงก์ฉบับเดิมใช้ไม่ได้อีก")


@require_POST
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, invitations.revoke, "ยกเลิกคำเชิญแล้ว")
