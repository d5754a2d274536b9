"""Who hears of a letter that calls no meeting: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import Letter, Role, User
from kpiportal.recipients import holders_of

# Whoever opens an office's post.
OPENERS = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.OVERSEER, Role.NEGOTIATOR)


def issued(letter: Letter, *, at: dt.datetime) -> None:
    """The people who open the post of every office the letter went to."""
    _tell("letter_issued", letter, at=at)


def cancelled(letter: Letter, *, reason: str, at: dt.datetime) -> None:
    """The same people, when it is void."""
    _tell("letter_cancelled", letter, at=at, reason=reason)


def waiting(letter: Letter, people: list[User], *, at: dt.datetime) -> None:
    """Whoever has to read it next, or whoever gets it back."""
    facts = _facts(letter) | {"state": letter.get_state_display()}
    outbox.post([outbox.compose("letter_waiting", to=person, facts=facts, at=at) for person in people])


def _facts(letter: Letter) -> dict[str, str]:
    return {
        "office": letter.organization.full_name,
        "number": letter.number_text,
        "dated": thai.date_text(letter.dated),
        "subject": letter.subject,
        "url": settings.BASE_URL + reverse("meetings:letter_detail", args=[letter.pk]),
    }


def _tell(name: str, letter: Letter, *, at: dt.datetime, **more: str) -> None:
    offices = list(letter.recipients.values_list("organization", flat=True))
    people = holders_of(offices, OPENERS, on=thai.day_in_bangkok(at))
    facts = _facts(letter) | more
    once = {person.pk: person for office in offices for person in people[office]}
    outbox.post([outbox.compose(name, to=person, facts=facts, at=at) for person in once.values()])
