"""Looking: the overview of all parties, a party's dashboard, what-if. Nothing here changes anything."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import Agreement
from kpiportal import clock, files
from kpiportal.models.people import Kind
from reporting.evaluation.rules import can_set_policy
from reporting.looking import dashboard as boards
from reporting.looking import national, overview, whatif

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """OPDC sees the country; whoever belongs to a party is led to its own year."""
    if not request.user.sits_at(Kind.OPDC):
        return _own(request)
    known = overview.years_and_rounds()
    wanted = overview.asked(request.GET, known)
    show = request.GET.get("show", "")
    context = {"known": known, "asked": wanted, "show": show if show in ("map", "years") else "table"}
    if show == "years":
        context["years"] = overview.by_year(national.standings(rounds=overview.last_rounds(known)))
    elif wanted.fiscal_year is not None:
        rows = national.standings(rounds=[wanted.round])
        every = overview.lines(rows, at=clock.now())
        found = overview.chosen(every, wanted)
        context |= {"lines": overview.printed(found), "head": overview.head(found), "filters": overview.filters(every)}
        context["policy"] = rows[0].framework_id if rows and can_set_policy(request.user) else None
        context |= {"sorts": overview.SORTS, "map": overview.country(found) if show == "map" else None}
    return render(request, "reporting/looking/overview.html", context)


def _own(request: HttpRequest) -> HttpResponse:
    own = Agreement.objects.visible_to(request.user).exclude(rounds=None)
    newest = own.order_by("-fiscal_year", "pk").values_list("pk", flat=True).first()
    if newest is None:
        return render(request, "reporting/looking/nothing.html")
    return redirect("reporting:dashboard", pk=newest)


@require_safe
def overview_export(request: HttpRequest) -> HttpResponse:
    """The table as it stands on the screen."""
    if not request.user.sits_at(Kind.OPDC):
        raise PermissionDenied
    wanted, now = overview.asked(request.GET, overview.years_and_rounds()), clock.now()
    rows = national.standings(rounds=[wanted.round]) if wanted.fiscal_year else []
    title = f"ผลรวม ปี {wanted.fiscal_year} รอบ {wanted.months} เดือน" if wanted.fiscal_year else "ผลรวม"
    found = overview.chosen(overview.lines(rows, at=now), wanted)
    response = HttpResponse(overview.workbook(found, title=title, at=now), content_type=XLSX)
    response["Content-Disposition"] = files.content_disposition(f"{title}.xlsx")
    return response


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    agreements = Agreement.objects.visible_to(request.user).select_related("framework__scale", "owner")
    return get_object_or_404(agreements, pk=pk)


@require_safe
def dashboard(request: HttpRequest, pk: int) -> HttpResponse:
    context = boards.context(_agreement(request, pk), request.user)
    return render(request, "reporting/looking/dashboard.html", context)


@require_http_methods(["GET", "POST"])
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST because what is typed is long; it changes nothing, and everything typed is still there."""
    context = whatif.context(_agreement(request, pk), request.user, request.POST)
    return render(request, "reporting/looking/what_if.html", context, status=422 if context["form"].errors else 200)
