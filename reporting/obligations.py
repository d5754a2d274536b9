"""What reporting says each person owes, and how the round stands around it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from agreements.models import Assignment
from kpiportal import deadlines, thai
from kpiportal.models import Role, User
from kpiportal.models.people import Kind
from kpiportal.obligations import Owed, Task, provider
from reporting import homepage, rules, sheet
from reporting.models import Contribution, Report, Round
from reporting.states import OWED_BY_AGENCY, ReportState, RoundState

_PARTIES = (Kind.PROVINCE, Kind.CLUSTER)


@provider
def of(user: User, at: dt.datetime) -> Owed:
    """Cards to file, to certify and to review, and rounds to open; beside them how the person's open round stands.

    Five queries at most: cards, parts, rounds, the round's table, names.
    """
    owed = Owed()
    cards = _cards(user, at)
    owed.mine += [_task(card, at) for card in cards if _is_mine(user, card)]
    owed.mine += [_part(card, at) for card in _parts_owed(user)]
    agencies = {duty.organization_id for duty in user.duties if duty.organization.kind == Kind.AGENCY}
    away = [card for card in cards if card.host_id in agencies and card.state not in OWED_BY_AGENCY]
    unsent = [card for card in cards if card.host_id in agencies and card.state in OWED_BY_AGENCY]
    owed.sections.append(homepage.owed_by_agency(c for c in unsent if not _is_missed(c) and not _is_mine(user, c)))
    owed.sections.append(homepage.missed(card for card in cards if card.host_id in agencies and _is_missed(card)))
    owed.sections.append(homepage.sent(card for card in away if not _is_mine(user, card)))
    rounds = _rounds(user, at)
    owed.mine += [_opening(round, at) for round in rounds if _is_mine_to_open(user, round)]
    running = [round for round in rounds if round.state != RoundState.SCHEDULED]
    if running:
        table = sheet.read(running[0])
        owed.panels.append(homepage.progress(running[0], table, at=at))
        owed.sections.append(homepage.waiting(running[0], table, at=at))
    owed.panels.append(homepage.dates([*running, *(card.round for card in cards)], at=at))
    if user.sits_at(Kind.OPDC):
        owed.panels.append(homepage.nationwide())
    owed.panels, owed.sections = _there(owed.panels), _there(owed.sections)
    return owed


def _there(parts: list) -> list:
    return [part for part in parts if part is not None]


def _cards(user: User, at: dt.datetime) -> list[Report]:
    """Cards that concern this person: all of their agency's, and those their province has to review.

    Of rounds that are open; closing one stops the agencies' filing, not certifying and reviewing what was sent. What
    was not sent stays in sight until the province's own due day.
    """
    where = {role: {d.organization_id for d in user.duties if d.role == role} for role in Role}
    hosts = where[Role.COLLECTOR] | where[Role.OVERSEER]
    reviewing = where[Role.COORDINATOR] | where[Role.OFFICE_HEAD]
    if not hosts and not reviewing:
        return []
    mine = Q(host__in=hosts) | Q(round__agreement__owner__in=reviewing, state=ReportState.CERTIFIED)
    unfinished = Q(round__state=RoundState.CLOSED) & ~Q(state=ReportState.ACCEPTED)
    cards = Report.objects.filter(mine, Q(round__state=RoundState.OPEN) | unfinished)
    cards = cards.select_related("indicator", "round__agreement__owner", "host")
    cards = cards.order_by("due_at", "indicator__order")
    return [card for card in cards if not _is_missed(card) or deadlines.in_time(at, card.round.opdc_due_at)]


def _parts_owed(user: User) -> list[Report]:
    """Open cards of other agencies that wait for the part of this collector's agency (เจ้าภาพร่วม)."""
    mine = [duty.organization_id for duty in user.duties if duty.role == Role.COLLECTOR]
    if not mine:
        return []
    part = Assignment.objects.filter(organization__in=mine, part=Assignment.Part.CO_HOST)
    supplied = Contribution.objects.filter(organization__in=mine)
    cards = Report.objects.owed().filter(indicator__in=part.values("indicator"))
    cards = cards.exclude(pk__in=supplied.values("report")).select_related("indicator", "round__agreement", "host")
    return list(cards.order_by("due_at", "indicator__order"))


