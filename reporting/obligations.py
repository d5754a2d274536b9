"""Obligations from reporting, and the state of the round beside them."""

from __future__ import annotations

import datetime as dt
from copy import copy

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.urls import reverse

from agreements.models import Assignment
from kpiportal import deadlines, thai
from kpiportal.models import Role, User
from kpiportal.models.people import Kind as PlaceKind
from kpiportal.obligations import Duty, Kind, Owed, Rows, Seat, Whose, beside, source, waiting_chip
from reporting import homepage, sheet, unfinished
from reporting.models import Contribution, Report, Round
from reporting.parts import RESULT, locked
from reporting.states import DONE, OWED_BY_AGENCY, ReportState, RoundState, SarState

AGENCY, OFFICE = (Role.COLLECTOR, Role.OVERSEER), (Role.COORDINATOR, Role.OFFICE_HEAD)
FILE = Kind("report.file", "รายงานตัวชี้วัดที่ต้องส่ง", hears=(*AGENCY, Role.COORDINATOR))
FIX = Kind("report.fix", "รายงานที่ส่งกลับให้แก้ไข", hears=(*AGENCY, Role.COORDINATOR))
CERTIFY = Kind("report.certify", "รายงานที่รอรับรอง", hears=(Role.OVERSEER, Role.COORDINATOR))
REVIEW = Kind("report.review", "รายงานที่รอจังหวัดตรวจ", hears=OFFICE)
PART = Kind("report.part", "ข้อมูลส่วนของเจ้าภาพร่วม", hears=AGENCY)
OPEN_ROUND = Kind("round.open", "รอบรายงานที่ยังไม่ได้เปิด", hears=OFFICE)
CLOSE_ROUND = Kind("round.close", "รอบรายงานที่ปิดรับได้แล้ว", steps=(), hears=OFFICE)  # a hint on the page, no mail
# Nobody's turn: rounds at work, read with those to open and shown beside the tasks.
RUNNING = "round.running"
# Whom a step reaches besides those who act: the overseer from the day before, the coordinator once overdue.
OVERSEER_FROM, COORDINATOR_FROM = 1, -1

_KINDS = {
    ReportState.NOT_STARTED: FILE,
    ReportState.DRAFT: FILE,
    ReportState.RETURNED: FIX,
    ReportState.SENT: CERTIFY,
    ReportState.CERTIFIED: REVIEW,
}
_BUTTONS = {
    ReportState.NOT_STARTED: "เริ่มกรอก",
    ReportState.DRAFT: "กรอกต่อ",
    ReportState.RETURNED: "แก้ไข",
    ReportState.SENT: "ตรวจและรับรอง",
    ReportState.CERTIFIED: "ตรวจรายงาน",
}


