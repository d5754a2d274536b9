"""Who is told what about meetings: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import Letter, Role, User
from kpiportal.recipients import holders_of
from meetings import calendar_file
from meetings.models import Invitation, Meeting, Minutes, Resolution
from meetings.replies import links

# Mails that put the meeting into a calendar, move it there, or take it away.
_WITH_EVENT = {"meeting_called", "meeting_changed", "meeting_cancelled"}


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


def minutes_circulated(minutes: Minutes, *, at: dt.datetime) -> None:
    """The people of every invited office: what to read, and by asking for a correction what to do."""
    _tell_the_invited("minutes_circulated", minutes, at=at)


def minutes_adopted(minutes: Minutes, *, at: dt.datetime) -> None:
    _tell_the_invited("minutes_adopted", minutes, at=at)


def _tell_the_invited(name: str, minutes: Minutes, *, at: dt.datetime) -> None:
    meeting = minutes.meeting
    offices = [row.organization_id for row in meeting.invitations.all()]
    people = holders_of(offices, [Role.OVERSEER, Role.COLLECTOR], on=thai.day_in_bangkok(at))
    url = settings.BASE_URL + reverse("meetings:minutes", args=[meeting.pk])
    told = {user for users in people.values() for user in users}
    facts = {**_facts(meeting), "url": url}
    outbox.post([outbox.compose(name, to=user, at=at, facts=facts) for user in sorted(told, key=lambda u: u.pk)])


def resolution_reported(resolution: Resolution, *, at: dt.datetime) -> None:
    """The coordinators of the office that called."""
    people = holders_of([resolution.meeting.organization_id], [Role.COORDINATOR], on=thai.day_in_bangkok(at))
    _tell_of(resolution, "resolution_reported", people, at=at, result=resolution.result)


def resolution_returned(resolution: Resolution, *, reason: str, at: dt.datetime) -> None:
    """The people of the office that has to go on."""
    people = holders_of([resolution.owner_id], [Role.OVERSEER, Role.COLLECTOR], on=thai.day_in_bangkok(at))
    _tell_of(resolution, "resolution_returned", people, at=at, reason=reason)


def _tell_of(resolution: Resolution, name: str, people: dict[int, list[User]], *, at: dt.datetime, **more: str) -> None:
    facts = {
        "words": resolution.words,
        "agency": resolution.owner.full_name,
        "due": thai.date_text(resolution.due_on),
        "url": settings.BASE_URL + reverse("meetings:resolution", args=[resolution.pk]),
        **more,
    }
    outbox.post([outbox.compose(name, to=user, at=at, facts=facts) for users in people.values() for user in users])


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
    event = calendar_file.build(meeting, at=at).decode() if name in _WITH_EVENT else ""
    mails = []
    for pk, users in heads.items():
        words = {**facts, "agency": offices[pk].full_name, **({"reply": reply[pk]} if reply else {})}
        mails += [outbox.compose(name, to=user, at=at, facts=words) for user in users]
    for mail in mails:
        mail.calendar = event
    outbox.post(mails)
