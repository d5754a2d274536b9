"""Obligations from agreement-making: the form to finish, the table to open, the agreement to sign."""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from agreements import workflow
from agreements.models import Agreement, CalendarDay
from agreements.states import AgreementState as S
from kpiportal import deadlines
from kpiportal.models import AuditEvent, Role
from kpiportal.obligations import AT_OPDC, Duty, Kind, Rows, Seat, Whose, source

# None of these has a day of its own: its people are told while it waits.
WAITING = (-3, -7, -14)
OFFICE, OPDC = (Role.COORDINATOR, Role.OFFICE_HEAD), (Role.NEGOTIATOR, Role.DIRECTOR)
FILL = Kind("agreement.fill", "แบบฟอร์มคำรับรองฯ ที่ต้องส่ง", WAITING, OFFICE)
FIX = Kind("agreement.fix", "แบบฟอร์มคำรับรองฯ ที่ส่งกลับให้แก้ไข", WAITING, OFFICE)
OPEN_TABLE = Kind("agreement.open_table", "แบบฟอร์มคำรับรองฯ ที่รอเริ่มเจรจา", WAITING, OPDC)
NEGOTIATE = Kind("agreement.negotiate", "โต๊ะเจรจาที่ยังไม่ตกลง", WAITING, OFFICE + OPDC)
SIGN = Kind("agreement.sign", "คำรับรองฯ ที่รอลงนาม", WAITING, (Role.GOVERNOR, Role.CLUSTER_HEAD, Role.COORDINATOR))

_KINDS = {S.DRAFT: FILL, S.RETURNED: FIX, S.SENT: OPEN_TABLE, S.NEGOTIATING: NEGOTIATE, S.AGREED: SIGN}
_STEPS = {
    S.DRAFT: workflow.SUBMIT,
    S.RETURNED: workflow.SUBMIT,
    S.SENT: workflow.OPEN_TABLE,
    S.AGREED: workflow.SIGN,
}
_MOVES = ["agreements.open", *(arrow.verb for arrow in [*workflow.AGREEMENT, workflow.AGREE])]


@source(FILL, FIX, OPEN_TABLE, NEGOTIATE, SIGN)
def agreements(at: dt.datetime, whose: Whose) -> list[Duty]:
    """One query; whose turn it is follows from the state, since when from the trail."""
    return [_duty(agreement, at) for agreement in _waiting(whose)]


@Rows
def _waiting(whose: Whose) -> QuerySet[Agreement]:
    waiting = whose.at("owner", Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD)
    if whose.at_opdc(Role.NEGOTIATOR, Role.DIRECTOR):
        waiting |= Q(state__in=[S.SENT, S.NEGOTIATING])
    moves = AuditEvent.objects.filter(
        subject_type="agreements.agreement", subject_id=OuterRef("pk"), verb__in=_MOVES
    ).order_by("-id")
    rows = Agreement.objects.filter(waiting, state__in=list(_KINDS)).select_related("owner")
    days = CalendarDay.objects.filter(framework=OuterRef("framework"))
    rows = rows.annotate(
        form_due=Subquery(days.filter(step=CalendarDay.Step.FORM_DUE).values("last_day")[:1]),
        sign_due=Subquery(days.filter(step=CalendarDay.Step.SIGN_DUE).values("last_day")[:1]),
    )
    return rows.annotate(moved_at=Subquery(moves.values("at")[:1])).order_by("-fiscal_year", "owner__sort_key", "pk")


def _seats(agreement: Agreement) -> tuple[Seat, ...]:
    """As agreements/rules.py has it; the party's head of office and OPDC's director act too, and hear of it later."""
    party = agreement.owner_id
    office = (Seat(party, Role.COORDINATOR), Seat(party, Role.OFFICE_HEAD, from_step=-7))
    opdc = (Seat(AT_OPDC, Role.NEGOTIATOR), Seat(AT_OPDC, Role.DIRECTOR, from_step=-14))
    if agreement.state == S.AGREED:
        chaser = Seat(party, Role.COORDINATOR, from_step=-7, acts=False)
        return Seat(party, Role.GOVERNOR), Seat(party, Role.CLUSTER_HEAD), chaser
    return {S.SENT: opdc, S.NEGOTIATING: (*office, *opdc)}.get(S(agreement.state), office)


def _due_at(agreement: Agreement) -> dt.datetime | None:
    """The calendar's last day for this step, where the year's framework names one."""
    day = {S.DRAFT: agreement.form_due, S.RETURNED: agreement.form_due, S.AGREED: agreement.sign_due}.get(
        S(agreement.state)
    )
    return deadlines.due_instant(day) if day else None


def _duty(agreement: Agreement, at: dt.datetime) -> Duty:
    state = S(agreement.state)
    returned, at_table = state == S.RETURNED, state == S.NEGOTIATING
    next_step = "เจรจาตัวชี้วัด น้ำหนัก เป้าหมาย และเกณฑ์กับอีกฝ่าย" if at_table else f"ขั้นต่อไป: {_STEPS[state].label}"
    return Duty(
        _KINDS[state].name,
        agreement.pk,
        title=f"คำรับรองฯ {agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        detail=next_step,
        url=reverse("agreements:table" if at_table else "agreements:agreement_detail", args=[agreement.pk]),
        action="เข้าโต๊ะเจรจา" if at_table else "แก้ไข" if returned else "เปิดดู",
        seats=_seats(agreement),
        since=agreement.moved_at or at,
        fiscal_year=agreement.fiscal_year,
        party_id=agreement.owner_id,
        due_at=_due_at(agreement),
        chip=("due" if returned else "wait", agreement.get_state_display()),
        main=returned,
        subject=agreement,
    )
