"""One person: look somebody up, what they hold and owe, and whether they may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, obligations, thai, view_as
from kpiportal.http import page_or_fragment
from kpiportal.models import AccountInvitation, User
from kpiportal.moves import unsaid
from kpiportal.onboarding import roster, rules, suspension, viewing
from kpiportal.onboarding.forms import ReasonForm
from kpiportal.workflow import NotReady, Stale

PER_PAGE = 25


def find(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.accounts_for(request.user), pk=pk)


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """Look somebody up by name or address."""
    if not rules.can_open_accounts(request.user):
        raise PermissionDenied
    q = thai.clean_line(request.GET.get("q", "").replace("\x00", ""))[:100]
    found = roster.people(request.user, q, suspended=request.GET.get("suspended") == "1", on=clock.today())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": q, "suspended": "suspended" in request.GET}
    context["may_erase"] = rules.sees_all_accounts(request.user)
    return render(request, "people/person_list.html", context)


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, find(request, pk))


def _page(request: HttpRequest, person: User, status: int = 200, **more: Any) -> HttpResponse:
    """The person as this reader may see them: an office reads the duties of its own places only."""
    user, today = request.user, clock.today()
    held = suspension.held_by(person, on=today)
    person.duties = [duty for duty in held if duty.valid_from <= today and person.is_active]  # not asked for again
    for duty in held:
        duty.chip, duty.mine = roster.chip(duty, on=today), rules.can_look_after(user, duty.organization)
    at_opdc = rules.sees_all_accounts(user)
    waiting = AccountInvitation.objects.waiting().visible_to(user).filter(email__iexact=person.email)
    context = {
        "person": person,
        "held": [duty for duty in held if duty.mine or at_opdc],
        "may_see_work": any(duty.mine for duty in held),
        "elsewhere": not at_opdc and not all(duty.mine for duty in held),
        "waiting": waiting.select_related("organization").order_by("pk"),
        "factors": set(Authenticator.objects.filter(user=person).values_list("type", flat=True)),
        "devices": UserSession.objects.filter(user=person).count(),
        "may_view_as": bool(rules.can_view_as(user, person)),
        "may_suspend": bool(rules.can_suspend(user, person, held)),
        "history": audit.history(person),
    }
    return render(request, "people/person_detail.html", {**context, **more}, status=status)


@require_safe
def person_work(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits on this person in the duties this reader looks after; asked for by the page once it stands."""
    person, user = find(request, pk), request.user
    person.duties = [duty for duty in person.duties if rules.can_look_after(user, duty.organization)]
    context = {"person": person, "owed": obligations.of(person, at=clock.now()).mine if person.duties else []}
    return page_or_fragment(request, "people/person_work.html", "work", context)


def _switch(request: HttpRequest, pk: int, deed: Callable[..., User], done: str) -> HttpResponse:
    person, form = find(request, pk), ReasonForm(request.POST)
    if not rules.can_suspend(request.user, person, suspension.held_by(person, on=clock.today())):
        raise PermissionDenied
    typed = {"reason": request.POST.get("reason", "")}
    if not form.is_valid():
        return _page(request, person, 422, **typed, reason_error=form.errors["reason"][0])
    try:
        deed(person, by=request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        person.refresh_from_db()
        return _page(request, person, 409, blockers=[clash.text, *unsaid(typed["reason"])])
    except NotReady as refusal:
        return _page(request, person, 422, **typed, blockers=refusal.blockers)
    messages.success(request, f"{done} {person.full_name} แล้ว")
    return redirect("people:person_detail", pk=person.pk)


@require_POST
def person_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, suspension.suspend, "ระงับบัญชีของ")


@require_POST
def person_restore(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, suspension.restore, "เปิดใช้บัญชีของ")


@require_POST
def view_as_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Look as this person for fifteen minutes, with a reason they will read."""
    person, form = find(request, pk), ReasonForm(request.POST)
    if not rules.can_view_as(request.user, person):
        raise PermissionDenied
    if not form.is_valid():
        typed = {"view_reason": request.POST.get("reason", ""), "view_error": form.errors["reason"][0]}
        return _page(request, person, 422, **typed)
    viewing.begin(person, by=request.user, at=clock.now(), **form.cleaned_data)
    view_as.begin(request, person)
    return redirect("home")


@require_POST
def view_as_end(request: HttpRequest) -> HttpResponse:
    pk = view_as.end(request)
    if pk is None:
        return redirect("home")
    viewing.end(find(request, pk), by=request.user, at=clock.now())
    messages.success(request, "หยุดดูในฐานะผู้อื่นแล้ว")
    return redirect("people:person_detail", pk=pk)
