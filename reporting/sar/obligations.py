"""Whose turn it is with the report of a closed round: to put together, approve, sign, send it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.urls import reverse

from kpiportal.models import Role
from kpiportal.models.people import Kind as PlaceKind
from kpiportal.obligations import Duty, Kind, Seat, Whose, source
from reporting import unfinished
from reporting.evaluation import obligations as evaluation
from reporting.models import Consolidation, Round
from reporting.states import RoundState, SarState

_ROLES = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD)
_OFFICE = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.CLUSTER_HEAD)
WRITE = Kind("sar.write", "รายงาน SAR ที่ต้องรวบรวม", hears=_OFFICE)
APPROVE = Kind("sar.approve", "รายงาน SAR ที่รออนุมัติ", hears=_OFFICE)
SIGN = Kind("sar.sign", "รายงาน SAR ที่รอลงนาม", hears=(Role.GOVERNOR, Role.CLUSTER_HEAD, Role.COORDINATOR))
SEND = Kind("sar.send", "รายงาน SAR ที่ต้องส่งสำนักงาน ก.พ.ร.", hears=_OFFICE)
CHASED_FROM = -1  # the day after the last one, the head of the office hears of what the coordinator owes


class _Turn(NamedTuple):
    kind: Kind
    title: str
    action: str


_TURNS = {
    None: _Turn(WRITE, "รวบรวมรายงาน (SAR)", "เริ่มรวบรวม"),
    SarState.DRAFT: _Turn(WRITE, "รวบรวมรายงาน (SAR)", "ทำต่อ"),
    SarState.PROPOSED: _Turn(APPROVE, "อนุมัติรายงาน (SAR)", "ตรวจและอนุมัติ"),
    SarState.APPROVED: _Turn(SIGN, "ลงนามรายงาน (SAR)", "อ่านและลงนาม"),
    SarState.SIGNED: _Turn(SEND, "ส่งรายงาน (SAR) ให้สำนักงาน ก.พ.ร.", "ส่ง"),
}


@source(WRITE, APPROVE, SIGN, SEND, evaluation.ANSWER)
def reports(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Closed rounds whose report OPDC has not got, due on the round's day for OPDC. Read with them, what came
    back: OPDC's result while it may be appealed against."""
    closed = [
        round
        for round in whose.once(unfinished.rounds, at)
        if round.state == RoundState.CLOSED and whose.holds(round.agreement.owner_id, *_ROLES)
    ]
    closed.sort(key=lambda round: (round.opdc_due_at, round.pk))
    return [duty for round in closed if (duty := _turn(round, at))]


def _turn(round: Round, at: dt.datetime) -> Duty | None:
    sar: Consolidation | None = getattr(round, "consolidation", None)
    if not hasattr(round, "evaluation") and (sar is None or sar.state != SarState.SENT):
        return _duty(round)
    return evaluation.of_party(round) if evaluation.may_answer(round, at) else None


def _duty(round: Round) -> Duty:
    sar: Consolidation | None = getattr(round, "consolidation", None)
    turn = _TURNS[SarState(sar.state) if sar else None]
    agreement = round.agreement
    url = reverse("reporting:sar_detail", args=[sar.pk]) if sar else reverse("reporting:sar_of_round", args=[round.pk])
    return Duty(
        turn.kind.name,
        round.pk,
        title=f"{turn.title} {round.name}",
        detail=f"{agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        url=url,
        action=turn.action,
        seats=_seats(round, turn.kind),
        since=sar.state_since if sar else round.agency_due_at,
        # Every turn but the first has a notice of its own.
        told_at=sar.state_since if sar and turn.kind is not WRITE else None,
        due_at=round.opdc_due_at,
        fiscal_year=agreement.fiscal_year,
        months=round.months,
        party_id=agreement.owner_id,
    )


def _seats(round: Round, kind: Kind) -> tuple[Seat, ...]:
    """As reporting/sar/rules.py has it."""
    owner = round.agreement.owner
    coordinator = Seat(owner.pk, Role.COORDINATOR)
    head = Role.CLUSTER_HEAD if owner.kind == PlaceKind.CLUSTER else Role.OFFICE_HEAD
    chaser = Seat(owner.pk, head, CHASED_FROM, acts=False)
    if kind is APPROVE:
        return Seat(owner.pk, head), Seat(owner.pk, Role.COORDINATOR, CHASED_FROM, acts=False)
    if kind is SIGN:
        signs = Role.CLUSTER_HEAD if owner.kind == PlaceKind.CLUSTER else Role.GOVERNOR
        return Seat(owner.pk, signs), Seat(owner.pk, Role.COORDINATOR, CHASED_FROM, acts=False)
    return coordinator, chaser
