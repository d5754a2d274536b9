"""Resetting a lost second factor: whoever manages a person's posts removes the factor, with a reason.

The next sign-in is by password; where the duty requires a factor, nothing else opens until a new one is set up.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kpiportal import audit, clock, outbox, sessions, step_up, thai
from kpiportal.fields import WordsField
from kpiportal.models import Membership, Role, User
from kpiportal.onboarding.rules import office_for
from kpiportal.rules import duty_at_opdc
from kpiportal.second_factor import must_have, name_of
from kpiportal.workflow import Stale

audit.tells(**{"people.factors_taken_away": "ล้างการยืนยันขั้นที่สองให้"})


class ReasonForm(forms.Form):
    reason = WordsField(
        label="เหตุผล และวิธีที่ตรวจว่าเป็นเจ้าตัวจริง",
        longest=2_000,
        required=True,
        help_text="เช่น โทรศัพท์หาย โทรกลับไปที่หมายเลขสำนักงานแล้วเจ้าตัวรับสาย",
        error_messages={"required": "กรุณาระบุเหตุผล"},
    )


def helped_by(user: User, *, on: dt.date) -> models.QuerySet[User]:
    """Whose page this is for: OPDC's director and operator everybody's, a province's office its people's."""
    if duty_at_opdc(user, Role.DIRECTOR, Role.OPERATOR):
        return User.objects.all()
    return User.objects.filter(memberships__in=Membership.objects.visible_to(user).not_over(on)).distinct()


def can_take_away(user: User, person: User, *, on: dt.date) -> Membership | None:
    """Nobody their own. An office only of people all of whose posts it looks after: who also sits elsewhere, there,
    would lose there what guards another office's work."""
    if user.pk == person.pk:
        return None
    if opdc := duty_at_opdc(user, Role.DIRECTOR, Role.OPERATOR):
        return opdc
    held = person.memberships.not_over(on).select_related("organization")
    under = [office_for(user, duty.organization) for duty in held]
    return under[0] if under and all(under) else None


@transaction.atomic
def take_away(person: User, *, by: User, at: dt.datetime, reason: str) -> list[str]:
    """Remove every factor, end every session, tell the person. Returns the names of what was removed.

    Raises PermissionDenied; Stale when there is nothing (any more); ProofNeeded.
    """
    row = User.objects.select_for_update().get(pk=person.pk)
    duty = can_take_away(by, row, on=thai.day_in_bangkok(at))
    if not duty:
        raise PermissionDenied
    factors = list(Authenticator.objects.filter(user=row).order_by("pk"))
    if not factors:
        raise Stale("ไม่มีการยืนยันขั้นที่สองให้ล้างแล้ว")
    step_up.require("ล้างการยืนยันขั้นที่สอง")
    names = [name_of(factor) for factor in factors]
    Authenticator.objects.filter(user=row).delete()
    sessions.end_all(row)
    audit.record("people.factors_taken_away", row, by=by, at=at, duty=duty, reason=reason, factors=names)
    facts = {
        "by": f"{by.full_name} {audit.acting_text(duty)}",
        "factors": ", ".join(names),
        "reason": reason,
        "url": settings.BASE_URL + reverse("home"),
    }
    outbox.queue("factors_taken_away", to=row, facts=facts, at=at)
    return names


@require_http_methods(["GET", "POST"])
def lost_factor(request: HttpRequest, pk: int) -> HttpResponse:
    today = clock.today()
    person = get_object_or_404(helped_by(request.user, on=today), pk=pk)
    if not can_take_away(request.user, person, on=today):
        raise PermissionDenied
    form, status = ReasonForm(request.POST or None), 200
    context: dict[str, Any] = {"person": person, "form": form}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                take_away(person, by=request.user, at=clock.now(), **form.cleaned_data)
            except Stale as clash:
                context["blockers"], status = [clash.text], 409
            else:
                messages.success(request, f"ล้างการยืนยันขั้นที่สองของ {person.full_name} แล้ว และแจ้งเจ้าตัวทางอีเมลแล้ว")
                return redirect("lost_factor", pk=pk)
    context["factors"] = [name_of(factor) for factor in Authenticator.objects.filter(user=person).order_by("pk")]
    context["must_have"] = must_have(person)
    return render(request, "account/lost_factor.html", context, status=status)
