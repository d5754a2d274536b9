"""The chosen duty ("hat"): in which of several duties a person works, picked in the header, kept for this sign-in.

The choice never changes what is allowed: `user.duties` holds the same memberships with the chosen one first, so a rule
that several of them satisfy answers with it, and audit trail and paper name it. Only what is offered (the menu and the
tasks of the home page) is limited to it (`worn`). When the membership ends, nothing is chosen.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

if TYPE_CHECKING:  # AppConfigs list their menu by kpiportal/context.py, before there are models
    from kpiportal.models import Membership, User

KEPT = "hat"  # session key: the number of the membership


class HatOn:
    """Middleware, before anything asks for duties: sets `user.hat` to the duty chosen in this session. No query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not getattr(view, "login_required", True) or KEPT not in request.session:
            return
        if request.user.is_authenticated:
            request.user.hat = request.session[KEPT]


def on(user: User) -> Membership | None:
    """The chosen duty, while it is in force; None when nothing is chosen."""
    first = next(iter(user.duties), None)
    return first if first is not None and first.pk == user.hat else None


def worn(user: User) -> User:
    """A copy of the person with only the chosen duty, to decide what is offered; the person itself without a choice."""
    hat = on(user)
    if hat is None:
        return user
    only: User = copy.copy(user)
    only.__dict__["duties"] = [hat]
    return only


def put_on(request: HttpRequest, duty: Membership | None) -> None:
    """Remember the choice for this sign-in; None: all duties."""
    if duty is None:
        request.session.pop(KEPT, None)
    else:
        request.session[KEPT] = duty.pk
    request.user.hat = duty.pk if duty else None
    request.user.ask_duties_again()
