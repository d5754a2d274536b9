"""Session lifetime: a sign-in ends when idle, by age, by signing out, or when the account is closed.

The times are kept in the session itself. A form sent after the end leads back to its page, where static/js/typed.js
offers what was typed (kpiportal/http.py, PlainWords).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kpiportal import clock
from kpiportal.http import wants_fragment
from kpiportal.models import User

BEGAN, SEEN = "began", "seen"  # whole seconds since 1970, by the portal's clock
NOTE_EVERY = 60  # seconds: a session is not written for each page of a busy minute


def end_all(user: User) -> int:
    """Sign this person out everywhere at once (disabled account, lost telephone). Returns how many sessions ended."""
    rows = list(UserSession.objects.filter(user=user))
    for row in rows:
        row.end()
    return len(rows)


def unattended(view: Any) -> Any:
    """Mark a view that pages poll by themselves: such a request is no sign that somebody is there."""
    view.unattended = True
    return view


class SessionLimits:
    """Middleware, before LoginRequiredMiddleware: ends a session that is over its limits or of a disabled person.

    The row is deleted, so that an account enabled again does not find its old sessions alive.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not getattr(view, "login_required", True) or SESSION_KEY not in request.session:
            return
        over = _over(request.session, _now(), noting=not getattr(view, "unattended", False))
        if not over and request.user.is_authenticated:
            return
        request.session.flush()
        request.user = AnonymousUser()
        if over and not wants_fragment(request):
            messages.info(request, over)


def _now() -> int:
    return int(clock.now().timestamp())


def _over(session: Any, now: int, *, noting: bool = True) -> str:
    """The reason why the session has ended, in Thai; "" while it lasts, and then the activity is noted."""
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    if now - seen > settings.KPI_SESSION_IDLE_SECONDS:
        minutes = settings.KPI_SESSION_IDLE_SECONDS // 60
        return f"ไม่มีการใช้งานเกิน {minutes} นาที โปรดเข้าสู่ระบบอีกครั้ง ข้อความที่พิมพ์ค้างไว้ยังอยู่ในเครื่องนี้"
    if now - began > settings.KPI_SESSION_MAX_SECONDS:
        hours = settings.KPI_SESSION_MAX_SECONDS // 3600
        return f"เข้าสู่ระบบมาครบ {hours} ชั่วโมงแล้ว โปรดเข้าสู่ระบบอีกครั้ง ข้อความที่พิมพ์ค้างไว้ยังอยู่ในเครื่องนี้"
    if noting and now - seen >= NOTE_EVERY:
        session[SEEN] = now
    return ""


@receiver(user_logged_in)
def _begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = _now()


@receiver([password_changed, password_set, password_reset])
def _end_with_the_password(sender: Any, user: User, **kwargs: Any) -> None:
    """Django rejects sessions of the old password anyway; this deletes their rows."""
    end_all(user)
