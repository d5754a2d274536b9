"""Who is told about a request: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from agreements.models import Amendment
from kpiportal import outbox, thai
from kpiportal.models import Organization, Role
from kpiportal.models.people import Kind
from kpiportal.recipients import holders


def _facts(amendment: Amendment) -> dict[str, str]:
    agreement = amendment.agreement
    return {
        "number": str(amendment.number),
        "party": agreement.owner.full_name,
        "fiscal_year": str(agreement.fiscal_year),
        "url": settings.BASE_URL + reverse("agreements:amendment_detail", args=[amendment.pk]),
    }


def asked(amendment: Amendment, *, at: dt.datetime) -> None:
    """OPDC's negotiators have a request to decide."""
    opdc = Organization.objects.filter(kind=Kind.OPDC).first()
    if opdc:
        for user in holders(opdc.pk, Role.NEGOTIATOR, on=thai.day_in_bangkok(at)):
            outbox.queue("amendment_asked", to=user, facts=_facts(amendment), at=at)


def decided(amendment: Amendment, *, at: dt.datetime) -> None:
    """The party's office and its head hear what became of the request."""
    facts = {**_facts(amendment), "state": amendment.get_state_display()}
    roles = (Role.COORDINATOR, Role.GOVERNOR, Role.CLUSTER_HEAD)
    for user in holders(amendment.agreement.owner_id, *roles, on=thai.day_in_bangkok(at)):
        outbox.queue("amendment_decided", to=user, facts=facts, at=at)
