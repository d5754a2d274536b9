"""Keeping the minutes as they are typed, box by box: two people meet only in the same box, where both texts are shown.

The protocol is that of all pages that save as you type (kpiportal/keeping.py). A browser without a script sends every
box, and what differs is meant.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict

from kpiportal import audit, thai
from kpiportal.dates import InvalidTime, parse_time, time_input_text
from kpiportal.fields import LineField, WordsField
from kpiportal.keeping import BASE, Kept, sort_out
from kpiportal.models import User
from kpiportal.workflow import Stale
from meetings import rules
from meetings.models import Minutes, MinutesPart

LONGEST = 20_000  # characters of a discussion
TIMES = {"began": "began_at", "ended": "ended_at"}
LINES = ("recorder", "recorder_post", "checker", "checker_post")
PART_BOXES = ("title", "discussion", "decision")
LABELS = {
    "began": "เริ่มประชุมเวลา", "ended": "เลิกประชุมเวลา", "recorder": "ผู้จดรายงานการประชุม",
    "recorder_post": "ตำแหน่งผู้จด", "checker": "ผู้ตรวจรายงานการประชุม", "checker_post": "ตำแหน่งผู้ตรวจ",
    "title": "เรื่อง", "discussion": "สาระการประชุม", "decision": "มติที่ประชุม",
}  # fmt: skip
_LINE, _TITLE, _WORDS = LineField(longest=200), LineField(longest=500), WordsField(longest=LONGEST)


def stored(minutes: Minutes, parts: list[MinutesPart]) -> dict[str, str]:
    """Every box as a form shows it: times as 13.30, parts as title-12, discussion-12, decision-12."""
    found = {name: _time(getattr(minutes, column)) for name, column in TIMES.items()}
    found |= {name: getattr(minutes, name) for name in LINES}
    for part in parts:
        found |= {f"{name}-{part.pk}": getattr(part, name) for name in PART_BOXES}
    return found


def label(name: str) -> str:
    return LABELS[name.partition("-")[0]]


@transaction.atomic
def keep(minutes: Minutes, data: QueryDict, *, by: User, at: dt.datetime) -> Kept:
    """Write what can be written of `data` and say what became of the rest.

    Raises PermissionDenied for anybody but the calling office, Stale when the minutes went round.
    """
    row = Minutes.objects.select_for_update(of=("self",)).select_related("meeting", "saved_by").get(pk=minutes.pk)
    duty = rules.can_call(by, row.meeting)
    if not duty:
        raise PermissionDenied
    if row.state != Minutes.State.DRAFT:
        raise Stale(f"รายงานการประชุมนี้{row.get_state_display()} แก้ไขไม่ได้")
    parts = list(row.parts.select_for_update())
    kept = Kept(row.revision, at, by="" if row.saved_by_id in (None, by.pk) else row.saved_by.full_name)
    now = stored(row, parts)
    changed = sort_out(data, now, kept, clean=_clean, label=label, names=_touched(data, now))
    _in_order(row, changed, kept)
    if changed:
        _write(row, parts, changed, by)
        audit.record("minutes.save", row, by=by, duty=duty, at=at, boxes=sorted(changed))
    kept.saved += sorted(changed)
    kept.revision = row.revision
    kept.tell(stored(row, parts))
    return kept


def what_happened(row: Minutes) -> str:
    """Why a page that was read while they could be written is not right any more."""
    if row.state == Minutes.State.DRAFT:
        return "รายงานการประชุมเปิดให้แก้ไขได้อีกครั้ง"
    return f"รายงานการประชุมนี้เปลี่ยนสถานะเป็น “{row.get_state_display()}” จึงแก้ไขไม่ได้แล้ว"


def _touched(data: QueryDict, now: dict[str, str]) -> list[str]:
    if "dirty" in data:
        return [name for name in data.getlist("dirty") if name in now]
    return [name for name in now if name in data and data[name] != data.get(BASE + name, "")]


def _clean(name: str, typed: str) -> str:
    kind = name.partition("-")[0]
    if kind in TIMES:
        return _clean_time(kind, typed)
    return {"title": _TITLE, "discussion": _WORDS, "decision": _WORDS}.get(kind, _LINE).clean(typed)


def _clean_time(kind: str, typed: str) -> str:
    if not thai.clean_line(typed):
        if kind == "began":
            raise ValidationError("กรุณากรอกเวลาเริ่มประชุม")
        return ""
    try:
        return time_input_text(parse_time(typed))
    except InvalidTime as refusal:
        raise ValidationError(str(refusal)) from refusal


def _in_order(row: Minutes, changed: dict[str, str], kept: Kept) -> None:
    """A meeting ends after it begins; the box that says otherwise is not kept."""
    began = changed.get("began", _time(row.began_at))
    ended = changed.get("ended", _time(row.ended_at))
    if ended and ended <= began:
        wrong = "ended" if "ended" in changed else "began"
        if changed.pop(wrong, None) is not None:
            kept.errors[wrong] = "เวลาเลิกต้องหลังเวลาเริ่ม"


def _write(row: Minutes, parts: list[MinutesPart], changed: dict[str, str], by: User) -> None:
    by_key = {str(part.pk): part for part in parts}
    for name, text in changed.items():
        kind, _, key = name.partition("-")
        if kind in TIMES:
            setattr(row, TIMES[kind], _moment(row, text))
        elif key:
            setattr(by_key[key], kind, text)
        else:
            setattr(row, kind, text)
    MinutesPart.objects.bulk_update([by_key[key] for key in {n.partition("-")[2] for n in changed} - {""}], PART_BOXES)
    row.revision, row.saved_by = row.revision + 1, by
    row.save(update_fields=["revision", "saved_by", *TIMES.values(), *LINES])


def _moment(row: Minutes, text: str) -> dt.datetime | None:
    """A time of the meeting's own day."""
    day = thai.day_in_bangkok(row.meeting.starts_at)
    return dt.datetime.combine(day, parse_time(text), tzinfo=thai.BANGKOK) if text else None


def _time(moment: dt.datetime | None) -> str:
    return time_input_text(moment.astimezone(thai.BANGKOK).time()) if moment else ""