def _part(card: Report, at: dt.datetime) -> Task:
    kind, text = deadline_chip(card.due_at, at)
    return Task(
        title=f"{card.indicator} (ส่วนของเจ้าภาพร่วม)",
        detail=f"{card.round.name} ปีงบประมาณ พ.ศ. {card.round.agreement.fiscal_year} · เจ้าภาพหลัก {card.host.label}",
        url=reverse("reporting:report_detail", args=[card.pk]) + "#co-hosts",
        action="ส่งข้อมูล",
        chip_kind=kind,
        chip_text=text,
        due_at=card.due_at,
    )


def _is_missed(card: Report) -> bool:
    """The agency has not sent it and cannot any more, unless its province opens the round again."""
    return card.state in OWED_BY_AGENCY and card.round.state == RoundState.CLOSED


def _is_mine(user: User, card: Report) -> bool:
    """The rules of the card's own page decide whose turn it is."""
    if card.state in OWED_BY_AGENCY:
        return not _is_missed(card) and bool(rules.can_file(user, card))
    turn = {ReportState.SENT: rules.can_certify, ReportState.CERTIFIED: rules.can_review}.get(ReportState(card.state))
    return bool(turn and turn(user, card))


def _rounds(user: User, at: dt.datetime) -> list[Round]:
    """The party's rounds at work, the latest first: open, or closed to the agencies and not yet due at OPDC, or over
    and opened by nobody."""
    parties = [
        duty.organization_id
        for duty in user.duties
        if duty.organization.kind in _PARTIES and duty.role != Role.OPERATOR
    ]
    if not parties:
        return []
    over = Q(state=RoundState.SCHEDULED, period_end__lt=thai.day_in_bangkok(at))
    begun = Q(state__in=[RoundState.OPEN, RoundState.CLOSED])
    rounds = Round.objects.filter(begun | over, agreement__owner__in=parties)
    rounds = rounds.select_related("agreement__framework__scale", "agreement__owner")
    rounds = rounds.order_by("-agreement__fiscal_year", "-months")
    return [round for round in rounds if round.state != RoundState.CLOSED or deadlines.in_time(at, round.opdc_due_at)]


def _is_mine_to_open(user: User, round: Round) -> bool:
    return round.state == RoundState.SCHEDULED and bool(rules.can_run_round(user, round))


_BUTTONS = {
    ReportState.NOT_STARTED: "เริ่มกรอก",
    ReportState.DRAFT: "กรอกต่อ",
    ReportState.RETURNED: "แก้ไข",
    ReportState.SENT: "ตรวจและรับรอง",
    ReportState.CERTIFIED: "ตรวจรายงาน",
}


def _task(card: Report, at: dt.datetime) -> Task:
    agreement = card.round.agreement
    detail = f"{card.round.name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year} · {card.host.label}"
    if card.state in OWED_BY_AGENCY:
        kind, text = deadline_chip(card.due_at, at)
    else:
        days = (thai.day_in_bangkok(at) - thai.day_in_bangkok(card.state_since)).days
        kind, text = "wait", f"รอมา {days} วัน" if days else "ส่งมาวันนี้"
    title = str(card.indicator)
    if card.state == ReportState.RETURNED:
        title += " (ส่งกลับแก้ไข)"
    return Task(
        title=title,
        detail=detail,
        url=reverse("reporting:report_detail", args=[card.pk]),
        action=_BUTTONS[ReportState(card.state)],
        chip_kind=kind,
        chip_text=text,
        due_at=card.due_at,
        main=card.state in (ReportState.RETURNED, ReportState.DRAFT),
    )


def _opening(round: Round, at: dt.datetime) -> Task:
    kind, text = deadline_chip(round.agency_due_at, at)
    return Task(
        title=f"เปิด{round.name} ปีงบประมาณ พ.ศ. {round.agreement.fiscal_year}",
        detail=f"ข้อมูลถึง {thai.date_text(round.period_end, short=True)} หน่วยงานยังกรอกไม่ได้จนกว่าจะเปิดรอบ",
        url=reverse("reporting:round_summary", args=[round.pk]),
        action="ไปเปิดรอบ",
        chip_kind=kind,
        chip_text=text,
        due_at=round.agency_due_at,
        main=True,
    )


def deadline_chip(due_at: dt.datetime, at: dt.datetime) -> tuple[str, str]:
    """(kind, words) for a chip: เหลือ 7 วัน · วันนี้วันสุดท้าย · เกินกำหนด 3 วัน."""
    if not deadlines.in_time(at, due_at):
        return "late", f"เกินกำหนด {deadlines.days_late(at, due_at)} วัน"
    left = deadlines.days_left(at, due_at)
    return "due", f"เหลือ {left} วัน" if left else "วันนี้วันสุดท้าย"
