"""The minutes' pages: writing them together, sending them round, corrections, adopting."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, moves, news
from kpiportal.http import refuse
from kpiportal.keeping import Kept
from kpiportal.workflow import Stale, Transition
from meetings import rules
from meetings.forms import RevisionForm
from meetings.minutes import actions, boxes, pages, workflow
from meetings.minutes.forms import AdoptForm, CorrectionForm, PartForm
from meetings.models import Minutes
from meetings.resolutions import actions as resolutions
from meetings.resolutions.forms import ResolutionForm
from meetings.views import find

PAGE = "meetings/minutes/minutes.html"


def _minutes(request: HttpRequest, pk: int) -> Minutes:
    """Of the meeting with that key."""
    rows = Minutes.objects.visible_to(request.user).select_related(
        "meeting__organization", "meeting__agreement", "saved_by", "adopted_in"
    )
    return get_object_or_404(rows, meeting=pk)


@require_POST
def meeting_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting took place; its minutes are drafted."""
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    actions.hold_meeting(find(request, pk), by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, "ร่างรายงานการประชุมจากระเบียบวาระแล้ว ตรวจรายชื่อผู้มาประชุมและเขียนต่อได้เลย")
    return redirect("meetings:minutes", pk=pk)


@require_http_methods(["GET", "POST"])
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Read or write them. A browser without a script posts every box at once."""
    row = _minutes(request, pk)
    if request.method == "GET":
        return _page(request, row)
    kept = boxes.keep(row, request.POST, by=request.user, at=clock.now())
    if kept.errors or kept.clashes:
        status = 409 if kept.clashes else 422
        return _page(request, _minutes(request, pk), kept=kept, typed=request.POST, status=status)
    messages.success(request, "บันทึกแล้ว")
    return redirect("meetings:minutes", pk=pk)


def _page(
    request: HttpRequest, row: Minutes, *, kept: Kept | None = None, typed: Any = None, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    context = pages.minutes(row, by=request.user, kept=kept, typed=typed)
    if context["may_edit"]:
        context |= {"part_form": PartForm(), "resolution_form": ResolutionForm(meeting=row.meeting)}
    if context["may_correct"]:
        context["correction_form"] = CorrectionForm()
    return render(request, PAGE, {**context, **more}, status=status)


@require_POST
def minutes_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the boxes that were changed; JSON says what became of each (minutes/boxes.py)."""
    row = _minutes(request, pk)
    try:
        kept = boxes.keep(row, request.POST, by=request.user, at=clock.now())
    except Stale as refusal:
        return JsonResponse({"refused": refusal.text}, status=409)
    return JsonResponse(kept.as_json())


@require_safe
def minutes_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the page that writes them is still right: 204, else what happened."""
    row = _minutes(request, pk)
    if not rules.can_call(request.user, row.meeting):
        raise PermissionDenied
    return news.answer(request, stamp=row.state, now=row.revision, sentence=lambda seen: boxes.what_happened(row))


@require_POST
def part_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _minutes(request, pk), PartForm(request.POST)
    if not rules.can_call(request.user, row.meeting):
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, row, part_form=form, status=422)
    data = form.cleaned_data
    actions.add_part(row, section=data["section"], title=data["new_title"], by=request.user, at=clock.now())
    return redirect("meetings:minutes", pk=pk)


@require_POST
def minutes_correct(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _minutes(request, pk), CorrectionForm(request.POST)
    office = pages.minutes(row, by=request.user)["may_correct"]
    if office is None:
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, row, correction_form=form, status=422)
    actions.correct(row, office, by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, "ส่งคำขอแก้ไขแล้ว")
    return redirect("meetings:minutes", pk=pk)


@require_POST
def minutes_move(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Send round, call back, adopt."""
    row = _minutes(request, pk)
    refused = moves.press(request, row, workflow.MINUTES, slug, actions.OF_VERB, make=partial(_move_form, row))
    if refused is None:
        return redirect("meetings:minutes", pk=pk)
    more = {"reason": refused.reason, "blockers": refused.said}
    return _page(request, _minutes(request, pk), status=refused.status, **more)


def _move_form(row: Minutes, data: Any, *, transition: Transition) -> Any:
    return AdoptForm(data, minutes=row) if transition is workflow.ADOPT else moves.MoveForm(data, transition=transition)


@require_POST
def resolution_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A resolution under one matter of the minutes."""
    row = _minutes(request, pk)
    form = ResolutionForm(request.POST, meeting=row.meeting)
    if not form.is_valid():
        if not rules.can_call(request.user, row.meeting):
            raise PermissionDenied
        return _page(request, row, resolution_form=form, status=422)
    resolutions.record(**form.cleaned_data, by=request.user, at=clock.now())
    messages.success(request, "บันทึกมติแล้ว ผู้รับผิดชอบจะเห็นในหน้างานของตนเมื่อเวียนรายงาน")
    return redirect("meetings:minutes", pk=pk)
