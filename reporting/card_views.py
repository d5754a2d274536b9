"""The card of one indicator in one round: fill, see the score, attach, send, certify, review."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import scoring
from kpiportal import clock, moves, news
from kpiportal.http import refuse
from kpiportal.sessions import BEGAN, unattended
from kpiportal.workflow import Blocker, NotReady, Stale
from reporting import actions, autosave, cardnews, cardpage, cardrows, contributions, dressed, rules, workflow
from reporting.forms import CardForm, ReturnForm
from reporting.models import Report

PAGE = "reporting/report_detail.html"


def find_card(request: HttpRequest, pk: int) -> Report:
    return cardrows.card_to_show(request.user, pk)


def own_card(request: HttpRequest, pk: int) -> Report:
    """The card, for its collector only: others who see it are refused before anything they sent is read."""
    report = cardrows.card_to_fill(request.user, pk)
    if not rules.can_file(request.user, report):
        raise PermissionDenied
    return report


def page(request: HttpRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    context = cardpage.context(report, by=request.user, at=clock.now(), **more)
    return render(request, PAGE, {**context, "session": session_limits(request)}, status=status)


def session_limits(request: HttpRequest) -> dict[str, int]:
    """How long this sign-in still lasts, in seconds: left alone, and at the most (static/js/session.js warns)."""
    now = int(clock.now().timestamp())
    left = settings.KPI_SESSION_MAX_SECONDS - (now - request.session.get(BEGAN, now))
    return {"idle": settings.KPI_SESSION_IDLE_SECONDS, "left": left}


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, find_card(request, pk))


@require_safe
@unattended
def report_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the page is still right: 204, else what happened (reporting/cardnews.py)."""
    report = cardrows.card_to_watch(request.user, pk)
    if not rules.can_file(request.user, report):
        raise PermissionDenied
    told = partial(cardnews.sentence, report)
    return news.answer(request, stamp=cardnews.stamp(report), now=report.revision, sentence=told)


@require_POST
def report_score(request: HttpRequest, pk: int) -> HttpResponse:
    """The score of what is typed, not saved: one scoring engine for every surface."""
    report = own_card(request, pk)
    cardrows.load_baselines(report.indicator)
    form = CardForm(request.POST, report=report)
    form.is_valid()
    return render(request, f"{PAGE}#score-panel", {"score": cardpage.preview(report, form)})


@require_POST
def report_save(request: HttpRequest, pk: int) -> HttpResponse:
    report = own_card(request, pk)
    cardrows.load_entries(report)
    form = CardForm(request.POST, report=report)
    if not form.is_valid():
        return _not_clean(request, pk, form)
    facts = {"answers": form.answers, "entries": form.entries}
    try:
        dressed.same_version(report, request.POST.get("agreed", ""))
        actions.save_report(report, by=request.user, revision=_revision(report, form), at=clock.now(), **facts)
    except Stale as clash:
        return _clash(request, pk, form, clash)
    except scoring.ResultError as error:
        return page(request, find_card(request, pk), form=form, blockers=[Blocker(str(error))], status=422)
    messages.success(request, "บันทึกร่างแล้ว")
    return redirect("reporting:report_detail", pk=pk)


@require_POST
def report_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the boxes that were changed; JSON says what became of each (reporting/autosave.py)."""
    report = own_card(request, pk)
    cardrows.load_children(report)
    try:
        dressed.same_version(report, request.POST.get("agreed", ""))
        kept = autosave.keep(report, request.POST, by=request.user, at=clock.now())
    except Stale as refusal:
        return JsonResponse({"refused": refusal.text}, status=409)
    return JsonResponse(kept.as_json())


@require_POST
def report_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is on the page and send it; a second press of the same page gets the same receipt."""
    report = own_card(request, pk)
    cardrows.load_entries(report)
    form = CardForm(request.POST, report=report)
    if not form.is_valid():
        return _not_clean(request, pk, form)
    token, sure = form.cleaned_data["token"], request.POST.get("sure", "")
    facts = {"answers": form.answers, "entries": form.entries, "token": token, "sure": sure}
    try:
        dressed.same_version(report, request.POST.get("agreed", ""))
        receipt = actions.file_report(
            report, by=request.user, revision=_revision(report, form), at=clock.now(), **facts
        )
    except Stale as clash:
        return _clash(request, pk, form, clash)
    except (NotReady, scoring.ResultError) as refusal:
        found = getattr(refusal, "blockers", None) or [Blocker(str(refusal))]
        return page(request, find_card(request, pk), form=form.renewed(), blockers=found, status=422)
    messages.success(request, f"ส่งให้หัวหน้าหน่วยงานรับรองแล้ว {receipt} เลขที่ใบรับ {receipt.receipt}")
    return redirect("reporting:report_detail", pk=pk)


def _revision(report: Report, form: CardForm) -> int:
    """The revision the page knew; today's when the page says exactly what is stored: nobody is overwritten then."""
    known = form.cleaned_data["revision"]
    return known if form.differences(CardForm.initial_of(report)) else report.revision


def _not_clean(request: HttpRequest, pk: int, form: CardForm) -> HttpResponse:
    return refuse(request, 400) if form.is_broken else page(request, find_card(request, pk), form=form, status=422)


def _clash(request: HttpRequest, pk: int, form: CardForm, clash: Stale) -> HttpResponse:
    """Somebody else saved or moved the card: what was typed stays, what is stored now stands beside it."""
    return page(request, find_card(request, pk), form=form, clash=clash.text, status=409)


@require_POST
def report_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Certify, refuse, accept, send back or take back."""
    table = [*workflow.DECISIONS, *workflow.UNDOING]
    refused = moves.press(request, find_card(request, pk), table, verb, actions.OF_VERB, make=ReturnForm)
    if refused is None:
        return redirect("reporting:report_detail", pk=pk)
    found = [blocker for blocker in refused.blockers if not refused.form.tell(blocker)]
    at_fault = {"decision": verb, "returning": refused.form, "blockers": found}
    return page(request, find_card(request, pk), status=refused.status, **at_fault)


@require_POST
def report_contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """A co-host's own part of the card."""
    report = find_card(request, pk)
    if (duty := contributions.duty_of(request.user, report)) is None:
        raise PermissionDenied
    form = contributions.ContributionForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400) if "revision" in form.errors else page(request, report, part=form, status=422)
    try:
        contributions.supply(report, duty.organization, by=request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        return page(request, find_card(request, pk), part=form, blockers=[Blocker(clash.text)], status=409)
    messages.success(request, "ส่งข้อมูลของหน่วยงานให้เจ้าภาพหลักแล้ว")
    return redirect("reporting:report_detail", pk=pk)
