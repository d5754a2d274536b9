"""Who is told of the steps of agreement-making: writes outbox rows, sends nothing.

Offers at the table are no mails: the page shows them, and what waits is in the morning's reminder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.recipients import holders

if TYPE_CHECKING:
    from agreements.models import Agreement

_OFFICE = (Role.COORDINATOR, Role.OFFICE_HEAD)
_HEAD = (Role.GOVERNOR, Role.CLUSTER_HEAD)


def _tell(
    name: str, agreement: Agreement, people: Iterable[User], *, by: User, at: dt.datetime, reason: str = ""
) -> None:
    """One mail each, to everybody but whoever did it."""
    facts = {
        "party": agreement.owner.full_name,
        "fiscal_year": str(agreement.fiscal_year),
        "by": by.full_name,
        "url": settings.BASE_URL + reverse("agreements:agreement_detail", args=[agreement.pk]),
    }
    if reason:
        facts["reason"] = reason.strip()
    told = {person.pk: person for person in people if person.pk != by.pk}
    outbox.post([outbox.compose(name, to=person, facts=facts, at=at) for person in told.values()])


def _party(agreement: Agreement, *roles: str, at: dt.datetime) -> list[User]:
    return holders(agreement.owner_id, *roles, on=thai.day_in_bangkok(at))


def _negotiators(at: dt.datetime) -> list[User]:
    opdc = Organization.objects.filter(kind=Kind.OPDC).first()
    return holders(opdc.pk, Role.NEGOTIATOR, on=thai.day_in_bangkok(at)) if opdc else []


def submitted(agreement: Agreement, *, by: User, at: dt.datetime) -> None:
    """OPDC's negotiators have a form to look at."""
    _tell("agreement_submitted", agreement, _negotiators(at), by=by, at=at)


def returned(agreement: Agreement, *, by: User, at: dt.datetime, reason: str) -> None:
    """The party's office has its form back."""
    _tell("agreement_returned", agreement, _party(agreement, *_OFFICE, at=at), by=by, at=at, reason=reason)


def agreed(agreement: Agreement, *, by: User, at: dt.datetime) -> None:
    """Both sides have said yes: the office, OPDC's side, and whoever signs next."""
    people = [*_party(agreement, *_OFFICE, *_HEAD, at=at), *_negotiators(at)]
    _tell("agreement_agreed", agreement, people, by=by, at=at)


def rescinded(agreement: Agreement, *, by: User, at: dt.datetime, reason: str) -> None:
    """Back at the table: both sides, and the head who need not sign yet."""
    people = [*_party(agreement, *_OFFICE, *_HEAD, at=at), *_negotiators(at)]
    _tell("agreement_rescinded", agreement, people, by=by, at=at, reason=reason)


def signed(agreement: Agreement, *, by: User, at: dt.datetime) -> None:
    people = [*_party(agreement, *_OFFICE, at=at), *_negotiators(at)]
    _tell("agreement_signed", agreement, people, by=by, at=at)
