"""The list of people who have never signed in, and the mail to those ticked."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kpiportal import clock
from kpiportal.models import AccountInvitation, Membership
from kpiportal.onboarding import chasing, rules

PER_PAGE = 25
MOST = 1_000  # boxes on one page: far more than 25 places have people


@require_http_methods(["GET", "POST"])
def chase(request: HttpRequest) -> HttpResponse:
    """ใครยังไม่เคยเข้าใช้ระบบ, per agency; the ticked ones get a mail again."""
    if not rules.can_see_people(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _send(request)
    return _page(request)


def _page(request: HttpRequest, status: int = 200, blockers: tuple[str, ...] = ()) -> HttpResponse:
    now, user = clock.now(), request.user
    page = Paginator(chasing.places(user, at=now), PER_PAGE).get_page(request.GET.get("page"))
    for place in page:
        for invitation in place.asked:
            invitation.organization = place
            invitation.late = invitation.expires_at <= now
            invitation.may = rules.can_send_invitation(user, invitation)
    context = {"page": page, "blockers": blockers, "total": chasing.counted(user, at=now)}
    return render(request, "people/chase.html", context, status=status)


def _send(request: HttpRequest) -> HttpResponse:
    now, user = clock.now(), request.user
    asked = chasing.unanswered(at=now) & AccountInvitation.objects.visible_to(user)
    missing = chasing.never_here(on=clock.today()) & Membership.objects.visible_to(user)
    asked = asked.filter(pk__in=_numbers(request, "invitation")).order_by("pk")
    missing = missing.filter(pk__in=_numbers(request, "duty")).select_related("user", "organization")
    if not asked and not missing:
        return _page(request, 422, ("เลือกอย่างน้อย 1 คน ผู้ที่เข้าใช้ระบบแล้วจะไม่อยู่ในรายชื่อนี้อีก",))
    done = chasing.send_again(asked, missing, by=user, at=now)
    skipped = f" ไม่ส่งซ้ำ {done.skipped:,} คนที่เพิ่งส่งไป" if done.skipped else ""
    messages.success(request, f"ส่งแล้ว {done.sent:,} คน{skipped}")
    return redirect("people:chase")


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [
        int(text) for text in request.POST.getlist(name)[:MOST] if text.isascii() and text.isdigit() and len(text) < 18
    ]
