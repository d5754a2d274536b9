"""What meetings say each person owes."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.urls import reverse

from kpiportal import thai
from kpiportal.models import Role
from kpiportal.obligations import Duty, Kind, Seat, Whose, source
from meetings.models import Meeting

LONGEST_DETAIL = 90
LETTER = Kind("meeting.letter", "หนังสือเชิญประชุมที่ยังไม่ออก")


@source(LETTER)
def letters(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Letters to write and letters to number, for whoever may; one query."""
    offices = whose.at("organization", Role.COORDINATOR, Role.OFFICE_HEAD)
    waiting = Meeting.objects.filter(offices, state=Meeting.State.DRAFT).select_related("letter", "agreement")
    return [_letter(meeting, at) for meeting in waiting.order_by("starts_at", "pk")]


def _letter(meeting: Meeting, at: dt.datetime) -> Duty:
    days = (thai.day_in_bangkok(meeting.starts_at) - thai.day_in_bangkok(at)).days
    if meeting.starts_at <= at:
        chip = "late", "เลยวันประชุมแล้ว"
    else:
        chip = "due", f"ประชุมใน {days} วัน" if days else "ประชุมวันนี้"
    when = f"{thai.date_text(meeting.starts_at, short=True)} {thai.time_text(meeting.starts_at)}"
    if meeting.letter_id:
        title, action = "หนังสือเชิญรอออกเลข", "ตรวจและออกเลข"
        url = reverse("meetings:letter_detail", args=[meeting.letter_id])
    else:
        title, action = "หนังสือเชิญยังไม่ได้ร่าง", "ร่างหนังสือ"
        url = reverse("meetings:letter_new", args=[meeting.pk])
    office = meeting.organization_id
    return Duty(
        LETTER.name,
        meeting.pk,
        title=title,
        detail=f"ประชุม {when} · {shorten(meeting.subject, LONGEST_DETAIL, placeholder=' …')}",
        url=url,
        action=action,
        seats=(Seat(office, Role.COORDINATOR), Seat(office, Role.OFFICE_HEAD, from_step=1)),
        since=at,
        due_at=meeting.starts_at,
        fiscal_year=meeting.agreement.fiscal_year,
        party_id=office,
        chip=chip,
        subject=meeting,
    )
