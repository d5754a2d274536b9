"""Requests to be erased, for those who decide them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock
from kpiportal.models import ErasureRequest
from kpiportal.moves import unsaid
from kpiportal.onboarding import erasures, rules
from kpiportal.onboarding.forms import ReasonForm
from kpiportal.workflow import NotReady, Stale

PER_PAGE = 25


def _only_those_who_decide(request: HttpRequest) -> None:
    if not rules.sees_all_accounts(request.user):
        raise PermissionDenied


@require_safe
def erasure_list(request: HttpRequest) -> HttpResponse:
    _only_those_who_decide(request)
    return _page(request)


def _page(request: HttpRequest, status: int = 200, *, at: int = 0, typed: str = "", **more: Any) -> HttpResponse:
    """All requests, those without an answer first. `typed`: the refused reason of the request `at`."""
    rows = ErasureRequest.objects.visible_to(request.user).select_related("person", "answered_by")
    open_first = rows.order_by(F("answered_at").desc(nulls_first=True), "-pk")
    page = Paginator(open_first, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.may = row.answered_at is None and rules.can_decide_erasure(request.user, row)
        row.typed = typed if row.pk == at else ""
    return render(request, "people/erasure_list.html", {"page": page, **more}, status=status)


def _decide(request: HttpRequest, pk: int, deed: Callable[..., ErasureRequest], done: str) -> HttpResponse:
    _only_those_who_decide(request)
    asked = get_object_or_404(ErasureRequest.objects.visible_to(request.user), pk=pk)
    form, typed = ReasonForm(request.POST), request.POST.get("reason", "")
    if not form.is_valid():
        return _page(request, 422, typed=typed, at=pk, blockers=form.errors["reason"])
    try:
        deed(asked, by=request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        return _page(request, 409, blockers=[clash.text, *unsaid(typed)])
    except NotReady as refusal:
        return _page(request, 422, typed=typed, at=pk, blockers=refusal.blockers)
    messages.success(request, done)
    return redirect("people:erasure_list")


@require_POST
def erasure_grant(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, erasures.grant, "ลบข้อมูลส่วนบุคคลแล้ว และแจ้งเจ้าของข้อมูลแล้ว")


@require_POST
def erasure_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, erasures.refuse, "ตอบคำขอแล้ว และแจ้งเจ้าของข้อมูลแล้ว")
