"""What agreement-making says each person owes: the form to finish, the table to open, the agreement to sign."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from agreements import rules, workflow
from agreements.models import Agreement
from agreements.states import AgreementState as S
from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.obligations import Owed, Task, provider
from kpiportal.workflow import Transition, offered

_OF_PARTY = (S.DRAFT, S.RETURNED, S.NEGOTIATING, S.AGREED)
_OF_OPDC = (S.SENT, S.NEGOTIATING)


@provider
def of(user: User, at: dt.datetime) -> Owed:
    """One query; the workflow's own table says whose turn it is."""
    waiting = Q(owner__in=user.organization_ids, state__in=_OF_PARTY)
    if user.sits_at(Kind.OPDC):
        waiting |= Q(state__in=_OF_OPDC)
    if not user.organization_ids:
        return Owed()
    agreements = Agreement.objects.filter(waiting).select_related("owner").order_by("-fiscal_year", "owner__sort_key")
    steps = [(agreement, _next(agreement, user)) for agreement in agreements if agreement.state != S.NEGOTIATING]
    tables = [agreement for agreement in agreements if agreement.state == S.NEGOTIATING]
    return Owed(
        mine=[_task(agreement, step) for agreement, step in steps if step]
        + [_at_the_table(agreement) for agreement in tables if rules.can_agree(user, agreement)]
    )


def _next(agreement: Agreement, user: User) -> Transition | None:
    """The step forward this person may take now."""
    return next((t for t in offered(agreement, workflow.AGREEMENT, by=user) if t.style == "main"), None)


def _at_the_table(agreement: Agreement) -> Task:
    return Task(
        title=f"คำรับรองฯ {agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        detail="เจรจาตัวชี้วัด น้ำหนัก เป้าหมาย และเกณฑ์กับอีกฝ่าย",
        url=reverse("agreements:table", args=[agreement.pk]),
        action="เข้าโต๊ะเจรจา",
        chip_kind="wait",
        chip_text=agreement.get_state_display(),
    )


def _task(agreement: Agreement, step: Transition) -> Task:
    returned = agreement.state == S.RETURNED
    return Task(
        title=f"คำรับรองฯ {agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        detail=f"ขั้นต่อไป: {step.label}",
        url=reverse("agreements:agreement_detail", args=[agreement.pk]),
        action="แก้ไข" if returned else "เปิดดู",
        chip_kind="due" if returned else "wait",
        chip_text=agreement.get_state_display(),
        main=returned,
    )
