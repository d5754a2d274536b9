"""Seeing the portal as somebody else, for support: read only, fifteen minutes, and the person is notified.

The session stays the helper's. Meanwhile `request.user` is the person looked at, so every page is exactly theirs, and
`request.viewer` is the helper, whom the access log names. Every method but GET, HEAD and OPTIONS is refused here,
whatever the page, and only listed URLs open: a new page is closed until it is listed. Who may begin is decided, and the
start recorded, in kpiportal/onboarding/viewing.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from kpiportal import clock
from kpiportal.http import refuse, wants_fragment
from kpiportal.models import User
from kpiportal.onboarding import rules

KEPT = "view_as"  # session key: {"person": number of the user, "until": whole seconds since 1970}
MINUTES = 15
SAFE = ("GET", "HEAD", "OPTIONS")
OWN = {"people:view_as_end", "account_logout"}  # the helper's own two doors
OPEN_ROOMS = {"agreements", "reporting", "meetings"}
OPEN = {
    "home",
    "privacy",
    "how_to",
    "people:people_list",
    "people:chase",
    "people:invitation_list",
    "people:duty_detail",
}
READ_ONLY = "ท่านกำลังดูในฐานะผู้อื่น ดูได้อย่างเดียว ไม่มีการบันทึก กด “หยุดดู” ก่อนดำเนินการของท่านเอง"
PRIVATE = "หน้านี้เป็นส่วนตัวของเจ้าของบัญชี หรือยังไม่เปิดให้ดูแทน"


@dataclass(frozen=True)
class Viewing:
    """What the banner says."""

    person: User
    minutes_left: int


class ViewAs:
    """Middleware, after the helper's own session and second factor were looked at, before any page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or KEPT not in request.session:
            return None
        name = request.resolver_match.view_name
        if not request.user.is_authenticated or name in OWN:
            return None
        viewing = _still(request)
        if viewing is None:
            return _over(request)
        request.viewer, request.viewing, request.user = request.user, viewing, viewing.person
        if request.method not in SAFE:
            return refuse(request, 403, reason=READ_ONLY)
        if name not in OPEN and name.partition(":")[0] not in OPEN_ROOMS:
            return refuse(request, 403, reason=PRIVATE)
        return None


def begin(request: HttpRequest, person: User) -> None:
    request.session[KEPT] = {"person": person.pk, "until": _now() + MINUTES * 60}


def end(request: HttpRequest) -> int | None:
    """The number of the person looked at, when there was one."""
    kept = request.session.pop(KEPT, None)
    return kept["person"] if kept else None


def _still(request: HttpRequest) -> Viewing | None:
    """Checked again for every page: the time, the helper's duty, the person's account and duties."""
    kept = request.session[KEPT]
    left = kept["until"] - _now()
    person = User.objects.filter(pk=kept["person"]).first()
    if person is None or left <= 0 or not rules.can_view_as(request.user, person):
        return None
    return Viewing(person, -(-left // 60))


def _over(request: HttpRequest) -> HttpResponse:
    end(request)
    messages.info(request, "การดูในฐานะผู้อื่นสิ้นสุดแล้ว")
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": reverse("home")})
    return redirect("home")


def _now() -> int:
    return int(clock.now().timestamp())
