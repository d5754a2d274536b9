"""Who is told what about meetings: builds outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import Letter, Role
from kpiportal.recipients import holders_of
from meetings.models import Meeting


def meeting_called(meeting: Meeting, letter: Letter, *, at: dt.datetime) -> None:
    """The overseers of every office the letter went to."""
    url = reverse("meetings:meeting_detail", args=[meeting.pk])
    _tell("meeting_called", meeting, letter, at=at, url=url, number=letter.number_text,
          dated=thai.date_text(letter.dated), venue=meeting.venue)  # fmt: skip


def meeting_cancelled(meeting: Meeting, letter: Letter, *, reason: str, at: dt.datetime) -> None:
    """The same people, when a meeting they were called to does not take place."""
    url = reverse("meetings:meeting_detail", args=[meeting.pk])
    _tell("meeting_cancelled", meeting, letter, at=at, url=url, number=letter.number_text, reason=reason)


def invitation_withdrawn(meeting: Meeting, letter: Letter, *, reason: str, at: dt.datetime) -> None:
    """The same people, when the letter is void; another may follow."""
    url = reverse("meetings:letter_detail", args=[letter.pk])
    _tell("invitation_withdrawn", meeting, letter, at=at, url=url, number=letter.number_text, reason=reason)


def _tell(name: str, meeting: Meeting, letter: Letter, *, at: dt.datetime, url: str, **more: str) -> None:
    offices = {row.organization_id: row.organization for row in letter.recipients.select_related("organization")}
    facts = {
        "office": meeting.organization.full_name,
        "subject": meeting.subject,
        "when": f"{thai.weekday_date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)}",
        "url": settings.BASE_URL + url,
        **more,
    }
    heads = holders_of(offices, [Role.OVERSEER], on=thai.day_in_bangkok(at))
    outbox.post(
        [
            outbox.compose(name, to=user, facts={**facts, "agency": offices[pk].full_name}, at=at)
            for pk, users in heads.items()
            for user in users
        ]
    )
