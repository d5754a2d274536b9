"""The table of hosts, its paper, and the letter that appoints them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import rules
from agreements.models import Agreement
from agreements.signing import hosts
from kpiportal import clock, files
from kpiportal.workflow import NotReady


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    return get_object_or_404(Agreement.objects.visible_to(request.user).select_related("owner"), pk=pk)


def _page(request: HttpRequest, agreement: Agreement, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = hosts.table(agreement, on=clock.today())
    context = {
        "agreement": agreement,
        "rows": rows,
        "clashes": hosts.clashes(rows),
        "may_appoint": bool(rules.can_appoint_hosts(request.user, agreement)),
        **more,
    }
    return render(request, "agreements/signing/host_list.html", context, status=status)


@require_safe
def host_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _agreement(request, pk))


@require_safe
def hosts_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    response = HttpResponse(hosts.pdf(agreement, on=clock.today()), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(f"{hosts.title(agreement)}.pdf")
    return response


@require_POST
def appointment_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter to all hosts, drafted; its writer goes on at the letter's own page."""
    agreement = _agreement(request, pk)
    try:
        letter = hosts.draft_appointment(agreement, by=request.user, at=clock.now())
    except NotReady as refusal:
        return _page(request, agreement, blockers=refusal.blockers, status=422)
    messages.success(request, f"ร่างหนังสือมอบหมายถึง {letter.recipients.count()} หน่วยงานแล้ว")
    return redirect("meetings:letter_detail", pk=letter.pk)
