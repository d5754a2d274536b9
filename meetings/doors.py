"""Rate limits of the two pages without sign-in: a whole hall behind one address may answer at once, a script is stopped
soon. A token cannot be guessed, so GETs are not counted."""

from __future__ import annotations

from django.http import HttpRequest

from kpiportal.throttle import HOUR, MINUTE, Door, Limit


def _token(request: HttpRequest) -> str:
    return str(request.resolver_match.kwargs["token"]) if request.resolver_match else ""


REPLY = Door("reply", _token, Limit(20, 5 * MINUTE), Limit(300, 5 * MINUTE), Limit(60, HOUR), every_try=True)
CHECK_IN = Door("here", _token, Limit(300, 5 * MINUTE), Limit(300, 5 * MINUTE), Limit(2_000, HOUR), every_try=True)
