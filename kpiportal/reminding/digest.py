"""The words of a morning's digest: what waits on this person, then what they are told of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import User
from kpiportal.obligations import Duty
from kpiportal.reminding.hearers import Hearing

NAME = "reminder"  # templates/mail/reminder*.txt, and its row in MailText
MINE, OTHERS = "เรื่องที่ท่านต้องดำเนินการ", "เรื่องที่ผู้อื่นต้องดำเนินการ แจ้งเพื่อให้ท่านติดตาม"
MOST_OF_OTHERS = 10  # a province with sixty late cards is told how many, not each
STANDS_IN = "ไม่มีผู้ที่รับแจ้งได้ในหน้าที่นี้ จึงแจ้งท่านแทน"
STOP = "เลือกไม่รับการเตือนล่วงหน้าและสำเนาทางอีเมลได้ที่"


@dataclass(frozen=True)
class Item:
    """One duty as one person hears of it at a step."""

    duty: Duty
    step: int
    hearing: Hearing
    counted_to: dt.date


def facts(user: User, items: Sequence[Item], *, on: dt.date) -> Mapping[str, str]:
    """The fields of templates/mail/reminder*: `headline` is what the subject says."""
    ordered = sorted(items, key=lambda item: (item.duty.due_at is None, item.counted_to, item.duty.title))
    mine = [item for item in ordered if item.hearing.seat.acts]
    others = [item for item in ordered if not item.hearing.seat.acts]
    return {
        "name": user.full_name,
        "headline": _headline(mine, others, on),
        "count": str(len(items)),
        "date": thai.weekday_date_text(on),
        "items": "\n\n".join([*_section(MINE, mine, on), *_section(OTHERS, others, on, MOST_OF_OTHERS)]),
        "url": settings.BASE_URL + reverse("home"),
    }


def facts_for_machines(user: User, items: Sequence[Item], *, on: dt.date) -> dict[str, Any]:
    """The same for another system (channels/webhook.py): days as ISO dates, `step` in working days left."""
    return {
        "event": "reminder",
        "date": on.isoformat(),
        "person": {"name": user.full_name, "email": user.email},
        "items": [
            {
                "kind": item.duty.kind,
                "id": item.duty.subject_id,
                "title": item.duty.title,
                "detail": item.duty.detail,
                "last_day": item.counted_to.isoformat() if item.duty.due_at else None,
                "step": item.step,
                "acts": item.hearing.seat.acts,
                "url": settings.BASE_URL + item.duty.url,
            }
            for item in items
        ],
    }


def _headline(mine: Sequence[Item], others: Sequence[Item], on: dt.date) -> str:
    """รอท่านดำเนินการ 2 เรื่อง เหลือ 7 วัน; where they differ, how many are late, else what the nearest has left."""
    items = mine or others
    said = f"รอท่านดำเนินการ {len(mine)} เรื่อง" if mine else f"ขอให้ติดตาม {len(others)} เรื่อง"
    whens = [when(item.duty, on) for item in items]
    late = sum(item.duty.due_at is not None and item.counted_to < on for item in items)
    if len(set(whens)) == 1:
        return f"{said} {whens[0]}"
    return f"{said} เกินกำหนดแล้ว {late} เรื่อง" if late else f"{said} เรื่องแรก{whens[0]}"


def _section(title: str, items: Sequence[Item], on: dt.date, most: int | None = None) -> list[str]:
    if not items:
        return []
    told = [f"{title} {len(items)} เรื่อง", *(_lines(item, on) for item in items[:most])]
    rest = len(items) - (most or len(items))
    return [*told, f"- และอีก {rest} เรื่อง\n  {settings.BASE_URL}{reverse('home')}"] if rest > 0 else told


def _lines(item: Item, on: dt.date) -> str:
    duty = item.duty
    day = when(duty, on)
    if duty.due_at:
        due = "ครบกำหนดวันที่" if item.counted_to < on else "ภายในวันที่"
        day = f"{due} {thai.date_text(item.counted_to)} ({day})"
    told = f"\n  {STANDS_IN}" if item.hearing.stands_in else ""
    return f"- {duty.title}\n  {duty.detail}\n  {day}{told}\n  {settings.BASE_URL}{duty.url}"


def when(duty: Duty, on: dt.date) -> str:
    """เหลือ 7 วัน · วันนี้วันสุดท้าย · เกินกำหนด 3 วัน · รอมา 5 วัน, in calendar days."""
    if duty.due_at is None:
        return f"รอมา {(on - thai.day_in_bangkok(duty.since)).days} วัน"
    left = (deadlines.last_day(duty.due_at) - on).days
    return f"เหลือ {left} วัน" if left > 0 else "วันนี้วันสุดท้าย" if left == 0 else f"เกินกำหนด {-left} วัน"
