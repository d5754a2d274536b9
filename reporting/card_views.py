"""The card of one indicator in one round: fill, see the score, attach, send, certify, review."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import scoring
from kpiportal import clock, files
from kpiportal.http import page_or_fragment, refuse
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady, Stale, of_slug
from reporting import actions, cardpage, rules, workflow
from reporting.forms import CardForm, DecisionForm, EvidenceForm
from reporting.models import Evidence, Report

PAGE = "reporting/report_detail.html"


def _report(request: HttpRequest, pk: int) -> Report:
    return get_object_or_404(cardpage.with_everything(Report.objects.visible_to(request.user)), pk=pk)


def _own_card(request: HttpRequest, pk: int) -> Report:
    """The card, for its collector only: others who see it are refused before anything they sent is read."""
    report = _report(request, pk)
    if not rules.can_file(request.user, report):
        raise PermissionDenied
    return report


def _page(request: HttpRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, PAGE, cardpage.context(report, by=request.user, at=clock.now(), **more), status=status)


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _report(request, pk))


@require_POST
def report_score(request: HttpRequest, pk: int) -> HttpResponse:
    """The score of what is typed, not saved: one scoring engine for every surface."""
    report = _own_card(request, pk)
    form = CardForm(request.POST, report=report)
    form.is_valid()
    return render(request, f"{PAGE}#score-panel", {"score": cardpage.preview(report, form)})


@require_POST
def report_save(request: HttpRequest, pk: int) -> HttpResponse:
    report = _own_card(request, pk)
    form = CardForm(request.POST, report=report)
    if not form.is_valid():
        return refuse(request, 400) if form.is_broken else _page(request, report, form=form, status=422)
    try:
        _save(request, report, form)
    except Stale as clash:
        return _clash(request, pk, form, clash)
    except scoring.ResultError as error:
        return _page(request, report, form=form, blockers=[Blocker(str(error))], status=422)
    messages.success(request, "บันทึกร่างแล้ว")
    return redirect("reporting:report_detail", pk=pk)


@require_POST
def report_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is on the page, then send it; a second press of the same page gets the same receipt."""
    report = _own_card(request, pk)
    form = CardForm(request.POST, report=report)
    if not form.is_valid():
        return refuse(request, 400) if form.is_broken else _page(request, report, form=form, status=422)
    token = form.cleaned_data["token"]
    if not report.versions.filter(token=token).exists():
        try:
            report = _save(request, report, form)
            actions.send_report(report, by=request.user, revision=report.revision, at=clock.now(), token=token)
        except Stale as clash:
            return _clash(request, pk, form, clash)
        except (NotReady, scoring.ResultError) as refusal:
            found = getattr(refusal, "blockers", None) or [Blocker(str(refusal))]
            return _page(request, _report(request, pk), form=form.renewed(), blockers=found, status=422)
    messages.success(request, "ส่งให้หัวหน้าหน่วยงานรับรองแล้ว")
    return redirect("reporting:report_detail", pk=pk)


def _save(request: HttpRequest, report: Report, form: CardForm) -> Report:
    return actions.save_report(
        report,
        by=request.user,
        revision=form.cleaned_data["revision"],
        at=clock.now(),
        answers=form.answers,
        entries=form.entries,
    )


def _clash(request: HttpRequest, pk: int, form: CardForm, clash: Stale) -> HttpResponse:
    """Somebody else saved or moved the card: what was typed stays, what is stored now stands beside it."""
    report = _report(request, pk)
    if report.versions.filter(token=form.cleaned_data.get("token") or uuid.uuid4()).exists():
        return redirect("reporting:report_detail", pk=pk)
    return _page(request, report, form=form, clash=clash.text, status=409)


@require_POST
def report_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Certify, refuse, accept or send back."""
    report = _report(request, pk)
    transition = of_slug(workflow.DECISIONS, verb)
    if transition is None:
        raise Http404
    form = DecisionForm(request.POST)
    at_fault = {"decision": transition.slug, "reason": form["reason"].value() or ""}
    if not form.is_valid():
        too_long = form.errors.get("reason")
        return (
            _page(request, report, reason_error=too_long[0], status=422, **at_fault)
            if too_long
            else refuse(request, 400)
        )
    revision = form.cleaned_data["revision"]
    facts = {"reason": form.cleaned_data["reason"]} if transition.asks_reason else {}
    try:
        actions.OF_VERB[transition.verb](report, by=request.user, revision=revision, at=clock.now(), **facts)
    except NotReady as refusal:
        return _page(request, report, reason_error=refusal.blockers[0].text, status=422, **at_fault)
    except Stale as clash:
        return _page(request, _report(request, pk), blockers=[Blocker(clash.text)], status=409, **at_fault)
    messages.success(request, transition.done + "แล้ว")
    return redirect("reporting:report_detail", pk=pk)


@require_POST
def evidence_attach(request: HttpRequest, pk: int) -> HttpResponse:
    report = _own_card(request, pk)
    form, status = EvidenceForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            actions.attach_evidence(report, form.cleaned_data["file"], by=request.user, at=clock.now())
            status = 200
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
    if status == 200 and not request.htmx:
        return redirect("reporting:report_detail", pk=pk)
    context = cardpage.context(report, by=request.user, at=clock.now(), evidence_form=form if status != 200 else None)
    return page_or_fragment(request, PAGE, "evidence", context, status=status)


@require_POST
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("report"), pk=pk)
    actions.remove_evidence(evidence, by=request.user, at=clock.now())
    if not request.htmx:
        return redirect("reporting:report_detail", pk=evidence.report_id)
    report = _report(request, evidence.report_id)
    return page_or_fragment(request, PAGE, "evidence", cardpage.context(report, by=request.user, at=clock.now()))


@require_safe
def evidence_download(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("file"), pk=pk)
    return files.serve(evidence.file, request)
