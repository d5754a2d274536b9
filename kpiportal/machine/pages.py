"""The machine's state in words a person reads."""

from __future__ import annotations

import datetime as dt

from kpiportal import thai
from kpiportal.machine import state
from kpiportal.machine.state import Mail, Sign
from kpiportal.models import OutgoingMail

PER_PAGE = 50
TONES = {"queued": "wait", "sending": "wait", "sent": "ok", "failed": "late"}
OVER = (OutgoingMail.State.SENT, OutgoingMail.State.DROPPED)
STATES = [(value, label) for value, label in OutgoingMail.State.choices if value not in OVER]


def signs(*, at: dt.datetime) -> list[Sign]:
    """Database, Redis, beat with its worker, each channel messages leave by. Three queries."""
    stores = [_store("ฐานข้อมูล", state.database_answers()), _store("Redis", state.redis_answers())]
    return [*stores, _beat(at), *(_mail(channel, found, at) for channel, found in state.mail(at=at).items())]


def _store(part: str, answers: bool) -> Sign:
    return Sign(part, "ok", "ปกติ", "ตอบ") if answers else Sign(part, "late", "ขัดข้อง", "ไม่ตอบ")


def _beat(at: dt.datetime) -> Sign:
    part, last = "ตัวตั้งเวลาและตัวทำงานเบื้องหลัง", state.last_beat()
    if last is None:
        return Sign(part, "late", "ยังไม่เคยทำงาน", "การเตือนและอีเมลจะไม่ออก ให้เริ่ม beat และ worker")
    when = f"ทำงานล่าสุด {thai.datetime_text(last, short=True)}"
    if at - last > state.BEAT_LATE:
        return Sign(part, "late", "หยุดทำงาน", f"{when} การเตือนและอีเมลจะไม่ออก ให้เริ่ม beat และ worker ใหม่")
    return Sign(part, "ok", "ปกติ", when)


def _mail(channel: str, found: Mail, at: dt.datetime) -> Sign:
    part = str(OutgoingMail.Channel(channel).label)
    detail = f"รอส่ง {found.queued} ฉบับ กำลังส่ง {found.sending} ส่งไม่ได้ {found.failed}"
    if found.waiting_since is not None:
        detail += f" เก่าที่สุดรอตั้งแต่ {thai.datetime_text(found.waiting_since, short=True)}"
        if at - found.waiting_since > state.MAIL_LATE:
            return Sign(part, "late", "ค้าง", detail)
    return Sign(part, "late" if found.failed else "ok", "มีที่ส่งไม่ได้" if found.failed else "ปกติ", detail)
