"""แผนการเตือน: the year's steps for everybody (OPDC's director), and the steps of one kind in one scope."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from kpiportal import audit, clock, thai
from kpiportal.models import Organization, ReminderPlan
from kpiportal.obligations import KINDS
from kpiportal.reminding import planning, plans, rules
from kpiportal.reminding.forms import steps_form

YEARS = range(2550, 2600)


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    if not rules.can_plan(request.user, None):
        raise PermissionDenied
    this_year = thai.fiscal_year(clock.today())
    year = _year(request.GET.get("year", ""), this_year)
    laid_down = plans.known()
    rows = [plans.line(kind, year, None, None, laid_down) for kind in KINDS]
    years = range(this_year + 1, this_year - 4, -1)
    return render(request, "reminding/plan_list.html", {"rows": rows, "year": year, "years": years})


def _year(asked: str, usual: int) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in YEARS else usual


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, kind: str, year: int, months: int, party: int) -> HttpResponse:
    """`months` and `party` are 0 where the scope has none. Sends back to where it was opened from."""
    if kind not in KINDS or year not in YEARS:
        raise Http404
    place = get_object_or_404(Organization.objects.visible_to(request.user), pk=party) if party else None
    if not rules.can_plan(request.user, place.pk if place else None):
        raise PermissionDenied
    scope: dict[str, Any] = {"kind": kind, "fiscal_year": year, "months": months or None, "party": place}
    kept = ReminderPlan.objects.filter(**scope).first()
    now = plans.steps_of(kind, year, months or None, place.pk if place else None, plans.known())
    form = steps_form(KINDS[kind].steps, request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and ("reset" in request.POST or form.is_valid()):
        _keep(request, scope, kept, form)
        return redirect(_back(request))
    context = {"kind": KINDS[kind], "year": year, "months": months, "party": place, "form": form, "kept": kept,
               "back": _back(request), "history": audit.history(kept) if kept else []}  # fmt: skip
    return render(request, "reminding/plan_edit.html", context, status=422 if form.is_bound else 200)


def _keep(request: HttpRequest, scope: dict[str, Any], kept: ReminderPlan | None, form: Any) -> None:
    if "reset" not in request.POST:
        facts = {"year": scope["fiscal_year"], "months": scope["months"], "party": scope["party"]}
        planning.lay_down(scope["kind"], **facts, steps=form.steps, by=request.user, at=clock.now())
        messages.success(request, "บันทึกแล้ว มีผลตั้งแต่การเตือนครั้งถัดไป")
    elif kept:
        planning.lift(kept, by=request.user, at=clock.now())
        messages.success(request, "กลับไปใช้ขั้นการเตือนเดิมแล้ว")


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", request.GET.get("next", ""))
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else reverse("reminding:plan_list")
