"""The SAR of a round: begin, look, move on, its documents, its letter, and the page that proves it to anybody."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import audit, clock, documents, files, moves
from kpiportal.http import page_or_fragment
from kpiportal.models.people import Kind
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady, Stale
from reporting.evaluation.rules import link_to_evaluation
from reporting.models import Consolidation, Round
from reporting.sar import actions, exports, pages, paper, rules, workflow
from reporting.sar.forms import PaperSignatureForm
from reporting.states import SarState

PAGE = "reporting/sar/sar_detail.html"
_CODE = re.compile(f"[0-9a-f]{{{paper.SHOWN_OF_HASH},64}}")
_WITH = ("round__agreement__owner", "round__agreement__framework__scale", "letter", "file", "signed_copy")


def find_sar(request: HttpRequest, pk: int) -> Consolidation:
    return get_object_or_404(Consolidation.objects.visible_to(request.user).select_related(*_WITH), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sar_of_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The round's report; where there is none yet, the page that begins it."""
    rounds = Round.objects.visible_to(request.user).select_related("agreement__owner", "agreement__framework__scale")
    round = get_object_or_404(rounds, pk=pk)
    if request.method == "POST":
        try:
            sar = actions.begin_sar(round, by=request.user, at=clock.now())
        except Stale as clash:
            return _begin_page(request, round, blockers=[Blocker(clash.text)], status=409)
        return redirect("reporting:sar_detail", pk=sar.pk)
    found = Consolidation.objects.visible_to(request.user).filter(round=round).first()
    return redirect("reporting:sar_detail", pk=found.pk) if found else _begin_page(request, round)


def _begin_page(request: HttpRequest, round: Round, *, status: int = 200, **more: Any) -> HttpResponse:
    may_begin = bool(rules.can_begin(request.user, round)) and not rules.is_over(round)
    result = link_to_evaluation(round, request.user) if rules.is_over(round) else None
    context = {"round": round, "may_begin": may_begin, "over": rules.is_over(round), "result": result, **more}
    return render(request, "reporting/sar/sar_begin.html", context, status=status)


@require_safe
def sar_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, find_sar(request, pk))


def page(request: HttpRequest, sar: Consolidation, *, status: int = 200, **more: Any) -> HttpResponse:
    form = more.pop("form", None) or PaperSignatureForm(initial={"revision": sar.revision})
    context = pages.context(sar, by=request.user, at=clock.now(), **more)
    history = audit.history(sar) if "history" in request.GET else None
    context |= {"form": form, "history": history}
    return page_or_fragment(request, PAGE, "documents", context, status=status)


@require_POST
def sar_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Propose, approve, sign, send, return."""
    make = partial(moves.MoveForm, reasoned=actions.TAKES_REASON)
    refused = moves.press(request, find_sar(request, pk), workflow.SAR, verb, actions.OF_VERB, make=make)
    if refused is None:
        return redirect("reporting:sar_detail", pk=pk)
    at_fault = {"slug": verb, "reason": refused.reason, "blockers": refused.said}
    return page(request, find_sar(request, pk), status=refused.status, **at_fault)


@require_POST
def sar_sign_on_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of what was signed with a pen, by whom and when."""
    sar = find_sar(request, pk)
    if not rules.can_write(request.user, sar):
        raise PermissionDenied
    form, status = PaperSignatureForm(request.POST, request.FILES), 422
    if form.is_valid():
        facts = {**form.cleaned_data, "upload": form.cleaned_data["file"]}
        del facts["file"]
        try:
            actions.sign_sar_on_paper(sar, by=request.user, at=clock.now(), **facts)
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        except (NotReady, Stale) as refusal:
            found = getattr(refusal, "blockers", None) or [Blocker(str(refusal))]
            status = 422 if isinstance(refusal, NotReady) else 409
            return page(request, find_sar(request, pk), form=form, blockers=found, status=status)
        else:
            messages.success(request, workflow.SIGN_ON_PAPER.told)
            return redirect("reporting:sar_detail", pk=pk)
    return page(request, sar, form=form, status=status)


@require_safe
def sar_signed_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = Consolidation.objects.visible_to(request.user).exclude(signed_copy=None).select_related("signed_copy")
    return files.serve(get_object_or_404(found, pk=pk).signed_copy, request)


@require_safe
def sar_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document as it was sent."""
    found = Consolidation.objects.visible_to(request.user).exclude(file=None).select_related("file")
    return files.serve(get_object_or_404(found, pk=pk).file, request)


@require_POST
def sar_document(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Have it made as PDF, Word or Excel; the job's page says when it is there."""
    sar = find_sar(request, pk)
    if kind not in pages.FORMATS:
        raise Http404
    title = paper.file_name(sar, kind)
    facts = {"subject": pages.subject_of(sar), "title": title, "by": request.user, "at": clock.now()}
    job = documents.order(f"sar.{kind}", sar.pk, **facts)
    return redirect("people:job_detail", pk=job.pk)


@require_POST
def sar_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """For OPDC: the tables of every province that has sent its report of this round, in one file."""
    sar = find_sar(request, pk)
    if not request.user.sits_at(Kind.OPDC):
        raise PermissionDenied
    facts = {"subject": pages.annex_subject(sar), "title": f"{exports.annex_title(sar)}.pdf"}
    job = documents.order("sar.annex", sar.pk, by=request.user, at=clock.now(), **facts)
    return redirect("people:job_detail", pk=job.pk)


@require_POST
def sar_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The cover letter, drafted in the register; from there it is issued like any."""
    sar = find_sar(request, pk)
    try:
        letter = actions.draft_cover_letter(sar, by=request.user, at=clock.now())
    except NotReady as refusal:
        return page(request, sar, blockers=refusal.blockers, status=422)
    except Stale as clash:
        return page(request, find_sar(request, pk), blockers=[Blocker(clash.text)], status=409)
    return redirect("meetings:letter_detail", pk=letter.pk)


@login_not_required
@require_safe
def sar_proof(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever holds the paper: whether the portal knows such a report, and its whole hash. No name of a person."""
    known = Consolidation.objects.select_related("round__agreement__owner", "file", "signed_copy")
    sar = known.filter(sha256__startswith=code).first() if _CODE.fullmatch(code) else None
    context = {"sar": sar, "sent": bool(sar and sar.state == SarState.SENT), "code": code}
    return render(request, "reporting/sar/sar_proof.html", context, status=200 if sar else 404)
