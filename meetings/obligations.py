"""What meetings say each person owes."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.db.models import Q
from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import Role
from kpiportal.obligations import Duty, Kind, Seat, Whose, source
from meetings.models import Meeting, Minutes, Resolution

LONGEST_DETAIL = 90
LETTER = Kind("meeting.letter", "หนังสือเชิญประชุมที่ยังไม่ออก")
RESOLUTION = Kind("meeting.resolution", "มติที่ประชุมที่ต้องทำ")
FOLLOW_UP = Kind("meeting.follow_up", "ผลตามมติที่ประชุมที่รอตรวจ", steps=(-3, -7))


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


@source(RESOLUTION, FOLLOW_UP)
def resolutions(at: dt.datetime, whose: Whose) -> list[Duty]:
    """What offices have to carry out once the minutes went round, and what they reported and nobody looked at yet."""
    own = whose.at("owner", Role.OVERSEER, Role.COLLECTOR, Role.COORDINATOR, Role.OFFICE_HEAD)
    called = whose.at("meeting__organization", Role.COORDINATOR)
    wanted = (own & Q(state=Resolution.State.OPEN)) | (called & Q(state=Resolution.State.REPORTED))
    rows = Resolution.objects.filter(wanted).exclude(part__minutes__state=Minutes.State.DRAFT)
    rows = rows.select_related("meeting__agreement", "owner", "part__minutes")
    return [_resolution(row) for row in rows.order_by("due_on", "pk")]


def _resolution(row: Resolution) -> Duty:
    is_open = row.state == Resolution.State.OPEN
    facts = {
        "title": shorten(row.words, LONGEST_DETAIL, placeholder=" …"),
        "url": reverse("meetings:resolution", args=[row.pk]),
        "fiscal_year": row.meeting.agreement.fiscal_year,
        "party_id": row.meeting.organization_id,
        "subject": row,
    }
    meeting = f"ประชุม {thai.date_text(row.meeting.starts_at, short=True)}"
    if not is_open:
        return Duty(
            FOLLOW_UP.name, row.pk, detail=f"{row.owner.label} รายงานผลตามมติแล้ว · {meeting}", action="ตรวจผล",
            seats=(Seat(row.meeting.organization_id, Role.COORDINATOR),), since=row.reported_at, **facts,
        )  # fmt: skip
    roles = (Role.COLLECTOR, Role.OVERSEER) if row.owner.kind == "agency" else (Role.COORDINATOR, Role.OFFICE_HEAD)
    return Duty(
        RESOLUTION.name, row.pk, detail=f"มติที่ประชุมที่ต้องทำ · {meeting}", action="รายงานผล",
        seats=tuple(Seat(row.owner_id, role) for role in roles), since=row.part.minutes.circulated_at,
        due_at=deadlines.due_instant(row.due_on), **facts,
    )  # fmt: skip
