"""What meetings say each person owes."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.urls import reverse

from kpiportal import thai
from kpiportal.models import User
from kpiportal.obligations import Owed, Task, provider
from kpiportal.rules import can_write_letters
from meetings.models import Meeting

LONGEST_DETAIL = 90


@provider
def of(user: User, at: dt.datetime) -> Owed:
    """Letters to write and letters to number, for whoever may; one query."""
    offices = [duty.organization_id for duty in user.duties if can_write_letters(user, duty.organization_id)]
    if not offices:
        return Owed()
    waiting = Meeting.objects.waiting(offices).select_related("letter").order_by("starts_at", "pk")
    return Owed(mine=[_task(meeting, at) for meeting in waiting])


def _task(meeting: Meeting, at: dt.datetime) -> Task:
    days = (thai.day_in_bangkok(meeting.starts_at) - thai.day_in_bangkok(at)).days
    if meeting.starts_at <= at:
        kind, text = "late", "เลยวันประชุมแล้ว"
    else:
        kind, text = "due", f"ประชุมใน {days} วัน" if days else "ประชุมวันนี้"
    when = f"{thai.date_text(meeting.starts_at, short=True)} {thai.time_text(meeting.starts_at)}"
    if meeting.letter_id:
        title, action = "หนังสือเชิญรอออกเลข", "ตรวจและออกเลข"
        url = reverse("meetings:letter_detail", args=[meeting.letter_id])
    else:
        title, action = "หนังสือเชิญยังไม่ได้ร่าง", "ร่างหนังสือ"
        url = reverse("meetings:letter_new", args=[meeting.pk])
    return Task(
        title=title,
        detail=f"ประชุม {when} · {shorten(meeting.subject, LONGEST_DETAIL, placeholder=' …')}",
        url=url,
        action=action,
        chip_kind=kind,
        chip_text=text,
        due_at=meeting.starts_at,
    )
