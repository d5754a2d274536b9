"""The year of agreement-making: calendar, receivers, and the circular that opens it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import rules
from agreements.calendar import actions, circular, page
from agreements.calendar.forms import DayForm, ReceiversForm
from agreements.models import CalendarDay, Framework
from kpiportal import clock, files
from kpiportal.workflow import NotReady


def _framework(request: HttpRequest, pk: int) -> Framework:
    return get_object_or_404(Framework.objects.visible_to(request.user), pk=pk)


def _ours(request: HttpRequest, pk: int) -> Framework:
    framework = _framework(request, pk)
    if not rules.can_shape_framework(request.user, framework):
        raise PermissionDenied
    return framework


def _page(request: HttpRequest, framework: Framework, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = page.rows(framework)
    context = {
        "framework": framework,
        "rows": rows,
        "has_days": any(row["pk"] for row in rows),
        "may_shape": bool(rules.can_shape_framework(request.user, framework)),
        "day": DayForm(),
        "receivers": ReceiversForm(initial=ReceiversForm.initial_of(framework)),
        **more,
    }
    return render(request, "agreements/calendar/framework_year.html", context, status=status)


@require_safe
def framework_year(request: HttpRequest, pk: int) -> HttpResponse:
    """`?day=`: with that day's facts in the form, to be changed."""
    framework, asked = _framework(request, pk), request.GET.get("day", "")
    if not asked.isdecimal() or not rules.can_shape_framework(request.user, framework):
        return _page(request, framework)
    day = get_object_or_404(framework.calendar_days, pk=int(asked))
    return _page(request, framework, day=DayForm(initial=DayForm.initial_of(day)), changing=day)


@require_safe
def calendar_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    framework = _framework(request, pk)
    response = HttpResponse(page.pdf(framework), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(f"{page.title(framework)}.pdf")
    return response


@require_POST
def calendar_add(request: HttpRequest, pk: int) -> HttpResponse:
    framework, form = _ours(request, pk), DayForm(request.POST)
    if form.is_valid():
        try:
            actions.add_day(framework, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "เพิ่มวันในปฏิทินแล้ว")
            return redirect("agreements:framework_year", pk=pk)
    return _page(request, framework, day=form, status=422)


@require_POST
def calendar_usual(request: HttpRequest, pk: int) -> HttpResponse:
    count = actions.use_usual(_ours(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"ตั้งต้นปฏิทิน {count} วัน ตรวจและแก้ให้ตรงปีนี้")
    return redirect("agreements:framework_year", pk=pk)


def _day(request: HttpRequest, pk: int) -> CalendarDay:
    days = CalendarDay.objects.filter(framework__in=Framework.objects.visible_to(request.user))
    return get_object_or_404(days.select_related("framework"), pk=pk)


@require_POST
def calendar_change(request: HttpRequest, pk: int) -> HttpResponse:
    day, form = _day(request, pk), DayForm(request.POST)
    framework = _ours(request, day.framework_id)
    if form.is_valid():
        try:
            actions.change_day(day, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"แก้ “{form.cleaned_data['name']}” แล้ว")
            return redirect("agreements:framework_year", pk=framework.pk)
    return _page(request, framework, day=form, changing=day, status=422)


@require_POST
def calendar_remove(request: HttpRequest, pk: int) -> HttpResponse:
    day = _day(request, pk)
    actions.remove_day(day, by=request.user, at=clock.now())
    messages.success(request, f"นำ “{day.name}” ออกจากปฏิทินแล้ว")
    return redirect("agreements:framework_year", pk=day.framework_id)


@require_POST
def receivers_save(request: HttpRequest, pk: int) -> HttpResponse:
    framework, form = _ours(request, pk), ReceiversForm(request.POST)
    if not form.is_valid():
        return _page(request, framework, receivers=form, status=422)
    actions.name_receivers(framework, **form.cleaned_data, by=request.user, at=clock.now())
    messages.success(request, "บันทึกแล้ว")
    return redirect("agreements:framework_year", pk=pk)


@require_POST
def circular_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to all governors, drafted; its writer goes on at the letter's own page."""
    framework = _ours(request, pk)
    try:
        letter = circular.draft(framework, by=request.user, at=clock.now())
    except NotReady as refusal:
        return _page(request, framework, blockers=refusal.blockers, status=422)
    messages.success(request, f"ร่างหนังสือเวียนถึง {letter.recipients.count()} แห่งแล้ว ตรวจแล้วออกเลข")
    return redirect("meetings:letter_detail", pk=letter.pk)
