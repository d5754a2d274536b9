"""The register of letters received: look up, write in, put right, take away as Excel."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kpiportal import clock, files, thai
from kpiportal.letters import received, registers
from kpiportal.letters.office_forms import ReceivedForm
from kpiportal.models import Organization, ReceivedLetter
from kpiportal.rules import can_write_letters
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Stale

LIST, FORM = "letters/received_list.html", "letters/received_form.html"
PER_PAGE = 25


def _office(request: HttpRequest, *, writes: bool = False) -> Organization:
    """The office asked for, else the person's first; 404 where the person does not belong."""
    own = registers.offices_of(request.user)
    typed = request.GET.get("office", "")
    office = own.filter(pk=typed).first() if typed.isascii() and typed.isdigit() and len(typed) < 10 else own.first()
    if office is None:
        raise Http404
    if writes and not can_write_letters(request.user, office.pk):
        raise PermissionDenied
    return office


@require_safe
def received_list(request: HttpRequest) -> HttpResponse:
    office = _office(request)
    this_year = thai.be_year(clock.today().year)
    found, context = registers.received(office, request.GET.dict(), this_year=this_year)
    context |= {
        "office": office,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_write": bool(can_write_letters(request.user, office.pk)),
    }
    return render(request, LIST, context)


@require_safe
def received_export(request: HttpRequest) -> HttpResponse:
    office = _office(request)
    found, context = registers.received(office, request.GET.dict(), this_year=thai.be_year(clock.today().year))
    made = registers.received_workbook(office, context["year"], found, at=clock.now())
    return registers.download(made, f"ทะเบียนหนังสือรับ {office.full_name} {context['year']}.xlsx")


def _form(request: HttpRequest, form: ReceivedForm, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, FORM, {"form": form, "max_bytes": settings.KPI_UPLOAD_MAX_BYTES, **more}, status=status)


@require_http_methods(["GET", "POST"])
def received_new(request: HttpRequest) -> HttpResponse:
    office, now = _office(request, writes=True), clock.now().astimezone(thai.BANGKOK)
    if request.method == "GET":
        start = {"received_on": now.date(), "received_time": now.time(), "addressee": registers.head_of(office)}
        return _form(request, ReceivedForm(initial=start), office=office)
    form, status = ReceivedForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            row = received.receive(office, by=request.user, at=clock.now(), **form.facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except UploadRefused as refusal:
            form.add_error("scan", refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, f"ลงทะเบียนแล้ว เลขรับ {row.number}")
            return redirect("letters:received_list")
    return _form(request, form, status, office=office)


@require_http_methods(["GET", "POST"])
def received_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ReceivedLetter.objects.visible_to(request.user).select_related("register", "scan"), pk=pk)
    if not can_write_letters(request.user, row.register.organization_id):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, ReceivedForm(initial=ReceivedForm.initial_of(row)), row=row)
    form, status = ReceivedForm(request.POST, request.FILES), 422
    if form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            received.correct(row, revision=revision, by=request.user, at=clock.now(), **form.facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except (UploadRefused, Stale) as refusal:
            form.add_error(None, refusal.text if isinstance(refusal, Stale) else refusal.sentence)
            status = 409 if isinstance(refusal, Stale) else refusal.status
        else:
            messages.success(request, "แก้ไขแล้ว")
            return redirect("letters:received_list")
    return _form(request, form, status, row=row)


@require_safe
def received_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = ReceivedLetter.objects.visible_to(request.user).filter(scan__isnull=False).select_related("scan")
    return files.serve(get_object_or_404(rows, pk=pk).scan, request)
