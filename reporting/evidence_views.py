"""A card's evidence: attach, reuse, link, take off, download one, download a round's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock, files
from kpiportal.http import page_or_fragment, wants_fragment
from kpiportal.models import Membership
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import NotReady
from reporting import cardpage, cardrows, evidence, rules
from reporting.card_views import PAGE, find_card
from reporting.forms import EvidenceForm, LinkForm, RemovalForm, ReuseForm
from reporting.models import Evidence, Report


def _list(
    request: HttpRequest, pk: int, *, status: int = 200, there: Evidence | None = None, **more: Any
) -> HttpResponse:
    """The card again, or its evidence alone to htmx; a plain browser that got its way is led back to the card.

    `there`: what the action gave; said when it was on the card before.
    """
    told = f"รายการนี้แนบไว้แล้วเป็นลำดับที่ {there.number} จึงไม่แนบซ้ำ" if there and there.is_there_already else ""
    if status == 200 and not request.htmx:
        if told:
            messages.info(request, told)
        return redirect("reporting:report_detail", pk=pk)
    if wants_fragment(request):
        context = cardpage.evidence_context(find_card(request, pk), by=request.user, **more)
    else:
        context = cardpage.context(find_card(request, pk), by=request.user, at=clock.now(), **more)
    return page_or_fragment(request, PAGE, "evidence", context | {"evidence_told": told}, status=status)


def _card(request: HttpRequest, pk: int) -> tuple[Report, Membership]:
    """The card, for those who put files on it: others who see it are refused before anything they sent is read."""
    report = cardrows.card_to_fill(request.user, pk)
    duty = rules.can_attach(request.user, report)
    if duty is None:
        raise PermissionDenied
    return report, duty


@require_POST
def evidence_attach(request: HttpRequest, pk: int) -> HttpResponse:
    report, _ = _card(request, pk)
    form, status = EvidenceForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            item = evidence.attach_evidence(report, form.cleaned_data["file"], by=request.user, at=clock.now())
            return _list(request, pk, there=item)
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        except NotReady as refusal:
            form.add_error("file", refusal.blockers[0].text)
    return _list(request, pk, evidence_form=form, status=status)


@require_POST
def evidence_reuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticked files of earlier rounds, put on this card, too."""
    report, duty = _card(request, pk)
    form = ReuseForm(request.POST, earlier=evidence.earlier_evidence(report, duty))
    if form.is_valid():
        try:
            evidence.reuse_evidence(report, form.chosen, by=request.user, at=clock.now())
            return _list(request, pk)
        except NotReady as refusal:
            form.add_error("earlier", refusal.blockers[0].text)
    return _list(request, pk, reuse_form=form, status=422)


@require_POST
def evidence_link(request: HttpRequest, pk: int) -> HttpResponse:
    report, _ = _card(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _list(request, pk, link_form=form, status=422)
    item = evidence.add_link(report, by=request.user, at=clock.now(), **form.cleaned_data)
    return _list(request, pk, there=item)


@require_POST
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("report"), pk=pk)
    form = RemovalForm(request.POST)
    if form.is_valid():
        try:
            evidence.remove_evidence(item, by=request.user, at=clock.now(), **form.cleaned_data)
            return _list(request, item.report_id)
        except NotReady as refusal:
            form.add_error("reason", refusal.blockers[0].text)
    return _list(request, item.report_id, removal=(item.pk, form), status=422)


@require_safe
def evidence_download(request: HttpRequest, pk: int) -> HttpResponse:
    found = Evidence.objects.visible_to(request.user).exclude(file=None)
    return files.serve(get_object_or_404(found.select_related("file"), pk=pk).file, request)
