"""แผนการเตือนของรอบ: its calendar of mails, an example to oneself, and the letter that chases on paper."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock
from kpiportal.workflow import Stale
from reporting import chasing, reminderplan, rules
from reporting.models import Round


def _round(request: HttpRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("agreement__owner")
    round = get_object_or_404(rounds, pk=pk)
    if not rules.can_see_plan(request.user, round):
        raise PermissionDenied
    return round


@require_safe
def round_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    context = reminderplan.context(round, at=clock.now())
    may_plan = "yes" if rules.can_run_round(request.user, round) else "no"
    return render(request, "reporting/round_reminders.html", {"round": round, "may_plan": may_plan, **context})


@require_POST
@transaction.atomic
def round_reminder_try(request: HttpRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    day, _, person = request.POST.get("which", "").partition("/")
    try:
        on, who = dt.date.fromisoformat(day), int(person)
    except ValueError:
        raise Stale("เลือกฉบับที่ต้องการจากแผนการเตือน") from None
    reminderplan.send_sample(round, on=on, person=who, by=request.user, at=clock.now())
    messages.success(request, f"ส่งตัวอย่างไปที่ {request.user.email} แล้ว")
    return redirect("reporting:round_reminders", pk=pk)


@require_POST
def round_chase(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a letter to whoever is late; its own page takes it from there."""
    round = _round(request, pk)
    letter = chasing.draft_chasing_letter(round, by=request.user, at=clock.now())
    messages.success(request, "ร่างหนังสือติดตามแล้ว ตรวจถ้อยคำและรายชื่อผู้รับก่อนออกเลข")
    return redirect("meetings:letter_detail", pk=letter.pk)
