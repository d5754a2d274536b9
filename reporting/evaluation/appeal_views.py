"""Pages of an appeal: the party writes it, OPDC decides it, both read it on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import scoring
from agreements.criteria import as_scale
from kpiportal import clock, files, news
from kpiportal.http import refuse
from kpiportal.keeping import as_text
from kpiportal.sessions import unattended
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady, Stale, offered
from reporting.card_views import session_limits
from reporting.evaluation import appeals, changes, page, rules, workflow
from reporting.evaluation.forms import DecisionForm, DisputeForm
from reporting.evaluation.states import EvaluationState
from reporting.evaluation.views import find
from reporting.models import AppealFile, AppealItem, Evaluation, EvaluationLine


@require_safe
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, find(request, pk))


def _page(request: HttpRequest, evaluation: Evaluation, *, status: int = 200, **more: Any) -> HttpResponse:
    """`typed`: a refused form by the pk of its line (dispute) or item (decision); `chosen`: the line to write about."""
    typed, chosen = more.pop("typed", {}), more.pop("chosen", None) or request.GET.get("line", "")
    scored, user = page.Scoring(evaluation), request.user
    writes = page.may_appeal(evaluation, user, clock.now()) and bool(rules.can_write_appeal(user, evaluation))
    decides = evaluation.state == EvaluationState.APPEALED and bool(rules.can_decide(user, evaluation))
    items = list(page.items_of(evaluation, user))
    context = {
        "evaluation": evaluation, "round": scored.round, "writes": writes, "decides": decides,
        "tone": page.TONES[EvaluationState(evaluation.state)], "window": page.window(evaluation, clock.now()),
        "items": [_item(scored, item, decides, typed) for item in items],
        "others": [scored.row(line) for line in scored.lines if not hasattr(line, "appeal_item")] if writes else [],
        "writing": _writing(scored, chosen, typed) if writes else None,
        "unsaid": [] if writes else [box for form in typed.values() for box in _words(form)],
        "transitions": offered(evaluation, [workflow.APPEAL, workflow.DECIDE], by=user),
        "max_bytes": settings.KPI_UPLOAD_MAX_BYTES, "session": session_limits(request),
        "news": changes.context(scored, user, clock.now()),
    }  # fmt: skip
    return render(request, "reporting/evaluation/appeal.html", {**context, **more}, status=status)


def _item(scored: page.Scoring, item: AppealItem, decides: bool, typed: dict[int, Any]) -> dict[str, Any]:
    line = next(line for line in scored.lines if line.pk == item.line_id)
    form = typed.get(item.pk) or DecisionForm(item=item)
    told = scored.final_shown or decides  # OPDC's word is for the party only when all of it is announced
    return {
        "item": item,
        "row": scored.row(line),
        "asked": scored.number(item.asked_score),
        "score": scored.number(line.appeal_score),
        "told": told,
        "form": form if decides else None,
    }


def _writing(scored: page.Scoring, chosen: str, typed: dict[int, Any]) -> dict[str, Any] | None:
    line = next((line for line in scored.lines if str(line.pk) == str(chosen)), None)
    if line is None:
        return None
    item = getattr(line, "appeal_item", None)
    return {
        "row": scored.row(line),
        "form": typed.get(line.pk) or DisputeForm(line=line, scale=scored.scale),
        "stored": {name: [as_text(getattr(item, name, None))] for name in appeals.WORDS},
    }


def _words(form: forms.Form) -> list[tuple[str, str]]:
    """What was typed into a form that is not shown any more, to be copied."""
    return [(box.label, box.value()) for box in form if not box.is_hidden and isinstance(box.value(), str)]


def _line(request: HttpRequest, pk: int) -> tuple[EvaluationLine, Evaluation, scoring.Scale]:
    """One indicator's line, for whoever may write about it."""
    lines = EvaluationLine.objects.visible_to(request.user).select_related("indicator", "appeal_item")
    line = get_object_or_404(lines, pk=pk)
    evaluation = find(request, line.evaluation_id)
    if not rules.can_write_appeal(request.user, evaluation):
        raise PermissionDenied
    return line, evaluation, as_scale(evaluation.round.agreement.framework.scale)


@require_POST
def dispute_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the boxes that were changed; JSON says what became of each (kpiportal/keeping.py)."""
    line, _, scale = _line(request, pk)
    try:
        kept = appeals.keep(line, request.POST, scale=scale, by=request.user, at=clock.now())
    except Stale as refusal:
        return JsonResponse({"refused": refusal.text}, status=409)
    return JsonResponse(kept.as_json())


@require_safe
@unattended
def dispute_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the boxes of one dispute are still right: 204, else what happened."""
    line, evaluation, _ = _line(request, pk)
    stamp = changes.stamp(evaluation, clock.now())
    now = getattr(getattr(line, "appeal_item", None), "revision", 0)
    return news.answer(request, stamp=stamp, now=now, sentence=lambda seen: changes.sentence(stamp))


@require_POST
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, or rewrite, what is disputed of one indicator."""
    line, evaluation, scale = _line(request, pk)
    form = DisputeForm(request.POST, request.FILES, line=line, scale=scale)
    if "revision" in form.errors:
        return refuse(request, 400)
    again = {"typed": {line.pk: form}, "chosen": str(line.pk)}
    if not form.is_valid():
        return _page(request, evaluation, status=422, **again)
    try:
        appeals.dispute(line, by=request.user, at=clock.now(), **form.facts)
    except UploadRefused as refusal:
        form.add_error("files", refusal.sentence)
        return _page(request, evaluation, status=refusal.status, **again)
    except Stale as clash:
        return _page(request, find(request, evaluation.pk), status=409, clash=clash.text, **again)
    messages.success(request, f"บันทึกตัวชี้วัด {line.indicator.number} ในคำขออุทธรณ์แล้ว")
    return redirect("reporting:appeal", pk=evaluation.pk)


def _item_of(request: HttpRequest, pk: int) -> AppealItem:
    items = AppealItem.objects.visible_to(request.user).select_related("line__indicator", "line__evaluation")
    return get_object_or_404(items, pk=pk)


@require_POST
def dispute_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item_of(request, pk)
    appeals.take_back(item, by=request.user, at=clock.now())
    messages.success(request, f"นำตัวชี้วัด {item.line.indicator.number} ออกจากคำขออุทธรณ์แล้ว")
    return redirect("reporting:appeal", pk=item.line.evaluation_id)


@require_POST
def item_decide(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item_of(request, pk)
    evaluation = find(request, item.line.evaluation_id)
    if not rules.can_decide(request.user, evaluation):
        raise PermissionDenied
    form = DecisionForm(request.POST, item=item)
    if "revision" in form.errors:
        return refuse(request, 400)
    again = {"typed": {item.pk: form}}
    if not form.is_valid():
        return _page(request, evaluation, status=422, **again)
    try:
        appeals.decide_item(item, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        for blocker in refusal.blockers:
            form.add_error(blocker.field, blocker.text)
        return _page(request, evaluation, status=422, **again)
    except Stale as clash:
        return _page(request, evaluation, status=409, blockers=[Blocker(clash.text)], **again)
    return redirect("reporting:appeal", pk=evaluation.pk)


@require_safe
def appeal_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(AppealFile.objects.visible_to(request.user).select_related("file"), pk=pk)
    return files.serve(found.file, request)
