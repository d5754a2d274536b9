"""Obligations from meetings (see kpiportal/obligations.py)."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import Letter, Role
from kpiportal.obligations import Duty, Kind, Rows, Seat, Whose, source
from meetings.models import Invitation, Meeting, Minutes, Resolution

LONGEST_DETAIL = 90
OFFICE, AGENCY = (Role.COORDINATOR, Role.OFFICE_HEAD), (Role.COLLECTOR, Role.OVERSEER)
LETTER = Kind("meeting.letter", "หนังสือเชิญประชุมที่ยังไม่ออก", hears=OFFICE)
RESOLUTION = Kind("meeting.resolution", "มติที่ประชุมที่ต้องทำ", hears=OFFICE + AGENCY)
# The letter itself asks; afterwards twice, and once more on the day before. Nobody is late: the meeting begins.
REPLY = Kind("meeting.reply", "การประชุมที่ยังไม่ได้ตอบรับ", steps=(5, 3, 1), hears=OFFICE + AGENCY)
FOLLOW_UP = Kind("meeting.follow_up", "ผลตามมติที่ประชุมที่รอตรวจ", steps=(-3, -7), hears=(Role.COORDINATOR,))


Found = tuple[Meeting, Resolution | None, Invitation | None]


def _unfinished(at: dt.datetime, whose: Whose) -> list[Found]:
    """Meetings whose letter is not out; those whose resolutions wait, a row for each; those called whose invitations
    are not answered, a row for each. One query for all; a resolution waits once its minutes went round.
    """
    return [(row, getattr(row, "asked", None), getattr(row, "silent", None)) for row in _meetings(whose)]


@Rows
def _meetings(whose: Whose) -> QuerySet[Meeting]:
    speakers = (Role.OVERSEER, Role.COLLECTOR, Role.COORDINATOR, Role.OFFICE_HEAD)
    to_call = whose.at("organization", Role.COORDINATOR, Role.OFFICE_HEAD) & Q(state=Meeting.State.DRAFT)
    own = whose.at("asked__owner", *speakers)
    called = whose.at("organization", Role.COORDINATOR)
    waiting = (own & Q(asked__state=Resolution.State.OPEN)) | (called & Q(asked__state=Resolution.State.REPORTED))
    went_round = Q(asked__part__minutes__state__in=set(Minutes.State) - {Minutes.State.DRAFT})
    to_answer = whose.at("silent__organization", *speakers) & Q(silent__isnull=False)
    # Of called meetings only, which have no resolutions yet: the two never multiply each other's rows.
    unanswered = Q(invitations__answer=Invitation.Answer.NONE, state=Meeting.State.CALLED)
    rows = Meeting.objects.annotate(
        asked=FilteredRelation("resolutions"), silent=FilteredRelation("invitations", condition=unanswered)
    )
    rows = rows.filter(to_call | waiting & went_round | to_answer)
    return rows.select_related(
        "agreement", "letter", "organization", "asked__owner", "asked__part__minutes", "silent__organization"
    )


@source(LETTER)
def letters(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Letters to write and letters to number, for whoever may.

    One on its way to a signature waits on its next reader instead (kpiportal/letters/obligations.py).
    """
    found = whose.once(_unfinished, at)
    waiting = [meeting for meeting, asked, silent in found if asked is None and silent is None and _is_with_us(meeting)]
    return [_letter(meeting, at) for meeting in sorted(waiting, key=lambda meeting: (meeting.starts_at, meeting.pk))]


def _is_with_us(meeting: Meeting) -> bool:
    return meeting.letter is None or meeting.letter.state == Letter.State.DRAFT


def _which(meeting: Meeting) -> str:
    """Its day, hour and subject."""
    when = f"{thai.date_text(meeting.starts_at, short=True)} {thai.time_text(meeting.starts_at)}"
    return f"ประชุม {when} · {shorten(meeting.subject, LONGEST_DETAIL, placeholder=' …')}"


def _days_to(meeting: Meeting, at: dt.datetime) -> tuple[str, str]:
    days = (thai.day_in_bangkok(meeting.starts_at) - thai.day_in_bangkok(at)).days
    return "due", f"ประชุมใน {days} วัน" if days else "ประชุมวันนี้"


def _letter(meeting: Meeting, at: dt.datetime) -> Duty:
    chip = ("late", "เลยวันประชุมแล้ว") if meeting.starts_at <= at else _days_to(meeting, at)
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
        detail=_which(meeting),
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


@source(REPLY)
def replies(at: dt.datetime, whose: Whose) -> list[Duty]:
    """Invitations without an answer, for the office that is invited, until the meeting begins."""
    found = whose.once(_unfinished, at)
    waiting = [(meeting, silent) for meeting, _, silent in found if silent is not None and at < meeting.starts_at]
    waiting.sort(key=lambda pair: (pair[0].starts_at, pair[1].pk))
    return [_reply(meeting, silent, at) for meeting, silent in waiting]


def _reply(meeting: Meeting, row: Invitation, at: dt.datetime) -> Duty:
    roles = AGENCY[::-1] if row.organization.kind == "agency" else OFFICE  # the head is invited
    called_at = meeting.letter.issued_at
    return Duty(
        REPLY.name,
        row.pk,
        title=f"ตอบรับการประชุมของ{meeting.organization.full_name}",
        detail=_which(meeting),
        url=reverse("meetings:reply_own", args=[row.pk]),
        action="ตอบรับ",
        seats=tuple(Seat(row.organization_id, role) for role in roles),
        since=called_at,
        due_at=meeting.starts_at,
        told_at=max(called_at, row.reminded_at or called_at),  # by the letter's mail, or by whoever called
        fiscal_year=meeting.agreement.fiscal_year,
        party_id=row.organization_id,
        chip=_days_to(meeting, at),
        subject=row,
    )


@source(RESOLUTION, FOLLOW_UP)
def resolutions(at: dt.datetime, whose: Whose) -> list[Duty]:
    """What offices have to carry out once the minutes went round, and what they reported and nobody looked at yet."""
    waiting = [(meeting, asked) for meeting, asked, _ in whose.once(_unfinished, at) if asked is not None]
    waiting.sort(key=lambda pair: (pair[1].due_on, pair[1].pk))
    return [_resolution(meeting, asked) for meeting, asked in waiting]


def _resolution(meeting: Meeting, row: Resolution) -> Duty:
    is_open = row.state == Resolution.State.OPEN
    facts = {
        "title": shorten(row.words, LONGEST_DETAIL, placeholder=" …"),
        "url": reverse("meetings:resolution", args=[row.pk]),
        "fiscal_year": meeting.agreement.fiscal_year,
        "party_id": meeting.organization_id,
        "subject": row,
    }
    when = f"ประชุม {thai.date_text(meeting.starts_at, short=True)}"
    if not is_open:
        return Duty(
            FOLLOW_UP.name, row.pk, detail=f"{row.owner.label} รายงานผลตามมติแล้ว · {when}", action="ตรวจผล",
            seats=(Seat(meeting.organization_id, Role.COORDINATOR),), since=row.reported_at, **facts,
        )  # fmt: skip
    roles = AGENCY if row.owner.kind == "agency" else OFFICE
    return Duty(
        RESOLUTION.name, row.pk, detail=f"มติที่ประชุมที่ต้องทำ · {when}", action="รายงานผล",
        seats=tuple(Seat(row.owner_id, role) for role in roles), since=row.part.minutes.circulated_at,
        due_at=deadlines.due_instant(row.due_on), **facts,
    )  # fmt: skip
