"""Duties: give one, look at one, end it and hand over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import audit, clock, obligations, thai
from kpiportal.models import Membership, User
from kpiportal.onboarding import duties, roster, rules
from kpiportal.onboarding.forms import DutyForm, EndChangeForm, EndForm
from kpiportal.workflow import NotReady, Stale

DETAIL = "people/duty_detail.html"


def find(request: HttpRequest, pk: int) -> Membership:
    rows = Membership.objects.visible_to(request.user).select_related("organization__parent", "user")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def duty_new(request: HttpRequest) -> HttpResponse:
    if not rules.can_see_people(request.user):
        raise PermissionDenied
    place = request.GET.get("organization", "")
    initial: dict[str, Any] = {"valid_from": clock.today(), "email": request.GET.get("email", "")[:254]}
    initial |= {"organization": place} if place.isdecimal() else {}
    form, status = DutyForm(request.POST or None, by=request.user, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                duty = duties.assign(form.person, by=request.user, at=clock.now(), **form.facts)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, f"มอบหน้าที่ให้ {duty.user.full_name} แล้ว และแจ้งทางอีเมลแล้ว")
                return redirect("people:duty_detail", pk=duty.pk)
    return render(request, "people/duty_form.html", {"form": form}, status=status)


@require_safe
def duty_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, find(request, pk))


def _page(request: HttpRequest, duty: Membership, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: a form that was refused (`form`, `change`), `blockers`."""
    forms = {
        "form": EndForm(by=request.user, initial={"last_day": clock.today()}),
        "change": EndChangeForm(initial={"valid_to": duty.valid_to, "order_no": duty.order_no}),
    }
    return render(request, DETAIL, {**_facts(request.user, duty), **forms, **more}, status=status)


def _facts(user: User, duty: Membership) -> dict[str, Any]:
    """The duty, what is open under it alone, who else holds it, and what may be done about it."""
    today = clock.today()
    over = duty.valid_to is not None and duty.valid_to < today
    to_come = duty.valid_from > today
    person = duty.user
    person.duties = [duty]  # what they owe elsewhere is not shown to this office
    return {
        "duty": duty,
        "chip": roster.chip(duty, on=today),
        "owed": [] if over else obligations.of(person, at=clock.now()).mine,
        "others": duties.takers(duty, on=today),
        "may_end": bool(not over and not to_come and rules.can_end(user, duty)),
        "may_change": bool(not over and rules.can_give(user, duty.organization, duty.role, duty.standing)),
        "may_withdraw": bool(to_come and rules.can_end(user, duty)),
        "history": audit.history(duty),
    }


@require_POST
def duty_end(request: HttpRequest, pk: int) -> HttpResponse:
    duty, form, status = find(request, pk), EndForm(request.POST, by=request.user), 422
    if not rules.can_end(request.user, duty):
        raise PermissionDenied
    if form.is_valid():
        try:
            ended = duties.finish(duty, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except NotReady as refusal:
            form.add_error("successor", refusal.blockers[0].text)
        except Stale as clash:
            status = 409
            form.add_error(None, clash.text)
        else:
            messages.success(request, f"หน้าที่ของ {duty.user.full_name} สิ้นสุด {thai.date_text(ended.valid_to)}")
            return redirect("people:people_list")
    return _page(request, duty, status, form=form)


@require_POST
def duty_change_end(request: HttpRequest, pk: int) -> HttpResponse:
    duty, form, status = find(request, pk), EndChangeForm(request.POST), 422
    if form.is_valid():
        try:
            changed = duties.change_end(duty, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except NotReady as refusal:
            form.add_error("valid_to", refusal.blockers[0].text)
        except Stale as clash:
            status = 409
            form.add_error(None, clash.text)
        else:
            until = thai.date_text(changed.valid_to) if changed.valid_to else "ไม่กำหนด"
            messages.success(request, f"เปลี่ยนวันสิ้นสุดหน้าที่ของ {duty.user.full_name} เป็น{until} แล้ว")
            return redirect("people:duty_detail", pk=duty.pk)
    return _page(request, duty, status, change=form)


@require_POST
def duty_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    duty = find(request, pk)
    try:
        duties.withdraw(duty, by=request.user, at=clock.now())
    except Stale as clash:
        return _page(request, duty, 409, blockers=[clash.text])
    except NotReady as refusal:
        return _page(request, duty, 422, blockers=refusal.blockers)
    messages.success(request, f"ยกเลิกหน้าที่ของ {duty.user.full_name} แล้ว และแจ้งทางอีเมลแล้ว")
    return redirect("people:people_list")
