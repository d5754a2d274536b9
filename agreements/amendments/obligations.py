"""Obligations from amendment requests: those that wait for OPDC's decision."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from agreements.models import Amendment
from agreements.states import AmendmentState
from kpiportal.models import Role
from kpiportal.obligations import AT_OPDC, Duty, Kind, Seat, Whose, source

DECIDE = Kind("amendment.decide", "คำขอเปลี่ยนแปลงตัวชี้วัดที่รอพิจารณา", (-3, -7, -14), (Role.NEGOTIATOR, Role.DIRECTOR))


@source(DECIDE)
def requests(at: dt.datetime, whose: Whose) -> list[Duty]:
    """One query for OPDC's deciders, none for others."""
    if not whose.at_opdc(Role.NEGOTIATOR, Role.DIRECTOR):
        return []
    rows = Amendment.objects.filter(state=AmendmentState.ASKED).select_related("agreement__owner").order_by("asked_at")
    return [_duty(row) for row in rows]


def _duty(amendment: Amendment) -> Duty:
    agreement = amendment.agreement
    return Duty(
        DECIDE.name,
        amendment.pk,
        title=f"คำขอเปลี่ยนแปลงตัวชี้วัด {agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        detail=f"คำขอครั้งที่ {amendment.number} · {amendment.reason_kind}",
        url=reverse("agreements:amendment_detail", args=[amendment.pk]),
        action="พิจารณา",
        seats=(Seat(AT_OPDC, Role.NEGOTIATOR), Seat(AT_OPDC, Role.DIRECTOR, from_step=-14)),
        since=amendment.asked_at,
        fiscal_year=agreement.fiscal_year,
        party_id=agreement.owner_id,
        subject=amendment,
    )