@source(FILE, FIX, CERTIFY, REVIEW)
def cards(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Cards to file, to certify and to review. For a person also those of their agency that are out of its hands."""
    return [_card(card, at) for card in _cards(at, whose)]


def _cards(at: dt.datetime, whose: Whose) -> list[Report]:
    """Of rounds that are open; closing one stops the agencies' filing, not certifying and reviewing what was sent. What
    was not sent stays in a person's sight until the province's own due day. Once OPDC has the SAR, nothing is decided
    any more (workflow.not_with_opdc): nobody is asked for it.
    """
    found = _cards_at(whose)
    if whose.everybody:
        return found
    return [card for card in found if not _is_missed(card) or deadlines.in_time(at, card.round.opdc_due_at)]


@Rows
def _cards_at(whose: Whose) -> QuerySet[Report]:
    rows = Report.objects.select_related("indicator", "round__agreement__owner", "host")
    rows = rows.order_by("due_at", "indicator__order", "pk").exclude(round__consolidation__state=SarState.SENT)
    if whose.everybody:
        at_work = Q(round__state=RoundState.OPEN) | Q(round__state=RoundState.CLOSED) & ~Q(state__in=OWED_BY_AGENCY)
        return rows.filter(at_work).exclude(state__in=DONE)
    reviewing = whose.at("round__agreement__owner", Role.COORDINATOR, Role.OFFICE_HEAD)
    mine = whose.at("host", Role.COLLECTOR, Role.OVERSEER) | (reviewing & Q(state=ReportState.CERTIFIED))
    unfinished = Q(round__state=RoundState.CLOSED) & ~Q(state__in=DONE)
    return rows.filter(mine, Q(round__state=RoundState.OPEN) | unfinished)


def of_round(round: Round, *, at: dt.datetime) -> list[Duty]:
    """What the round's agencies, their co-hosts and its party owe now. One query; each duty's `subject` is the card,
    and that of a co-host's part has the co-host as `co_host` and `co_host_label`.
    """
    rows = Report.objects.filter(round=round).exclude(state__in=DONE)
    if round.state != RoundState.OPEN:
        rows = rows.exclude(state__in=OWED_BY_AGENCY)
    supplied = Contribution.objects.filter(report=OuterRef(OuterRef("pk"))).values("organization")
    silent = Assignment.objects.filter(indicator=OuterRef("indicator"), part=Assignment.Part.CO_HOST)
    silent = silent.exclude(organization__in=supplied).order_by("organization")
    label = Coalesce(NullIf("organization__short_name", Value("")), "organization__name")
    rows = rows.annotate(silent=ArraySubquery(silent.values(one=JSONObject(pk="organization", label=label))))
    rows = rows.select_related("indicator", "round__agreement__owner", "host")
    found = []
    for card in rows.order_by("due_at", "indicator__order", "pk"):
        found.append(_card(card, at))
        for one in card.silent if card.state in OWED_BY_AGENCY and RESULT not in locked(card) else []:
            asked = copy(card)
            asked.co_host, asked.co_host_label = one["pk"], one["label"]
            found.append(_part(asked))
    return found


def _is_missed(card: Report) -> bool:
    """The agency has not sent it and cannot any more, unless its province opens the round again."""
    return card.state in OWED_BY_AGENCY and card.round.state == RoundState.CLOSED


def _seats(card: Report) -> tuple[Seat, ...]:
    """As reporting/rules.py has it: the collector files, the overseer certifies, the party's office reviews."""
    party = card.round.agreement.owner_id
    chaser = Seat(party, Role.COORDINATOR, COORDINATOR_FROM, acts=False)
    if _is_missed(card) or card.state in DONE:
        return ()
    if card.state in OWED_BY_AGENCY:
        overseer = Seat(card.host_id, Role.OVERSEER, OVERSEER_FROM, acts=False)
        return Seat(card.host_id, Role.COLLECTOR), overseer, chaser
    if card.state == ReportState.SENT:
        return Seat(card.host_id, Role.OVERSEER), chaser
    return Seat(party, Role.COORDINATOR), Seat(party, Role.OFFICE_HEAD, COORDINATOR_FROM)


def _card(card: Report, at: dt.datetime) -> Duty:
    agreement, state = card.round.agreement, ReportState(card.state)
    owed = state in OWED_BY_AGENCY
    kind = _KINDS.get(state)
    return Duty(
        kind.name if kind else "report.over",
        card.pk,
        title=f"{card.indicator} (ส่งกลับแก้ไข)" if state == ReportState.RETURNED else str(card.indicator),
        detail=f"{card.round.name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year} · {card.host.label}",
        url=reverse("reporting:report_detail", args=[card.pk]),
        action=_BUTTONS.get(state, "เปิดดู"),
        seats=_seats(card),
        since=card.state_since,
        due_at=card.round.opdc_due_at if state == ReportState.CERTIFIED else card.due_at,
        # The opening of the round told the agencies of their cards; every later turn has a notice of its own.
        told_at=None if kind == FILE else card.state_since,
        fiscal_year=agreement.fiscal_year,
        months=card.round.months,
        party_id=agreement.owner_id,
        # Whoever sent it neither certifies nor reviews it.
        barred=frozenset() if owed or card.filed_by_id is None else frozenset({card.filed_by_id}),
        chip=None if owed else waiting_chip(card.state_since, at),
        main=state in (ReportState.RETURNED, ReportState.DRAFT),
        subject=card,
    )


@source(PART)
def parts(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Open cards of other agencies that wait for the part of a co-host (เจ้าภาพร่วม): one duty per card and agency."""
    return [_part(card) for card in _parts(whose) if RESULT not in locked(card)]


@Rows
def _parts(whose: Whose) -> QuerySet[Report]:
    supplied = Contribution.objects.filter(report=OuterRef("pk"), organization=OuterRef("co_host"))
    rows: QuerySet[Report] = Report.objects.owed().filter(
        whose.at("indicator__assignments__organization", Role.COLLECTOR),
        indicator__assignments__part=Assignment.Part.CO_HOST,
    )
    rows = rows.annotate(co_host=F("indicator__assignments__organization")).exclude(Exists(supplied))
    return rows.select_related("indicator", "round__agreement", "host").order_by(
        "due_at", "indicator__order", "co_host"
    )


def _part(card: Report) -> Duty:
    agreement = card.round.agreement
    return Duty(
        PART.name,
        card.pk,
        title=f"{card.indicator} (ส่วนของเจ้าภาพร่วม)",
        detail=f"{card.round.name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year} · เจ้าภาพหลัก {card.host.label}",
        url=reverse("reporting:report_detail", args=[card.pk]) + "#co-hosts",
        action="ส่งข้อมูล",
        seats=(
            Seat(card.co_host, Role.COLLECTOR),
            Seat(card.co_host, Role.OVERSEER, OVERSEER_FROM, acts=False),
            Seat(card.host_id, Role.COLLECTOR, COORDINATOR_FROM, acts=False),
        ),
        since=card.state_since,
        due_at=card.due_at,
        fiscal_year=agreement.fiscal_year,
        months=card.round.months,
        party_id=agreement.owner_id,
        subject=card,
    )


@source(OPEN_ROUND, CLOSE_ROUND)
def rounds(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Rounds that are over and opened by nobody, and open ones no card of which is awaited any more; for a person also
    those at work: open, or closed to the agencies and not yet due at OPDC. The latest first."""
    return [_round(round) for round in whose.once(unfinished.rounds, at) if _is_at_work(round, at, whose)]


def _is_at_work(round: Round, at: dt.datetime, whose: Whose) -> bool:
    if round.state == RoundState.SCHEDULED or _is_to_close(round):
        return True
    still = round.state == RoundState.OPEN or deadlines.in_time(at, round.opdc_due_at)
    return still and not whose.everybody


def _is_to_close(round: Round) -> bool:
    """Every card has passed, or the agencies' days are over: only a closed round becomes a SAR."""
    return round.state == RoundState.OPEN and not round.waits


def _round(round: Round) -> Duty:
    """The turn of the party's office where there is one: to open, to close."""
    party, year = round.agreement.owner_id, f"ปีงบประมาณ พ.ศ. {round.agreement.fiscal_year}"
    shared = {
        "url": reverse("reporting:round_summary", args=[round.pk]), "fiscal_year": round.agreement.fiscal_year,
        "months": round.months, "party_id": party, "main": True, "subject": round,
    }  # fmt: skip
    seats = Seat(party, Role.COORDINATOR), Seat(party, Role.OFFICE_HEAD, COORDINATOR_FROM)
    if _is_to_close(round):
        return Duty(
            CLOSE_ROUND.name, round.pk, title=f"ปิดรับรายงาน{round.name} {year}",
            detail="ไม่มีรายงานที่ต้องรอหน่วยงานแล้ว ปิดรับแล้วจึงรวบรวมรายงาน (SAR) ได้", action="ไปปิดรับ", seats=seats,
            since=round.agency_due_at, due_at=round.opdc_due_at, **shared,
        )  # fmt: skip
    to_open = round.state == RoundState.SCHEDULED
    return Duty(
        OPEN_ROUND.name if to_open else RUNNING, round.pk, title=f"เปิด{round.name} {year}",
        detail=f"ข้อมูลถึง {thai.date_text(round.period_end, short=True)} หน่วยงานยังกรอกไม่ได้จนกว่าจะเปิดรอบ",
        action="ไปเปิดรอบ", seats=seats if to_open else (), since=deadlines.due_instant(round.period_end),
        due_at=round.agency_due_at, **shared,
    )  # fmt: skip


@beside
def of(user: User, at: dt.datetime, duties: list[Duty]) -> Owed:
    """Beside the tasks: the agency's other cards and how the person's open round stands. Two queries at most: the
    round's table, names."""
    owed = Owed()
    known = {kind.name for kind in _KINDS.values()} | {"report.over"}
    found = [duty for duty in duties if duty.kind in known]
    cards = [duty.subject for duty in found]
    agencies = {duty.organization_id for duty in user.duties if duty.organization.kind == PlaceKind.AGENCY}
    others = [duty.subject for duty in found if duty.subject.host_id in agencies and not duty.waits_on(user)]
    unsent = [card for card in others if card.state in OWED_BY_AGENCY]
    owed.sections.append(homepage.owed_by_agency(card for card in unsent if not _is_missed(card)))
    owed.sections.append(homepage.missed(card for card in unsent if _is_missed(card)))
    owed.sections.append(homepage.sent(card for card in others if card.state not in OWED_BY_AGENCY))
    running = [duty.subject for duty in duties if duty.kind in (RUNNING, CLOSE_ROUND.name)]
    if running:
        table = sheet.read(running[0])
        owed.panels.append(homepage.progress(running[0], table, by=user, at=at))
        owed.sections.append(homepage.waiting(running[0], table, at=at))
    owed.panels.append(homepage.dates([*running, *(card.round for card in cards)], at=at))
    if user.sits_at(PlaceKind.OPDC):
        owed.panels.append(homepage.nationwide())
    owed.panels, owed.sections = _there(owed.panels), _there(owed.sections)
    return owed


def _there(parts: list) -> list:
    return [part for part in parts if part is not None]
