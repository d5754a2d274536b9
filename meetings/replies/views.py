"""Answering: by link without signing in, by one's own office in the portal, and the board of all answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kpiportal import clock, sealed_links
from kpiportal.workflow import Stale
from meetings import rules
from meetings.models import Invitation
from meetings.replies import actions, pages
from meetings.replies.forms import ReplyForm
from meetings.views import find

BY_LINK, OWN, BOARD = "meetings/replies/by_link.html", "meetings/replies/own.html", "meetings/replies/board.html"


@login_not_required
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds an office's link answers for it. An unknown link and one that is over say nothing of a meeting."""
    invitation = actions.of_token(sealed_links.digest(token))
    if invitation is None:
        return render(request, BY_LINK, {"closed": "ลิงก์นี้ใช้ไม่ได้ อาจคัดลอกมาไม่ครบ หรือมีหนังสือฉบับใหม่กว่า"}, status=404)
    if closed := actions.why_closed(invitation, at=clock.now()):
        return render(request, BY_LINK, {"closed": closed}, status=409)
    done = request.GET.get("done") == "1"
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=ReplyForm.initial_of(invitation))
    context = {"invitation": invitation, "meeting": invitation.meeting, "form": form, "done": done}
    if form.is_valid():
        try:
            actions.reply(invitation, by=None, at=clock.now(), **form.facts)
        except Stale as over:
            return render(request, BY_LINK, {"closed": over.text}, status=409)
        return redirect(f"{request.path}?done=1")
    return render(request, BY_LINK, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def reply_own(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for people who are signed in: of the office, or of the one that calls, from a slip on paper."""
    rows = Invitation.objects.visible_to(request.user).select_related(
        "meeting__organization", "meeting__letter", "organization"
    )
    invitation = get_object_or_404(rows, pk=pk)
    if not rules.can_reply(request.user, invitation):
        raise PermissionDenied
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=ReplyForm.initial_of(invitation))
    inside = bool(rules.can_call(request.user, invitation.meeting))
    context: dict[str, Any] = {"invitation": invitation, "meeting": invitation.meeting, "form": form, "inside": inside}
    if form.is_valid():
        try:
            actions.reply(invitation, by=request.user, at=clock.now(), **form.facts)
        except Stale as over:
            form.add_error(None, over.text)
            return render(request, OWN, context, status=409)
        messages.success(request, "บันทึกคำตอบแล้ว แก้ไขได้จนถึงเวลาเริ่มประชุม")
        return redirect("meetings:reply_board" if inside else "meetings:meeting_detail", pk=invitation.meeting_id)
    context["closed"] = actions.why_closed(invitation, at=clock.now())
    return render(request, OWN, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def reply_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody's answers, for the office that calls; posting writes to those that have not answered."""
    meeting = find(request, pk)
    if meeting.organization_id not in request.user.organization_ids:
        raise PermissionDenied
    if request.method == "POST":
        found = actions.remind(meeting, by=request.user, at=clock.now())
        if found.unreachable:
            messages.warning(request, f"ไม่มีผู้รับอีเมลของ {', '.join(found.unreachable)} โปรดโทรศัพท์ติดตาม")
        messages.success(request, f"ส่งคำเตือนถึง {found.told} หน่วยงานแล้ว")
        return redirect("meetings:reply_board", pk=pk)
    if meeting.letter is None or not meeting.invitations.exists():
        raise Http404
    may = bool(rules.can_call(request.user, meeting))
    return render(request, BOARD, pages.board(meeting, at=clock.now(), may_remind=may))
