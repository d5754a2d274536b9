"""The negotiation form in the browser: the sheet, the editor of a row, rows added, moved and taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import form_actions, form_page, form_sheet, rules, weights
from agreements.form_page import Broken
from agreements.forms import AddForm, PlaceForm
from agreements.models import Agreement, Indicator
from agreements.states import FORM_OPEN
from kpiportal import clock
from kpiportal.http import refuse, wants_fragment
from kpiportal.prepared import PreparedFor
from kpiportal.workflow import Blocker, NotReady

SHEET = "agreements/form_sheet.html"
EDITOR = "agreements/indicator_edit.html"


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    """A form this person may write: 404 to whoever does not see it, 403 to whoever only sees it."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    return agreement


_indicator_for_a_deed = PreparedFor(lambda user, pk: Indicator.objects.visible_to(user).for_a_deed().filter(pk=pk))


def _indicator(request: HttpRequest, pk: int, *, whole: bool = False) -> Indicator:
    if whole:
        indicators = form_page.with_everything(Indicator.objects.visible_to(request.user))
        indicator = get_object_or_404(indicators, pk=pk)
    else:
        indicator = _indicator_for_a_deed.or_404(request.user, pk=pk)
    if not rules.can_edit(request.user, indicator.agreement):
        raise PermissionDenied
    return indicator


@require_safe
def form_sheet_page(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    if agreement.state not in FORM_OPEN:
        messages.info(request, f"แบบฟอร์มอยู่ในสถานะ “{agreement.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
        return redirect("agreements:agreement_detail", pk=pk)
    return _sheet(request, agreement)


def _sheet(request: HttpRequest, agreement: Agreement, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "agreement": agreement,
        "sheet": form_sheet.build(agreement),
        "needs_reason": form_actions.needs_reason(agreement),
        **more,
    }
    return render(request, SHEET, context, status=status)


@require_http_methods(["GET", "POST"])
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor; a POST saves the boxes sent, from here or from the sheet (form.js takes the answer as JSON)."""
    if request.method == "GET":
        indicator = _indicator(request, pk, whole=True)
        if indicator.agreement.state not in FORM_OPEN:
            return redirect("agreements:indicator_detail", pk=pk)
        return _editor(request, indicator)
    indicator = _indicator(request, pk)
    try:
        cells = form_actions.cells_of(indicator)
        edits = form_page.read_edits(cells, request.POST)
        saved = form_actions.edit_indicator(indicator, edits, by=request.user, at=clock.now())
    except Broken:
        return refuse(request, 400)
    except ValidationError as error:
        return _refused(request, pk, error.message_dict)
    except form_actions.Clash as clash:
        return _clashed(request, pk, clash)
    if not wants_fragment(request):
        messages.success(request, "บันทึกแล้ว")
        return redirect("agreements:indicator_edit", pk=pk)
    return JsonResponse(_answer(request, saved))


def _editor(request: HttpRequest, indicator: Indicator, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**form_page.context(indicator, **more), "hosts": form_page.hosts(indicator)}
    return render(request, EDITOR, context, status=status)


def _refused(request: HttpRequest, pk: int, errors: dict[str, list[str]]) -> HttpResponse:
    if wants_fragment(request):
        return JsonResponse({"errors": {name: " ".join(found) for name, found in errors.items()}}, status=422)
    return _editor(request, _indicator(request, pk, whole=True), typed=request.POST, errors=errors, status=422)


def _clashed(request: HttpRequest, pk: int, clash: form_actions.Clash) -> HttpResponse:
    if wants_fragment(request):
        stored = {name: form_page.shown(value) for name, value in clash.stored.items()}
        return JsonResponse({"clash": stored, "by": clash.by_text}, status=409)
    return _editor(request, _indicator(request, pk, whole=True), typed=request.POST, clash=clash, status=409)


def _answer(request: HttpRequest, saved: form_actions.Saved) -> dict[str, Any]:
    """What the page shows after a save: when, the boxes that changed, those that are wrong, the parts redrawn."""
    cells = form_actions.cells_of(saved.indicator)
    html = {}
    if {"weight", "inner_weight"} & set(saved.changed):
        panel = weights.of_agreement(saved.indicator.agreement)
        html["form-weights"] = render_to_string("agreements/_form_weights.html", {"weights": panel})
    if "editor" in request.POST:
        context = form_page.context(saved.indicator, whole=False)
        html["lacking"] = render_to_string(f"{EDITOR}#lacking", context)
        if {"kind", "step_count"} & set(saved.changed):
            for part in ("criteria-boxes", "children-part"):
                html[part] = render_to_string(f"{EDITOR}#{part}", context, request=request)
    return {
        "saved": form_page.clock_text(clock.now()),
        "values": form_page.values(saved.changed, cells, saved.holder),
        "marks": form_page.criteria_marks(saved.indicator),
        "html": html,
    }


@require_safe
def criteria_try(request: HttpRequest, pk: int) -> HttpResponse:
    """ถ้าได้ [ ] คะแนน = …: nothing is saved."""
    indicator = _indicator(request, pk, whole=True)
    context = {"tried": form_page.tried(indicator, request.GET.get("trial", ""))}
    return render(request, f"{EDITOR}#tried", context)


@require_POST
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new row; the editor opens on it."""
    agreement = _agreement(request, pk)
    form = AddForm(request.POST, agreement=agreement)
    if not form.is_valid():
        return _sheet(request, agreement, add=form, status=422)
    try:
        made = form_actions.add_blank(agreement, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return _sheet(request, agreement, blockers=refusal.blockers, add=form, status=422)
    return redirect("agreements:indicator_edit", pk=made.pk)


@require_POST
def indicator_place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down, or before another row; the sheet comes back with the row in its new place."""
    indicator = _indicator(request, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    form_actions.place_indicator(indicator, by=request.user, at=clock.now(), **form.cleaned_data)
    if wants_fragment(request):
        agreement = _agreement(request, indicator.agreement_id)
        return render(request, f"{SHEET}#sheet-rows", {"agreement": agreement, "sheet": form_sheet.build(agreement)})
    return redirect("agreements:form_sheet", pk=indicator.agreement_id)


@require_POST
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _indicator(request, pk, whole=True)
    reason = request.POST.get("reason", "")[:4_000]
    try:
        form_actions.remove_indicator(indicator, by=request.user, at=clock.now(), reason=reason)
    except NotReady as refusal:
        asked = next((b.text for b in refusal.blockers if b.field == "reason"), "")
        blockers = [b for b in refusal.blockers if not b.field]
        return _removal_refused(request, pk, asked, blockers, reason)
    messages.success(request, f"นำตัวชี้วัด {indicator.number} ออกแล้ว เนื้อหาเดิมอยู่ในประวัติของคำรับรองฯ")
    return redirect("agreements:form_sheet", pk=indicator.agreement_id)


def _removal_refused(request: HttpRequest, pk: int, asked: str, blockers: list[Blocker], reason: str) -> HttpResponse:
    indicator = _indicator(request, pk, whole=True)
    context = {**form_page.context(indicator), "hosts": form_page.hosts(indicator)}
    context |= {"blockers": blockers, "reason_error": asked, "reason": reason}
    return render(request, EDITOR, context, status=422)
