"""Who answers for an indicator, from the form to the last round; the table of hosts, its paper and its letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agreements import actions, form_page, rules, views
from agreements.forms import HostsForm
from agreements.models import Agreement, Indicator
from agreements.signing import hosts
from agreements.states import FORM_OPEN
from kpiportal import clock, files
from kpiportal.workflow import NotReady

EDITOR = "agreements/indicator_edit.html"
CHANGED = "มีผู้อื่นเปลี่ยนเจ้าภาพของตัวชี้วัดนี้ไปก่อนแล้ว รายการด้านล่างคือค่าล่าสุด ตรวจแล้วเลือกอีกครั้ง"


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


@require_POST
def indicator_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    """One host, any number of co-hosts: proposed with the form, appointed or changed as long as the year runs."""
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user).select_related("agreement"), pk=pk)
    if not rules.can_appoint_hosts(request.user, indicator.agreement):
        raise PermissionDenied
    form = HostsForm(request.POST, agreement=indicator.agreement)
    if not form.is_valid():
        return _refused(request, pk, form.errors.get("host") or form.errors.get("co_hosts"), 422)
    if form.cleaned_data.pop("was") not in ("", form_page.hosts(indicator)["was"]):
        return _refused(request, pk, [CHANGED], 409)
    actions.appoint_hosts(indicator, by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, "บันทึกเจ้าภาพแล้ว")
    if indicator.agreement.state in FORM_OPEN:
        return redirect("agreements:indicator_edit", pk=pk)
    return redirect(f"{reverse('agreements:indicator_detail', args=[pk])}#hosts")


def _refused(request: HttpRequest, pk: int, sentences: Any, status: int) -> HttpResponse:
    """The page the choice was made on: the form's editor, or the indicator's own page after it was sent."""
    indicators = Indicator.objects.visible_to(request.user)
    shown = get_object_or_404(indicators.for_a_page(), pk=pk)
    if shown.agreement.state not in FORM_OPEN:
        return views.indicator_page(request, shown, hosts_error=sentences, status=status)
    indicator = form_page.with_everything(indicators).get(pk=pk)
    context = {**form_page.context(indicator), "hosts": form_page.hosts(indicator), "hosts_error": sentences}
    return render(request, EDITOR, context, status=status)


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
