"""The trail: the list, the file, and one object with who did what to it and who opened it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, security_log, step_up
from kpiportal.files import content_disposition
from kpiportal.models import AuditEvent, SecurityLog
from kpiportal.trail import pages, rules, signins
from kpiportal.trail.forms import LookForDeeds, LookForSignIns

EXPORTS = (("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)"))

audit.tells(**{"trail.exported": "ส่งออกประวัติการใช้งาน"})


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Newest first, fifty at a time, by key."""
    if not rules.can_read(request.user):
        raise PermissionDenied
    form = LookForDeeds(request.GET)
    context = {"form": form, "exports": EXPORTS}
    if not form.is_valid():
        return render(request, "trail/event_list.html", context, status=422)
    events = form.narrow(AuditEvent.objects.visible_to(request.user))
    found, around = pages.before(events, request.GET.get("before", ""), form.asked)
    return render(request, "trail/event_list.html", {**context, "rows": pages.rows(found, request.user), **around})


@require_POST
def event_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file; taking them out is itself an action."""
    duty = rules.can_read(request.user)
    if not duty:
        raise PermissionDenied
    asked = LookForDeeds(request.POST)
    if not asked.is_valid():
        return render(request, "trail/event_list.html", {"form": asked}, status=422)
    step_up.require("ส่งออกประวัติการใช้งาน", press_again=True)
    now = clock.now()
    data = pages.as_file(asked.narrow(AuditEvent.objects.visible_to(request.user)), form, at=now)
    audit.record("trail.exported", request.user, by=request.user, at=now, duty=duty, form=form, asked=asked.asked)
    response = HttpResponse(data, content_type=pages.TYPES[form])
    response["Content-Disposition"] = content_disposition(f"ประวัติการใช้งาน.{form}")
    return response


@require_safe
def signin_list(request: HttpRequest) -> HttpResponse:
    """The security log: for whoever runs the machine."""
    if not signins.can_read(request.user):
        raise PermissionDenied
    form = LookForSignIns(request.GET)
    context = {"form": form, "days": settings.KPI_ACCESS_LOG_DAYS, "most": security_log.MOST}
    if not form.is_valid():
        return render(request, "trail/signin_list.html", context, status=422)
    # Whoever may read this log reads all of it: it belongs to no province.
    rows = form.narrow(SecurityLog.objects.select_related("user"))
    found, around = pages.before(rows, request.GET.get("before", ""), form.asked)
    return render(request, "trail/signin_list.html", {**context, "rows": signins.words(found), **around})


@require_safe
def subject(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """ใครทำอะไร และใครเปิดดูรายการนี้."""
    thing = pages.find(kind, pk, request.user) if rules.can_read(request.user) else None
    if thing is None:
        raise Http404
    found, around = pages.before(pages.of(thing), request.GET.get("before", ""))
    context = {
        "thing": thing,
        "place": pages.place(thing),
        "lines": [audit.line(event) for event in found],
        "older": around["older"],
        "looks": pages.looks(thing),
        "most": pages.MOST_LOOKS,
    }
    return render(request, "trail/subject.html", context)
