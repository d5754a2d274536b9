"""Pages of an evaluation: begin, score line by line, visits, announce, the sheet on paper, the year's rules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.criteria import as_scale
from agreements.models import Framework
from kpiportal import clock, files, moves, news
from kpiportal.http import refuse, wants_fragment
from kpiportal.sessions import unattended
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, Stale
from reporting.evaluation import actions, appeals, changes, page, paper, policy, rules, sar, workflow
from reporting.evaluation.forms import LineForm, PolicyForm, VisitForm
from reporting.models import Evaluation, EvaluationLine, Round, SiteVisit

PAGE = "reporting/evaluation/evaluation.html"
WITH = ("round__agreement__framework__scale", "round__agreement__owner")
DEEDS = {**actions.OF_VERB, workflow.APPEAL.verb: appeals.file_appeal}


def find(request: HttpRequest, pk: int) -> Evaluation:
    return get_object_or_404(Evaluation.objects.visible_to(request.user).select_related(*WITH), pk=pk)


def shown(request: HttpRequest, evaluation: Evaluation, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page with what a refusal says of it: `blockers`, `reason`, `visit`, `typed` (a line's form by its pk)."""
    typed = more.pop("typed", None)
    scored, at = page.Scoring(evaluation), clock.now()
    context = page.context(scored, by=request.user, at=at, typed=typed)
    context["news"] = changes.context(scored, request.user, at)
    context["history"] = page.history(evaluation, request.user)
    context["visit"] = more.pop("visit", VisitForm())
    context["max_bytes"] = settings.KPI_UPLOAD_MAX_BYTES
    return render(request, PAGE, {**context, **more}, status=status)


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, find(request, pk))


@require_safe
@unattended
def evaluation_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a page of the evaluation is still right: 204, else what happened (reporting/evaluation/changes.py)."""
    evaluation = find(request, pk)
    if not changes.may_ask(request.user, evaluation):
        raise PermissionDenied
    stamp = changes.stamp(evaluation, clock.now())
    now, saved = changes.since(evaluation, request.user, request.GET.get("revision", ""))
    return news.answer(request, stamp=stamp, now=now, sentence=lambda seen: changes.sentence(stamp), saved=saved)


@require_http_methods(["GET", "POST"])
def evaluation_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Before there is one: what OPDC has of the round, and the button."""
    rounds = Round.objects.visible_to(request.user).select_related("agreement__framework__scale", "agreement__owner")
    round = get_object_or_404(rounds, pk=pk)
    if not rules.can_score(request.user):
        raise PermissionDenied
    begun = Evaluation.objects.visible_to(request.user).filter(round=round).first()
    if begun:
        return redirect("reporting:evaluation", pk=begun.pk)
    if request.method == "POST":
        begun = actions.begin_evaluation(round, by=request.user, at=clock.now())
        return redirect("reporting:evaluation", pk=begun.pk)
    context = {"round": round, "ready": sar.is_at_opdc(round), "policy": policy.policy_of(round.agreement.framework)}
    return render(request, "reporting/evaluation/begin.html", context)


@require_POST
def line_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one line. htmx gets its figures beside the boxes, which nobody takes away while somebody types."""
    lines = EvaluationLine.objects.visible_to(request.user).select_related(*(f"evaluation__{name}" for name in WITH))
    line = get_object_or_404(lines, pk=pk)
    if not rules.can_score(request.user, line.evaluation):
        raise PermissionDenied
    form = LineForm(request.POST, line=line, scale=as_scale(line.evaluation.round.agreement.framework.scale))
    if "revision" in form.errors:
        return refuse(request, 400)
    if not form.is_valid():
        return _line_answer(request, line, form=form, status=422)
    revision = form.cleaned_data["revision"]
    try:
        actions.mark_line(line, form.marks, by=request.user, revision=revision, at=clock.now())
    except Stale as clash:
        return _line_answer(request, line, form=form, clash=clash.text, status=409)
    return _line_answer(request, line)


def _line_answer(
    request: HttpRequest, line: EvaluationLine, *, form: LineForm | None = None, clash: str = "", status: int = 200
) -> HttpResponse:
    evaluation = find(request, line.evaluation_id)
    if not wants_fragment(request):
        if status == 200:
            return redirect(f"{workflow.evaluation_url(evaluation)}#line-{line.pk}")
        found = [Blocker(clash)] if clash else []
        return shown(request, evaluation, status=status, blockers=found, typed={line.pk: form})
    scored = page.Scoring(evaluation)
    fresh = next(one for one in scored.lines if one.pk == line.pk)
    context = {"row": scored.row(fresh), "form": form, "clash": clash, "head": scored.head, "evaluation": evaluation}
    return render(request, "reporting/evaluation/_marked.html", context, status=status)


@require_POST
def lines_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the self score of whatever nobody has looked at."""
    evaluation = find(request, pk)
    if not rules.can_score(request.user, evaluation):
        raise PermissionDenied
    count = actions.accept_rest(evaluation, by=request.user, at=clock.now())
    messages.success(request, f"ยอมรับคะแนนตนเองแล้ว {count} ตัวชี้วัด")
    return redirect("reporting:evaluation", pk=pk)


@require_POST
def evaluation_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Announce, take back, accept, file the appeal, announce its decision."""
    refused = moves.press(request, find(request, pk), workflow.EVALUATION, verb, DEEDS)
    if refused is None:
        # Taken back to be scored again, it is no longer the party's to see; who took it back still is.
        return redirect("reporting:evaluation", pk=pk)
    facts = {"blockers": refused.said, "reason": refused.reason, "status": refused.status}
    return shown(request, find(request, pk), **facts)


@require_POST
def visit_note(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = find(request, pk)
    if not rules.can_score(request.user, evaluation):
        raise PermissionDenied
    form = VisitForm(request.POST, request.FILES)
    if not form.is_valid():
        return shown(request, evaluation, visit=form, status=422)
    try:
        actions.note_visit(evaluation, by=request.user, at=clock.now(), **form.cleaned_data)
    except UploadRefused as refusal:
        form.add_error("file", refusal.sentence)
        return shown(request, evaluation, visit=form, status=refusal.status)
    messages.success(request, "บันทึกการตรวจติดตามแล้ว")
    return redirect("reporting:evaluation", pk=pk)


@require_safe
def visit_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    with_file = SiteVisit.objects.visible_to(request.user).exclude(file=None).select_related("file")
    return files.serve(get_object_or_404(with_file, pk=pk).file, request)


@require_safe
def result_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """ใบแจ้งผลการประเมิน: self, deduction, evaluator, appeal, final, with the working."""
    evaluation = find(request, pk)
    response = HttpResponse(paper.result_pdf(page.Scoring(evaluation), at=clock.now()), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(paper.file_name(evaluation))
    return response


@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The year's deductions, days and grades."""
    frameworks = Framework.objects.visible_to(request.user).select_related("scale")
    framework = get_object_or_404(frameworks, pk=pk)
    if not rules.can_set_policy(request.user, framework):
        raise PermissionDenied
    row = policy.policy_of(framework)
    form, status = PolicyForm(request.POST or None, policy=row), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            revision = form.cleaned_data["revision"]
            try:
                actions.set_policy(row, by=request.user, revision=revision, at=clock.now(), **form.facts)
                messages.success(request, "บันทึกหลักเกณฑ์แล้ว")
                return redirect("reporting:evaluation_policy", pk=pk)
            except Stale as clash:
                form.add_error(None, clash.text)
                status = 409
    return render(request, "reporting/evaluation/policy.html", {"framework": framework, "form": form}, status=status)
