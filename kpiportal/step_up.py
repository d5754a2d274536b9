"""Fresh proof of identity before actions that bind a province or grant access.

A Transition asks for it with `asks_proof=True`; code without a Transition calls `step_up.require("ชื่อการกระทำ")` after
all other checks. The page that asks and then resumes the action is kpiportal/step_up_page.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from kpiportal import clock

PROVEN = "proven"  # in the session: whole seconds since 1970, by the portal's clock


def _nobody_to_ask() -> bool:
    return True


# Set for each request (step_up_page.StepUp). In tasks and commands nobody sits there: they are not asked.
is_proven: ContextVar[Callable[[], bool]] = ContextVar("is_proven", default=_nobody_to_ask)


class ProofNeeded(Exception):
    """The action waits for a proof. `deed`: its Thai name, after "ยืนยันและ".

    press_again: do not resume by itself, lead back to the page it was pressed on. For files: an answer that is a
    download would leave the question standing on the screen.
    """

    def __init__(self, deed: str, *, press_again: bool = False):
        self.deed, self.press_again = deed, press_again
        super().__init__(deed)


def require(deed: str, *, press_again: bool = False) -> None:
    """Raise ProofNeeded unless this request's person proved who they are within KPI_STEP_UP_SECONDS."""
    if not is_proven.get()():
        raise ProofNeeded(deed, press_again=press_again)


def is_fresh(request: HttpRequest) -> bool:
    at = request.session.get(PROVEN)
    return at is not None and 0 <= _now() - at <= settings.KPI_STEP_UP_SECONDS


def note(request: HttpRequest) -> None:
    """This moment counts as a proof."""
    request.session[PROVEN] = _now()


def _now() -> int:
    return int(clock.now().timestamp())


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Signing in is a proof, except at another's desk (single sign-on): that may have been hours ago, unasked."""
    shown = {record["method"] for record in get_authentication_records(request, user)}
    if shown != {"socialaccount"}:
        note(request)


@receiver(authentication_step_completed)
def _asked_again(sender: Any, request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        note(request)
