"""Who is told what about meetings: builds outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import Letter, Role, User
from kpiportal.recipients import holders_of
from meetings.models import Invitation, Meeting
from meetings.replies import links


def meeting_called(meeting: Meeting, letter: Letter, *, at: dt.datetime) -> None:
    """The overseers of every office the letter went to, each with the office's own link for its answer."""
    url = reverse("meetings:meeting_detail", args=[meeting.pk])
    facts = {"number": letter.number_text, "dated": thai.date_text(letter.dated), "venue": meeting.venue}
    before = meeting.earlier_letters.order_by("-pk").first()
    if before:
        facts["before"] = before.number_text
    reply = {row.organization_id: links.of_reply(row) for row in meeting.invitations.all()}
    _tell("meeting_changed" if before else "meeting_called", meeting, letter, at=at, url=url, reply=reply, **facts)


def reply_wanted(
    meeting: Meeting, waiting: list[Invitation], people: dict[int, list[User]], *, at: dt.datetime
) -> None:
    """The people of offices that have not answered; each office gets its own link."""
    url = settings.BASE_URL + reverse("meetings:meeting_detail", args=[meeting.pk])
    facts = {**_facts(meeting), "number": meeting.letter.number_text, "venue": meeting.venue, "url": url}
    outbox.post(
        [
            outbox.compose("meeting_reply_wanted", to=user, at=at,
                           facts={**facts, "agency": row.organization.full_name, "reply": links.of_reply(row)})
            for row in waiting
            for user in people[row.organization_id]
        ]
    )  # fmt: skip


def meeting_cancelled(meeting: Meeting, letter: Letter, *, reason: str, at: dt.datetime) -> None:
    """The same people, when a meeting they were called to does not take place."""
    url = reverse("meetings:meeting_detail", args=[meeting.pk])
    _tell("meeting_cancelled", meeting, letter, at=at, url=url, number=letter.number_text, reason=reason)


def invitation_withdrawn(meeting: Meeting, letter: Letter, *, reason: str, at: dt.datetime) -> None:
    """The same people, when the letter is void; another may follow."""
    url = reverse("meetings:letter_detail", args=[letter.pk])
    _tell("invitation_withdrawn", meeting, letter, at=at, url=url, number=letter.number_text, reason=reason)


def _facts(meeting: Meeting) -> dict[str, str]:
    return {
        "office": meeting.organization.full_name,
        "subject": meeting.subject,
        "when": f"{thai.weekday_date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)}",
    }


def _tell(
    name: str, meeting: Meeting, letter: Letter, *, at: dt.datetime, url: str,
    reply: dict[int, str] | None = None, **more: str,
) -> None:  # fmt: skip
    """`reply`: each office's own link, by its key."""
    offices = {row.organization_id: row.organization for row in letter.recipients.select_related("organization")}
    facts = {**_facts(meeting), "url": settings.BASE_URL + url, **more}
    heads = holders_of(offices, [Role.OVERSEER], on=thai.day_in_bangkok(at))
    outbox.post(
        [
            outbox.compose(name, to=user, at=at, facts={**facts, "agency": offices[pk].full_name,
                                                        **({"reply": reply[pk]} if reply else {})})
            for pk, users in heads.items()
            for user in users
        ]
    )  # fmt: skip
