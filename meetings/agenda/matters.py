"""What may be put on an agenda: what the data brings, and what earlier meetings left to be done or adopted."""

from __future__ import annotations

import datetime as dt

from agreements import matters
from agreements.matters import Matter
from kpiportal import thai
from meetings.models import Meeting, Minutes, Resolution
from meetings.models.agenda import Section
from meetings.papers import number_text


def of(meeting: Meeting, *, at: dt.datetime) -> list[Matter]:
    """In the order of the agenda's items."""
    found = [*_to_adopt(meeting), *_unfinished(meeting), *matters.of(meeting.agreement, at=at)]
    return sorted(found, key=lambda matter: matter.section)


def _to_adopt(meeting: Meeting) -> list[Matter]:
    rows = Minutes.objects.filter(meeting__organization=meeting.organization_id, state=Minutes.State.CIRCULATED)
    rows = rows.exclude(meeting=meeting).select_related("meeting").order_by("meeting__starts_at")
    return [
        Matter(
            f"meetings.adopt:{row.pk}",
            "รายงานการประชุมที่รอรับรอง",
            Section.MINUTES,
            f"รับรองรายงานการประชุม{row.meeting.subject} {number_text(row.meeting)} "
            f"เมื่อ{thai.weekday_date_text(row.meeting.starts_at)}"[:500],
        )
        for row in rows
    ]


def _unfinished(meeting: Meeting) -> list[Matter]:
    rows = Resolution.objects.unfinished().filter(meeting__organization=meeting.organization_id)
    rows = rows.exclude(meeting=meeting).exclude(part__minutes__state=Minutes.State.DRAFT)
    return [
        Matter(
            f"meetings.resolution:{row.pk}",
            "มติที่ประชุมที่ยังไม่เสร็จ",
            Section.CONTINUED,
            row.words[:500],
            f"กำหนดแล้วเสร็จ {thai.date_text(row.due_on)}" + (f"\nผลที่รายงาน: {row.result}" if row.result else ""),
            row.owner.full_name[:200],
        )
        for row in rows.select_related("owner").order_by("due_on", "pk")
    ]
