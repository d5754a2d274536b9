"""วันหยุดราชการ: everybody reads the list of a year, OPDC's director keeps it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, thai
from kpiportal.holidays import FIRST_YEAR, LAST_YEAR, actions, computed, rules
from kpiportal.holidays.forms import DayForm, YearForm
from kpiportal.models import Holiday, HolidayYear

PAGE = "holidays/holiday_list.html"


@require_safe
def holiday_list(request: HttpRequest) -> HttpResponse:
    asked = YearForm(request.GET if "year" in request.GET else {"year": str(thai.be_year(clock.today().year))})
    if not asked.is_valid():
        return render(request, PAGE, {"asked": asked}, status=422)
    return _page(request, asked.cleaned_data["year"], asked=asked)


def _page(
    request: HttpRequest, year: int, *, asked: YearForm | None = None, form: DayForm | None = None, status: int = 200
) -> HttpResponse:
    kept = HolidayYear.objects.filter(year=year).prefetch_related("days").first()
    rows = list(kept.days.all()) if kept else [Holiday(on=on, name=name) for on, name in computed(year).items()]
    context: dict[str, Any] = {
        "asked": asked or YearForm({"year": str(thai.be_year(year))}),
        "year": year,
        "be": thai.be_year(year),
        "kept": kept,
        "rows": rows,
        "may_keep": bool(rules.can_keep(request.user)),
        "form": form or DayForm(),
        "history": audit.history(kept) if kept and rules.can_keep(request.user) else [],
    }
    return render(request, PAGE, context, status=status)


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('holidays:holiday_list')}?year={thai.be_year(year)}")


@require_POST
def take_over(request: HttpRequest, year: int) -> HttpResponse:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    actions.take_over(year, by=request.user, at=clock.now())
    messages.success(request, f"รับรายการวันหยุดราชการ ปี พ.ศ. {thai.be_year(year)} มาดูแลแล้ว เพิ่มหรือนำวันออกได้")
    return _back(year)


@require_POST
def day_add(request: HttpRequest, year: int) -> HttpResponse:
    if not rules.can_keep(request.user):
        raise PermissionDenied
    kept, form = get_object_or_404(HolidayYear.objects.visible_to(request.user), year=year), DayForm(request.POST)
    if form.is_valid():
        try:
            day = actions.add(kept, form.cleaned_data["on"], form.cleaned_data["name"], by=request.user, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"เพิ่ม{day.name} {thai.date_text(day.on)} แล้ว")
            return _back(year)
    return _page(request, year, form=form, status=422)


@require_POST
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.can_keep(request.user):
        raise PermissionDenied
    day = get_object_or_404(Holiday.objects.visible_to(request.user).select_related("in_year"), pk=pk)
    actions.remove(day, by=request.user, at=clock.now())
    messages.success(request, f"นำ{day.name} {thai.date_text(day.on)} ออกแล้ว")
    return _back(day.in_year.year)
