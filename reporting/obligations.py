"""What reporting says each person owes."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from kpiportal import deadlines
from kpiportal.models import Role, User
from kpiportal.obligations import Owed, Task, provider
from reporting.models import Report
from reporting.states import OWED_BY_AGENCY, ReportState, RoundState


@provider
def of(user: User, at: dt.datetime) -> Owed:
    """Cards to file, to certify and to review: one query for all three."""
    where = {role: {d.organization_id for d in user.duties if d.role == role} for role in Role}
    reviewing = where[Role.COORDINATOR] | where[Role.OFFICE_HEAD]
    mine = Q(pk__in=[])
    if where[Role.COLLECTOR]:
        mine |= Q(host__in=where[Role.COLLECTOR], state__in=OWED_BY_AGENCY)
    if where[Role.OVERSEER]:
        mine |= Q(host__in=where[Role.OVERSEER], state=ReportState.SENT)
    if reviewing:
        mine |= Q(round__agreement__owner__in=reviewing, state=ReportState.CERTIFIED)
    if not (where[Role.COLLECTOR] or where[Role.OVERSEER] or reviewing):
        return Owed()
    cards = (
        Report.objects.filter(mine, round__state=RoundState.OPEN)
        .exclude(~Q(state__in=OWED_BY_AGENCY), filed_by=user)
        .select_related("indicator", "round__agreement__owner", "host")
        .order_by("due_at", "indicator__order")
    )
    return Owed(mine=[_task(card, at) for card in cards])


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
        days = (at - card.state_since).days
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


def deadline_chip(due_at: dt.datetime, at: dt.datetime) -> tuple[str, str]:
    """(kind, words) for a chip: เหลือ 7 วัน · วันนี้วันสุดท้าย · เกินกำหนด 3 วัน."""
    if not deadlines.in_time(at, due_at):
        return "late", f"เกินกำหนด {deadlines.days_late(at, due_at)} วัน"
    left = deadlines.days_left(at, due_at)
    return "due", f"เหลือ {left} วัน" if left else "วันนี้วันสุดท้าย"
