"""A framework is published, and a party has no form under it yet: said to whoever may open one, until it is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from agreements.models import CalendarDay, Framework
from agreements.states import AgreementState, FrameworkState
from kpiportal import deadlines, thai
from kpiportal.models import Organization, Role, User
from kpiportal.obligations import Owed, Task, deadline_chip, provider
from kpiportal.onboarding import counts

_WRITERS = (Role.COORDINATOR, Role.OFFICE_HEAD)
_STANDING = (FrameworkState.PUBLISHED, FrameworkState.LOCKED)


@dataclass(frozen=True)
class FormToOpen:
    """`last_day`: until when the calendar wants the form at OPDC, where it says so."""

    framework: Framework
    party: Organization
    last_day: dt.date | None


def forms_to_open(user: User, on: dt.date) -> list[FormToOpen]:
    """Under frameworks of this year or later, for the parties this person writes for. One query; none for others."""
    parties = {duty.organization_id: duty.organization for duty in user.duties if duty.role in _WRITERS}
    if not parties:
        return []
    due = CalendarDay.objects.filter(framework=OuterRef("pk"), step=CalendarDay.Step.FORM_DUE).values("last_day")
    taken = ArrayAgg(
        "agreements__owner",
        filter=Q(agreements__owner__in=parties) & ~Q(agreements__state=AgreementState.CANCELLED),
        default=[],
    )
    frameworks = Framework.objects.filter(
        party_kind__in={party.kind for party in parties.values()},
        state__in=_STANDING,
        fiscal_year__gte=thai.fiscal_year(on),
    ).annotate(taken=taken, last_day=Subquery(due[:1]))
    return [
        FormToOpen(framework, party, framework.last_day)
        for framework in frameworks.order_by("fiscal_year", "pk")
        for party in parties.values()
        if party.kind == framework.party_kind and party.pk not in framework.taken
    ]


@provider
def forms(user: User, at: dt.datetime) -> Owed:
    """Kept a minute, invalidated by every form opened: it is true once a year, and the home page is opened all day."""
    writes_for = sorted(duty.organization_id for duty in user.duties if duty.role in _WRITERS)
    if not writes_for:
        return Owed()
    on = thai.day_in_bangkok(at)
    name = f"new_year.{on}.{'-'.join(map(str, writes_for))}"
    return Owed(mine=counts.kept(name, lambda: [_task(form, at) for form in forms_to_open(user, on)]))


def _task(form: FormToOpen, at: dt.datetime) -> Task:
    year = form.framework.fiscal_year
    due_at = deadlines.due_instant(form.last_day) if form.last_day else None
    kind, text = deadline_chip(due_at, at) if due_at else ("wait", "ยังไม่ได้เปิด")
    return Task(
        title=f"แบบฟอร์มคำรับรองฯ {form.party.full_name} ปีงบประมาณ พ.ศ. {year}",
        detail="สำนักงาน ก.พ.ร. ประกาศใช้กรอบของปีนี้แล้ว เปิดแบบฟอร์มเพื่อเริ่มกรอกตัวชี้วัด",
        url=reverse("agreements:agreement_list"),
        action="เปิดแบบฟอร์ม",
        chip_kind=kind,
        chip_text=text,
        due_at=due_at,
    )
