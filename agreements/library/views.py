"""The library of indicators, the compulsory ones of a framework, and taking rows into a form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import clusters, rules
from agreements.library import actions
from agreements.library.forms import CompulsoryForm, LibraryForm, TakeForm
from agreements.models import Agreement, Compulsory, Framework, LibraryIndicator
from agreements.states import FORM_OPEN, FrameworkState
from kpiportal import clock, thai
from kpiportal.fields import without_null
from kpiportal.workflow import Stale


@require_safe
def library_list(request: HttpRequest) -> HttpResponse:
    """What there is, by code; `?q=` in names, issues and definitions."""
    rows = LibraryIndicator.objects.visible_to(request.user)
    if sought := thai.clean_line(without_null(request.GET.get("q", "")))[:100]:
        rows = rows.containing(sought)
    context = {"rows": rows, "sought": sought, "may_keep": bool(rules.can_shape_framework(request.user))}
    return render(request, "agreements/library/library_list.html", context)


@require_http_methods(["GET", "POST"])
def library_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One indicator of the library, or a new one."""
    if not rules.can_shape_framework(request.user):
        raise PermissionDenied
    row = get_object_or_404(LibraryIndicator.objects.visible_to(request.user), pk=pk) if pk else None
    form, status, clash = LibraryForm(initial=LibraryForm.initial_of(row) if row else None), 200, ""
    if request.method == "POST":
        form, status = LibraryForm(request.POST), 422
        try:
            if form.is_valid():
                revision = form.cleaned_data["revision"]
                kept = actions.keep(row, by=request.user, at=clock.now(), revision=revision, **form.facts)
                messages.success(request, f"บันทึกตัวชี้วัด {kept.code} แล้ว")
                return redirect("agreements:library_list")
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except Stale as refusal:
            status, clash = 409, refusal.text
    context = {"form": form, "row": row, "clash": clash}
    return render(request, "agreements/library/library_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def compulsory_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The compulsory indicators of a framework; OPDC adds to a draft."""
    framework = get_object_or_404(Framework.objects.visible_to(request.user), pk=pk)
    may_shape = bool(rules.can_shape_framework(request.user))
    if request.method == "POST" and not may_shape:
        raise PermissionDenied
    form, status = CompulsoryForm(framework=framework), 200
    if request.method == "POST":
        form, status = CompulsoryForm(request.POST, framework=framework), 422
        if form.is_valid():
            actions.compel(framework, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, "เพิ่มตัวชี้วัดบังคับแล้ว")
            return redirect("agreements:compulsory_list", pk=pk)
    rows = framework.compulsory.select_related("library", "dimension")
    open_ = may_shape and framework.state == FrameworkState.DRAFT
    context = {"framework": framework, "rows": rows, "form": form if open_ else None}
    return render(request, "agreements/library/compulsory_list.html", context, status=status)


@require_POST
def compulsory_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rules_of = Compulsory.objects.filter(framework__in=Framework.objects.visible_to(request.user))
    rule = get_object_or_404(rules_of.select_related("library"), pk=pk)
    actions.release(rule, by=request.user, at=clock.now())
    messages.success(request, f"{rule.library.code} ไม่เป็นตัวชี้วัดบังคับแล้ว")
    return redirect("agreements:compulsory_list", pk=rule.framework_id)


@require_http_methods(["GET", "POST"])
def form_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Compulsory indicators, the library, and the cluster's indicators: tick, say where, take."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    if agreement.state not in FORM_OPEN:
        raise Stale(f"แบบฟอร์มอยู่ในสถานะ “{agreement.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    source = clusters.source_of(agreement)
    rows = clusters.offered(agreement, source) if source else []
    shown = _library(agreement)
    ruled = {one["row"].pk for one in shown["library"] if one["rule"]}
    choices = {"agreement": agreement, "cluster": [row.pk for row in rows], "ruled": ruled}
    form, status = TakeForm(**choices), 200
    if request.method == "POST":
        form, status = TakeForm(request.POST, **choices), 422
        if form.is_valid() and _take(request, agreement, form):
            return redirect("agreements:form_sheet", pk=pk)
    context = {"agreement": agreement, "form": form, "source": source, "cluster": rows, **shown}
    context |= {f"ticked_{name}": form.ticked(name) for name in ("library", "cluster")}
    return render(request, "agreements/library/form_take.html", context, status=status)


def _take(request: HttpRequest, agreement: Agreement, form: TakeForm) -> bool:
    try:
        made = actions.take_ticked(agreement, **form.cleaned_data, by=request.user, at=clock.now())
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, f"เพิ่ม {len(made)} ตัวชี้วัดแล้ว กรอกน้ำหนักและผลปีก่อนในตาราง")
    return True


def _library(agreement: Agreement) -> dict[str, list[Any]]:
    """Compulsory ones first; what stands in the form already is said so."""
    there = set(agreement.indicators.exclude(library=None).values_list("library", flat=True))
    ruled = {rule.library_id: rule for rule in agreement.framework.compulsory.select_related("dimension")}
    rows = [
        {"row": row, "rule": ruled.get(row.pk), "there": row.pk in there}
        for row in LibraryIndicator.objects.filter(is_active=True)
    ]
    return {"library": sorted(rows, key=lambda one: one["rule"] is None)}
