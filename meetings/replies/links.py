"""The way to a page without signing in: a random token, kept encrypted beside its digest.

The token stands in the mail, and in the QR on the paper slip that may be printed again; a copy of the database alone
opens nothing (kpiportal/sealed_links.py).
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.urls import reverse

from kpiportal import sealed_links
from meetings.models import Invitation, Meeting

_TOKEN_BYTES = 18  # 144 bits in 24 letters: short enough for a QR code that an old phone reads from a wall


def new() -> tuple[str, str]:
    """(the token as kept, its digest)."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return sealed_links.hide(token), sealed_links.digest(token)


def of_reply(invitation: Invitation) -> str:
    """The office's address for its answer, the token still hidden: for mail."""
    return _address("meetings:reply", invitation.link_hidden)


def of_door(meeting: Meeting) -> str:
    """The address at which whoever stands in the room signs in, the token still hidden."""
    return _address("meetings:check_in", meeting.door_hidden)


def shown(address: str) -> str:
    """The same with its token: for the paper of whoever may have it."""
    return sealed_links.opened(address)


def _address(name: str, hidden: str) -> str:
    return settings.BASE_URL + reverse(name, args=["TOKEN"]).replace("TOKEN", hidden)
