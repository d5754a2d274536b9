"""The page reporting:round_control: checks before a round opens, and its participants afterwards."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from agreements import scoring
from agreements.models import Assignment, Indicator
from agreements.workflow import hosts_appointed, weights_add_up
from kpiportal import deadlines, outbox, thai
from kpiportal.models import Role, User
from kpiportal.recipients import holders_of
from reporting import notices
from reporting.models import Report, Round
from reporting.states import EDITABLE, OWED_BY_AGENCY, ReportState, RoundState


def context(round: Round, *, by: User, at: dt.datetime) -> dict[str, Any]:
    """Before opening: checks and the mail that will go out. Afterwards: each agency, what it owes and until when."""
    if round.state == RoundState.SCHEDULED:
        return before_opening(round, by=by, at=at)
    rows = agencies(round, at)
    return {"agencies": rows, "late": sum(row["late"] for row in rows)}


def closing_question(round: Round, table: list[dict[str, Any]], *, at: dt.datetime) -> str:
    """What closing means now: how many cards stay out, and whether their last day has come. `table`: sheet.read."""
    said = "หน่วยงานจะกรอกและส่งรายงานรอบนี้ไม่ได้ จนกว่าจังหวัดเปิดรับอีกครั้ง"
    cards = [row["state"] for row in table if row["report_id"] and row["state"] != ReportState.CANCELLED]
    unsent = sum(state in OWED_BY_AGENCY for state in cards)
    if not unsent:
        return said
    early = deadlines.in_time(at, round.agency_due_at)
    day = thai.date_text(deadlines.last_day(round.agency_due_at), short=True)
    return f"หน่วยงานยังไม่ได้ส่ง {unsent} จาก {len(cards)} รายงาน{f' และยังไม่เลยกำหนดส่ง {day}' if early else ''} ปิดแล้ว{said}"


def before_opening(round: Round, *, by: User, at: dt.datetime) -> dict[str, Any]:
    hosts = _hosts(round)
    people = holders_of(hosts, [Role.COLLECTOR], on=thai.day_in_bangkok(at))
    heads = holders_of(hosts, [Role.OVERSEER], on=thai.day_in_bangkok(at))
    checks = [
        _dates(round, at),
        *_blocking(round),
        *_people(hosts, people, "ผู้จัดเก็บข้อมูล"),
        *_people(hosts, heads, "ผู้กำกับดูแล"),
    ]
    first = next(iter(hosts.values()), [])
    mail = outbox.compose("round_opened", to=by, facts=notices.opening_facts(round, first), at=at) if first else None
    receivers = {user.pk for found in (people, heads) for users in found.values() for user in users}
    return {
        "checks": checks,
        "left_out": _left_out(round),
        "mail": mail,
        "receivers": len(receivers),
        "cards": sum(map(len, hosts.values())),
        "unreachable": any(check["bad"] for check in checks),
    }


def _hosts(round: Round) -> dict[int, list[Indicator]]:
    """Host agency -> its indicators that are active in the round."""
    rows = Assignment.objects.filter(
        indicator__agreement=round.agreement_id, indicator__parent=None, part=Assignment.Part.HOST
    ).select_related("indicator", "organization")
    found: dict[int, list[Indicator]] = defaultdict(list)
    for row in rows.order_by("indicator__order"):
        if scoring.is_active(row.indicator.start_months, row.indicator.cancelled_months, round.months):
            row.indicator.host_name = row.organization.full_name
            found[row.organization_id].append(row.indicator)
    return found


def _dates(round: Round, at: dt.datetime) -> dict[str, Any]:
    agency, opdc = deadlines.due_text(round.agency_due_at), deadlines.due_text(round.opdc_due_at)
    text = f"หน่วยงานส่งภายใน {agency} จังหวัดส่งสำนักงาน ก.พ.ร. ภายใน {opdc}"
    past = not deadlines.in_time(at, round.agency_due_at)
    return {"text": text + (" (วันส่งของหน่วยงานผ่านไปแล้ว ทุกฉบับจะขึ้นว่าเกินกำหนด)" if past else ""), "bad": past}


def _blocking(round: Round) -> list[dict[str, Any]]:
    """What the engine refuses to open with, else two lines that say it is in order."""
    found = []
    for blockers, fine in (
        (weights_add_up(round.agreement), "น้ำหนักตัวชี้วัดรวม 100 และตรงกับกรอบทุกมิติ"),
        (hosts_appointed(round.agreement), "ทุกตัวชี้วัดมีเจ้าภาพหลัก"),
    ):
        found += [{"text": b.text, "url": b.url, "bad": True} for b in blockers] or [{"text": fine, "bad": False}]
    return found


def _people(hosts: dict[int, list[Indicator]], people: dict[int, list[User]], what: str) -> list[dict[str, Any]]:
    found = [
        {"text": f"{rows[0].host_name} ยังไม่มี{what} จะไม่มีผู้ได้รับแจ้ง", "bad": True, "url": "/people/"}
        for host, rows in hosts.items()
        if not people.get(host)
    ]
    return found or [{"text": f"ทุกหน่วยงานมี{what}ที่รับอีเมลได้", "bad": False}]


def _left_out(round: Round) -> list[str]:
    """Indicators that start later or were cancelled: no card in this round, their weight is spread (R23)."""
    found = []
    for indicator in round.agreement.indicators.filter(parent=None).order_by("order"):
        if indicator.cancelled_months and indicator.cancelled_months <= round.months:
            found.append(f"{indicator} (ยกเลิกตั้งแต่รอบ {indicator.cancelled_months} เดือน)")
        elif indicator.start_months and indicator.start_months > round.months:
            found.append(f"{indicator} (เริ่มรอบ {indicator.start_months} เดือน)")
    return found


def agencies(round: Round, at: dt.datetime) -> list[dict[str, Any]]:
    """One line per agency: cards, what it still owes, until when. One query."""
    rows: dict[int, dict[str, Any]] = {}
    for card in Report.objects.filter(round=round).select_related("host").order_by("host__sort_key", "pk"):
        row = rows.setdefault(card.host_id, {"host": card.host, "cards": 0, "owed": 0, "due_at": card.due_at})
        row["cards"] += 1
        if card.state in EDITABLE:
            row["owed"] += 1
            row["due_at"] = max(row["due_at"], card.due_at)
    for row in rows.values():
        row["late"] = bool(row["owed"]) and not deadlines.in_time(at, row["due_at"])
        row["extended"] = row["due_at"] != round.agency_due_at
        row["due"] = deadlines.due_text(row["due_at"])
    return list(rows.values())
