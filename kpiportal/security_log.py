"""Sign-ins, failed sign-ins and refusals, one row each (ASVS 16.3.1, 16.3.2).

A flood is bounded: per kind and person (or address, when nobody is known) at most MOST rows an hour; the row that
reaches the limit stands for all that follow. One INSERT per row; when it fails the request is answered all the same and
the error is logged.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from typing import Any

from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError, connection, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kpiportal import access, clock
from kpiportal.models import SecurityLog, User

log = logging.getLogger(__name__)
What = SecurityLog.What
MOST, WINDOW = 60, dt.timedelta(hours=1)
# Doors where a form shown again (422) is a wrong password or code of somebody already known.
SECOND_DOORS = {"mfa_authenticate", "mfa_reauthenticate", "account_reauthenticate", "mfa_reauthenticate_webauthn"}

_INSERT = """
INSERT INTO kpiportal_securitylog (at, what, user_id, "unknown", door, status, address)
SELECT %(at)s, %(what)s, %(user)s, %(unknown)s, %(door)s, %(status)s, %(address)s
WHERE (SELECT count(*) FROM kpiportal_securitylog
       WHERE what = %(what)s AND at > %(since)s
         AND (user_id = %(user)s OR (%(user)s IS NULL AND user_id IS NULL AND address IS NOT DISTINCT FROM %(address)s))
      ) < %(most)s
"""

Answer = Callable[[HttpRequest], HttpResponseBase]


def noted(get_response: Answer) -> Answer:
    """Middleware: a refusal to somebody signed in, a wrong code, and whoever is held up for trying too often."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        what = _what(request, response.status_code)
        if what:
            here = getattr(request, "viewer", request.user)  # who looks as somebody else is refused themselves
            user = here if here.is_authenticated else _half_signed_in(request)
            write(what, request, user=user, status=response.status_code)
        return response

    return middleware


def _what(request: HttpRequest, status: int) -> str:
    found = request.resolver_match
    if status == 429:
        return What.HELD_UP
    if found and status == 422 and request.method == "POST" and found.url_name in SECOND_DOORS:
        return What.FAILED
    # An address that leads nowhere is a slip of the finger; one behind which something stands is a try.
    hidden = status == 404 and found is not None and "pk" in found.kwargs
    refused = (status == 403 and not getattr(request, "asked_to_prove", False)) or hidden
    return What.REFUSED if request.user.is_authenticated and refused else ""


def _half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago, while the code is asked for."""
    pk = request.session.get("account_login", {}).get("user_pk")
    return User.objects.filter(pk=url_str_to_user_pk(pk)).first() if pk else None


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    write(What.SIGNED_IN, request, user=user)


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        write(What.SIGNED_OUT, request, user=user)


@receiver(user_login_failed)
def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email=typed).first() if typed else None
    write(What.FAILED, request, user=user, unknown="" if user else _sealed(typed))


def write(
    what: str, request: HttpRequest | None, *, user: User | None, unknown: str = "", status: int | None = None
) -> None:
    """Note it now. `request` may be missing (a command, a test): then nobody knows from where."""
    found = request.resolver_match if request else None
    now = clock.now()
    row = {
        "at": now, "since": now - WINDOW, "most": MOST, "what": str(what), "user": user.pk if user else None,
        "unknown": unknown, "door": (found.view_name if found else "")[:80], "status": status,
        "address": (request.META.get("REMOTE_ADDR") or None) if request else None,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, row)
    except DatabaseError:
        log.exception("the security log did not take %s", what)


def purge(*, at: dt.datetime) -> int:
    """Delete what is older than the access log is kept; returns how many."""
    days = max(settings.KPI_ACCESS_LOG_DAYS, access.LEAST_DAYS)
    return SecurityLog.objects.filter(at__lt=at - dt.timedelta(days=days)).delete()[0]


def _sealed(word: str) -> str:
    return hashlib.blake2b(word.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()
