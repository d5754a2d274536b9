"""Indicators × rounds of one agreement: what waits on whom, and for how many days. One look for a whole year.

Whoever sees the agreement sees the grid; a cell shows only a card this person may see.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from agreements.models import Agreement
from kpiportal import deadlines, thai
from kpiportal.models import Role, User
from reporting.models import Report, Round
from reporting.sheet import TONES
from reporting.states import EDITABLE, OWED_BY_AGENCY, ReportState, RoundState

SHOWS = {"mine": "รอฉัน", "late": "เกินกำหนด", "returned": "ส่งกลับ"}
_WAITS_ON = dict.fromkeys(EDITABLE, "ผู้จัดเก็บข้อมูล") | {
    ReportState.SENT: "หัวหน้าหน่วยงาน",
    ReportState.CERTIFIED: "จังหวัดตรวจ",
}


@dataclass(frozen=True)
class Cell:
    """One card as its cell shows it; `kinds`: which of SHOWS it answers to; `pick`: what a ticked box posts."""

    url: str
    state: str
    tone: str
    waits: str
    kinds: frozenset[str]
    pick: str = ""


def build(agreement: Agreement, *, by: User, at: dt.datetime, show: str = "") -> dict[str, Any]:
    """Rounds as columns, indicators as rows, and how many cells answer to each filter. Three queries at any size."""
    rounds = list(Round.objects.visible_to(by).filter(agreement=agreement).order_by("months"))
    cells = {(card["indicator_id"], card["round_id"]): card for card in _cards(agreement, by)}
    duties = _duties(by)
    of_round = {round.pk: round for round in rounds}
    shown = {
        place: _cell(card, of_round[card["round_id"]], agreement, by, duties, at)
        for place, card in cells.items()
        if card["round_id"] in of_round
    }
    rows = []
    for indicator in agreement.indicators.filter(parent=None).values("pk", "number", "name").order_by("order"):
        line = [shown.get((indicator["pk"], round.pk)) for round in rounds]
        if not show or any(cell and show in cell.kinds for cell in line):
            host = next((cells[indicator["pk"], r.pk]["label"] for r in rounds if (indicator["pk"], r.pk) in cells), "")
            rows.append({**indicator, "host": host, "cells": list(zip(rounds, line, strict=True))})
    counts = {kind: sum(kind in cell.kinds for cell in shown.values()) for kind in SHOWS}
    return {
        "rounds": rounds,
        "rows": rows,
        "show": show,
        "filters": [{"name": name, "label": label, "count": counts[name]} for name, label in SHOWS.items()],
        "may_accept": any(cell.pick for cell in shown.values()),
    }


def _cards(agreement: Agreement, by: User) -> list[dict[str, Any]]:
    cards = Report.objects.visible_to(by).filter(round__agreement=agreement)
    names = ("pk", "indicator_id", "round_id", "host_id", "state", "state_since", "due_at", "revision", "filed_by_id")
    rows = cards.values(*names, "host__name", "host__short_name")
    return [{**row, "label": row["host__short_name"] or row["host__name"]} for row in rows]


def _duties(by: User) -> dict[str, set[int]]:
    return {role: {duty.organization_id for duty in by.duties if duty.role == role} for role in Role}


def _cell(
    card: dict[str, Any], round: Round, agreement: Agreement, by: User, duties: dict[str, set[int]], at: dt.datetime
) -> Cell:
    state = ReportState(card["state"])
    reviewing = agreement.owner_id in duties[Role.COORDINATOR] | duties[Role.OFFICE_HEAD]
    mine_to_review = state == ReportState.CERTIFIED and reviewing and card["filed_by_id"] != by.pk
    kinds = set()
    if mine_to_review or _is_agencys_turn(state, card, round, by, duties):
        kinds.add("mine")
    if state in OWED_BY_AGENCY and not deadlines.in_time(at, card["due_at"]):
        kinds.add("late")
    if state == ReportState.RETURNED:
        kinds.add("returned")
    return Cell(
        url=reverse("reporting:report_detail", args=[card["pk"]]),
        state=state.label,
        tone=TONES[state],
        waits=_waits(state, card, at),
        kinds=frozenset(kinds),
        pick=f"{card['pk']}:{card['revision']}" if mine_to_review else "",
    )


def _is_agencys_turn(
    state: ReportState, card: dict[str, Any], round: Round, by: User, duties: dict[str, set[int]]
) -> bool:
    if state in OWED_BY_AGENCY:
        return round.state == RoundState.OPEN and card["host_id"] in duties[Role.COLLECTOR]
    is_theirs = card["host_id"] in duties[Role.OVERSEER]
    return state == ReportState.SENT and is_theirs and card["filed_by_id"] != by.pk


def _waits(state: ReportState, card: dict[str, Any], at: dt.datetime) -> str:
    """รอหัวหน้าหน่วยงาน 3 วัน; what is late says so."""
    if state not in _WAITS_ON:
        return ""
    days = (thai.day_in_bangkok(at) - thai.day_in_bangkok(card["state_since"])).days
    late = deadlines.days_late(at, card["due_at"]) if state in OWED_BY_AGENCY else 0
    text = f"รอ{_WAITS_ON[state]} " + (f"{days} วัน" if days else "วันนี้")
    return f"{text} · เกินกำหนด {late} วัน" if late else text
