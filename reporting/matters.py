"""What a round brings before a meeting: agencies that owe cards, and the obstacles that were reported."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from agreements.matters import Matter, provider
from agreements.models import Agreement
from kpiportal import deadlines
from reporting.models import Report, Round
from reporting.states import OWED_BY_AGENCY, RoundState

LONGEST_NOTE = 900


@provider
def of_the_round(agreement: Agreement, at: dt.datetime) -> list[Matter]:
    """The latest round that has begun: one matter per agency that owes cards, one per indicator with obstacles."""
    round = agreement.rounds.exclude(state=RoundState.SCHEDULED).order_by("-months").first()
    if round is None:
        return []
    cards = list(round.reports.select_related("indicator", "host").order_by("indicator__order", "pk"))
    return [*_owed(round, cards, at), *_obstacles(round, cards)]


def _owed(round: Round, cards: list[Report], at: dt.datetime) -> list[Matter]:
    owed: dict[int, list[Report]] = {}
    for card in cards:
        if card.state in OWED_BY_AGENCY:
            owed.setdefault(card.host_id, []).append(card)
    late = "ค้างส่ง (เกินกำหนดแล้ว)" if not deadlines.in_time(at, round.agency_due_at) else "ยังไม่ได้ส่ง"
    return [
        Matter(
            f"reporting.owed:{round.pk}:{host}",
            f"รายงาน{round.name}ที่{late}",
            4,
            f"รายงาน{round.name}ที่{late}ของ{rows[0].host.full_name} {len(rows)} ตัวชี้วัด",
            "\n".join(f"ตัวชี้วัดที่ {card.indicator.number} {card.indicator.name}" for card in rows),
            rows[0].host.full_name[:200],
        )
        for host, rows in owed.items()
    ]


def _obstacles(round: Round, cards: list[Report]) -> list[Matter]:
    return [
        Matter(
            f"reporting.obstacles:{card.pk}",
            f"ปัญหาอุปสรรคที่รายงานใน{round.name}",
            4,
            f"ปัญหาอุปสรรคของตัวชี้วัดที่ {card.indicator.number} {card.indicator.name}"[:500],
            shorten(card.obstacles, LONGEST_NOTE, placeholder=" …"),
            card.host.full_name[:200],
        )
        for card in cards
        if card.obstacles.strip() not in ("", "-", "ไม่มี")
    ]
