"""What people are told about invitations and duties: outbox rows, nothing sent here."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, thai
from kpiportal.models import AccountInvitation, Membership, OutgoingMail, User


def invited(invitation: AccountInvitation, seal: str, *, by: User, at: dt.datetime) -> OutgoingMail:
    """The link carries the token after #: a browser sends that part to no server and no other site."""
    facts = {
        "name": invitation.full_name or "ท่าน",
        "inviter": by.full_name,
        "role": invitation.get_role_display(),
        "place": invitation.organization.full_name,
        "url": f"{settings.BASE_URL}{reverse('people:join')}#{seal}",
        "page": settings.BASE_URL + reverse("people:join"),
        "code": seal,
        "until": f"{thai.date_text(invitation.expires_at)} {thai.time_text(invitation.expires_at)}",
    }
    return outbox.compose("account_invited", to=invitation.email, facts=facts, at=at)


def duty_given(duty: Membership, *, by: User, at: dt.datetime) -> None:
    facts = {
        "by": by.full_name,
        "duty": f"{duty.get_role_display()} {duty.organization.full_name}",
        "since": thai.date_text(duty.valid_from),
        "until": f" ถึง {thai.date_text(duty.valid_to)}" if duty.valid_to else "",
        "url": settings.BASE_URL + reverse("home"),
    }
    outbox.queue("duty_given", to=duty.user, facts=facts, at=at)
