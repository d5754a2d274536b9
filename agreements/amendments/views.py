"""Requests to change what was signed: the list, one request, its draft, its papers, its decision; old versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.amendments import actions, annex, outcome, page, rules, workflow
from agreements.amendments.forms import AddRowForm, DecisionForm, PaperForm, RequestForm
from agreements.models import Agreement, AgreementVersion, Amendment, AmendmentFile, Indicator
from kpiportal import clock, files, moves
from kpiportal.http import refuse
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady, Stale

DETAIL = "agreements/amendments/amendment_detail.html"


def _amendment(request: HttpRequest, pk: int) -> Amendment:
    return get_object_or_404(page.with_everything(Amendment.objects.visible_to(request.user)), pk=pk)


def _draft(request: HttpRequest, pk: int) -> Amendment:
    """For its writers: others are refused before anything they sent is read."""
    amendment = _amendment(request, pk)
    if not rules.can_write(request.user, amendment):
        raise PermissionDenied
    return amendment


def _page(request: HttpRequest, amendment: Amendment, *, status: int = 200, **more: Any) -> HttpResponse:
    context = page.context(amendment, by=request.user, **more)
    context["max_bytes"] = settings.KPI_UPLOAD_MAX_BYTES
    return render(request, DETAIL, context, status=status)


@require_http_methods(["GET", "POST"])
def amendment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests of an agreement and its versions; POST begins another request."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if request.method == "POST":
        made = actions.open_request(agreement, by=request.user, at=clock.now())
        return redirect("agreements:amendment_detail", pk=made.pk)
    return render(request, "agreements/amendments/amendment_list.html", page.listing(agreement, request.user))


@require_safe
def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _amendment(request, pk))


@require_POST
def amendment_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft; then, as the button says, add a row or take one out."""
    amendment = _draft(request, pk)
    form = RequestForm(request.POST, amendment=amendment, rows=page.pairs(amendment))
    if not form.is_valid():
        return refuse(request, 400) if "revision" in form.errors else _page(request, amendment, form=form, status=422)
    facts = {"facts": form.facts, "texts": form.asked, "revision": form.cleaned_data["revision"]}
    try:
        actions.save_request(amendment, by=request.user, at=clock.now(), **facts)
    except Stale as clash:
        amendment = _draft(request, pk)
        form = form.renewed(amendment.revision)
        return _page(request, amendment, form=form, blockers=[Blocker(clash.text)], status=409)
    return _then(request, pk)


def _then(request: HttpRequest, pk: int) -> HttpResponse:
    amendment, (deed, _, row) = _draft(request, pk), request.POST.get("then", "").partition("-")
    if deed == "remove" and row.isdigit():
        actions.remove_row(amendment, int(row), by=request.user, at=clock.now())
    elif deed == "add":
        add = AddRowForm(request.POST, indicators=list(outcome.load(amendment.agreement).values()))
        if not add.is_valid() or not add.cleaned_data["indicator"]:
            add.add_error("indicator", "เลือกตัวชี้วัดที่ขอเปลี่ยน")
            return _page(request, amendment, add=add, status=422)
        indicator = Indicator.objects.visible_to(request.user).get(pk=add.cleaned_data["indicator"])
        try:
            actions.add_row(amendment, indicator, add.cleaned_data["field"], by=request.user, at=clock.now())
        except NotReady as refusal:
            add.add_error(refusal.blockers[0].field, refusal.blockers[0].text)
            return _page(request, amendment, add=add, status=422)
    messages.success(request, "บันทึกร่างคำขอแล้ว")
    return redirect("agreements:amendment_detail", pk=pk)


@require_POST
def amendment_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Sign and hand in, hand in with the scan, take back, drop."""
    refused = moves.press(request, _amendment(request, pk), workflow.MOVES, verb, actions.OF_VERB)
    if refused is None:
        return redirect("agreements:amendment_detail", pk=pk)
    asked = next((blocker.text for blocker in refused.said if blocker.field == "reason"), "")
    found = [blocker for blocker in refused.said if blocker.field != "reason"]
    return _page(request, _amendment(request, pk), blockers=found, reason_error=asked, status=refused.status)


@require_POST
def amendment_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """OPDC's word on every row, and what was granted comes into force."""
    amendment = _amendment(request, pk)
    if not rules.can_decide(request.user, amendment):
        raise PermissionDenied
    form = DecisionForm(request.POST, rows=page.pairs(amendment))
    if "revision" in form.errors:
        return refuse(request, 400)
    if form.errors:
        return _page(request, amendment, decision=form, status=422)
    facts = {"revision": form.cleaned_data["revision"], "at": clock.now()}
    try:
        decided = actions.decide(amendment, form.verdicts, by=request.user, **facts)
    except NotReady as refusal:
        return _page(request, amendment, decision=form, blockers=refusal.blockers, status=422)
    except Stale as clash:
        amendment = _amendment(request, pk)
        again = DecisionForm.again(request.POST, page.pairs(amendment), amendment.revision)
        return _page(request, amendment, decision=again, blockers=[Blocker(clash.text)], status=409)
    messages.success(request, f"บันทึกผลการพิจารณาแล้ว: {decided.get_state_display()}")
    return redirect("agreements:amendment_detail", pk=pk)


@require_POST
def amendment_attach(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A paper of evidence, or the scan of the request the governor signed."""
    amendment = _draft(request, pk)
    form, status = PaperForm(request.POST, request.FILES), 422
    if form.is_valid():
        upload, title = form.cleaned_data["upload"], form.cleaned_data["title"]
        facts = {"by": request.user, "at": clock.now()}
        try:
            if kind == "signed":
                actions.attach_signed(amendment, upload, **facts)
            else:
                actions.attach(amendment, upload, title=title, **facts)
        except UploadRefused as refusal:
            form.add_error("upload", refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, "แนบเอกสารแล้ว")
            return redirect("agreements:amendment_detail", pk=pk)
    return _page(request, amendment, paper=form, status=status)


@require_POST
def amendment_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    papers = AmendmentFile.objects.visible_to(request.user).select_related("amendment__agreement")
    paper = get_object_or_404(papers, pk=pk)
    actions.detach(paper, by=request.user, at=clock.now())
    messages.success(request, f"นำ{paper.title}ออกแล้ว")
    return redirect("agreements:amendment_detail", pk=paper.amendment_id)


@require_safe
def amendment_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    papers = AmendmentFile.objects.visible_to(request.user).select_related("file")
    return files.serve(get_object_or_404(papers, pk=pk).file, request)


@require_safe
def amendment_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    amendments = Amendment.objects.visible_to(request.user).exclude(signed_copy=None).select_related("signed_copy")
    return files.serve(get_object_or_404(amendments, pk=pk).signed_copy, request)


@require_safe
def amendment_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """The changed annex as PDF: of an applied request what was decided, before that a draft of what is asked."""
    amendment = _amendment(request, pk)
    response = HttpResponse(annex.pdf(amendment), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(annex.file_name(amendment))
    return response


@require_safe
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as it was frozen, whatever came after it."""
    versions = AgreementVersion.objects.visible_to(request.user).select_related("agreement__owner", "frozen_by")
    row = get_object_or_404(versions, pk=pk)
    return render(request, "agreements/amendments/version_detail.html", page.version(row))
