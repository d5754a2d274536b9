"""The form as a workbook: take it, send it filled, look at what changes, apply all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import form_actions, rules, workbook, workbook_actions, workbook_page
from agreements.forms import WorkbookForm
from agreements.models import Agreement
from agreements.states import FORM_OPEN
from kpiportal import clock, xlsx
from kpiportal.files import content_disposition
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady, Stale

PAGE = "agreements/workbook.html"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    """The form of a party this person writes for, while it is open."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    if agreement.state not in FORM_OPEN:
        raise Stale(f"แบบฟอร์มอยู่ในสถานะ “{agreement.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    return agreement


@require_safe
def workbook_download(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    made = workbook.build(agreement, at=clock.now())
    name = f"แบบฟอร์มการเจรจา {agreement.owner.full_name} {agreement.fiscal_year}.xlsx"
    return HttpResponse(made, TYPE, headers={"Content-Disposition": content_disposition(name)})


@require_http_methods(["GET", "POST"])
def workbook_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview: every mistake, or what would change. Nothing is written here."""
    agreement = _agreement(request, pk)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if not form.is_valid():
        return _page(request, agreement, form, status=422 if form.is_bound else 200)
    try:
        read = xlsx.read_workbook(form.cleaned_data["file"])
    except UploadRefused as refusal:
        form.add_error("file", refusal.sentence)
        return _page(request, agreement, form, status=refusal.status)
    found = workbook_page.look(read, agreement)
    if found["findings"]:
        return _page(request, agreement, form, status=422, **found)
    sealed = workbook_page.sealed(found["plan"], agreement, by=request.user)
    return _page(request, agreement, form, sealed=sealed, **found)


def _page(
    request: HttpRequest, agreement: Agreement, form: WorkbookForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    needs_reason = form_actions.needs_reason(agreement)
    context = {"agreement": agreement, "form": form, "max_bytes": settings.KPI_UPLOAD_MAX_BYTES}
    return render(request, PAGE, {**context, "needs_reason": needs_reason, **more}, status=status)


@require_POST
def workbook_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """All of a preview, or nothing."""
    agreement = _agreement(request, pk)
    try:
        plan = workbook_page.unsealed(request.POST.get("sealed", ""), agreement, by=request.user)
        reason = request.POST.get("reason", "")[:4_000]
        workbook_actions.apply_workbook(agreement, plan, by=request.user, at=clock.now(), reason=reason)
    except signing.BadSignature:
        blockers = [Blocker("การตรวจไฟล์นี้เกิน 1 ชั่วโมงหรือไม่ครบ กรุณาส่งไฟล์อีกครั้ง ยังไม่ได้แก้ไขอะไร")]
        return _page(request, agreement, WorkbookForm(), blockers=blockers, status=422)
    except NotReady as refusal:
        shown = workbook_page.preview(plan, agreement)
        more = {"blockers": refusal.blockers, "sealed": request.POST["sealed"], "plan": plan, **shown}
        return _page(request, agreement, WorkbookForm(), status=422, **more)
    except Stale as clash:
        blockers = [Blocker(f"{clash.text} หลังจากตรวจไฟล์นี้ ยังไม่ได้แก้ไขอะไร กรุณาส่งไฟล์อีกครั้งเพื่อดูค่าทั้งสองฝ่าย")]
        return _page(request, agreement, WorkbookForm(), blockers=blockers, status=409)
    messages.success(request, f"นำข้อมูลจากไฟล์เข้าแล้ว {plan.count} ตัวชี้วัด")
    return redirect("agreements:form_sheet", pk=pk)
