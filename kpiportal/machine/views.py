"""Pages of the system status: its components, and the mail that waits or could not be sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock
from kpiportal.machine import actions, pages, rules
from kpiportal.models import OutgoingMail
from kpiportal.reminding.rules import can_word


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    if not rules.can_look(request.user):
        raise PermissionDenied
    context = {"signs": pages.signs(at=clock.now()), "may_word": bool(can_word(request.user))}
    return render(request, "machine/status.html", context)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Not what was sent: that is in the trail of what it was about. The failed unless another state is asked for,
    newest first."""
    if not rules.can_send_again(request.user):
        raise PermissionDenied
    asked = request.GET.get("state", "failed")
    rows = OutgoingMail.objects.visible_to(request.user).exclude(state__in=pages.OVER)
    if asked in dict(pages.STATES):
        rows = rows.filter(state=asked)
    page = Paginator(rows.order_by("-queued_at", "-pk"), pages.PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.tone = pages.TONES[row.state]
    failed = asked == OutgoingMail.State.FAILED and page.paginator.count
    context = {"page": page, "states": pages.STATES, "asked": asked, "may_look": bool(rules.can_look(request.user)),
               "failed": failed}  # fmt: skip
    return render(request, "machine/mail_list.html", context)


@require_POST
def mail_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
    sent = actions.send_again(mail, by=request.user, at=clock.now())
    messages.success(request, f"จะส่งถึง {sent.to_email} อีกครั้งภายใน 1 นาที")
    return redirect("machine:mail_list")


@require_POST
def mail_send_all_again(request: HttpRequest) -> HttpResponse:
    number = actions.send_all_again(by=request.user, at=clock.now())
    messages.success(request, f"จะส่ง {number:,} ฉบับอีกครั้งตั้งแต่นาทีนี้" if number else "ไม่มีอีเมลที่ส่งไม่ได้แล้ว")
    return redirect("machine:mail_list")
