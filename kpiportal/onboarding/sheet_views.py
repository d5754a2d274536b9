"""The workbook of people: take the form, send it filled, look, invite all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, xlsx
from kpiportal.files import content_disposition
from kpiportal.onboarding import jobs, rules, sheet
from kpiportal.onboarding.forms import SheetForm
from kpiportal.uploads import UploadRefused

PAGE = "people/sheet.html"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 20  # of the people found, before "invite all"


def _only_those_who_look_after(request: HttpRequest) -> None:
    if not rules.can_see_people(request.user):
        raise PermissionDenied


@require_safe
def sheet_template(request: HttpRequest) -> HttpResponse:
    _only_those_who_look_after(request)
    made = sheet.template(request.user, at=clock.now())
    return HttpResponse(made, TYPE, headers={"Content-Disposition": content_disposition("แบบรายชื่อบุคคล.xlsx")})


@require_safe
def sheet_current(request: HttpRequest) -> HttpResponse:
    """Who is there now, as the same workbook: the list to work on."""
    _only_those_who_look_after(request)
    made = sheet.current(request.user, on=clock.today(), at=clock.now())
    return HttpResponse(made, TYPE, headers={"Content-Disposition": content_disposition("รายชื่อบุคคลปัจจุบัน.xlsx")})


@require_http_methods(["GET", "POST"])
def sheet_upload(request: HttpRequest) -> HttpResponse:
    """Preview: every mistake, or who would be invited. Nothing is written here."""
    _only_those_who_look_after(request)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    context = {"form": form, "max_bytes": settings.KPI_UPLOAD_MAX_BYTES}
    if not form.is_valid():
        return render(request, PAGE, context, status=422 if form.is_bound else 200)
    try:
        read = xlsx.read_workbook(form.cleaned_data["file"])
    except UploadRefused as refusal:
        form.add_error("file", refusal.sentence)
        return render(request, PAGE, context, status=refusal.status)
    checked = sheet.check(read, by=request.user, on=clock.today())
    if checked.findings:
        return render(request, PAGE, {**context, "findings": checked.findings}, status=422)
    return render(request, PAGE, {**context, **_preview(request, checked)})


def _preview(request: HttpRequest, checked: sheet.Checked) -> dict[str, Any]:
    guests = checked.guests
    sealed = sheet.sealed(guests, by=request.user) if guests else ""
    return {"guests": guests[:SHOWN], "count": len(guests), "skipped": checked.skipped, "sealed": sealed}


@require_POST
def sheet_apply(request: HttpRequest) -> HttpResponse:
    """Invite everybody of a preview: a few at once, many by a worker. Either way the job's page says how it went."""
    _only_those_who_look_after(request)
    now = clock.now()
    try:
        guests = sheet.unsealed(request.POST.get("sealed", ""), by=request.user)
    except signing.BadSignature:
        blockers = ["รายชื่อที่ตรวจไว้เกิน 1 ชั่วโมงหรือไม่ครบ กรุณาส่งไฟล์อีกครั้ง ยังไม่ได้เชิญใคร"]
        context = {"form": SheetForm(), "max_bytes": settings.KPI_UPLOAD_MAX_BYTES, "blockers": blockers}
        return render(request, PAGE, context, status=422)
    job = jobs.invite(guests, by=request.user, at=now)
    if job.total <= jobs.AT_ONCE:
        jobs.run(job.pk, at=now)
    return redirect("people:job_detail", pk=job.pk)
