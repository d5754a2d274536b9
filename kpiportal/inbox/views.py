"""ข้อความถึงฉัน: the list, one message, and "all read"."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock
from kpiportal.inbox import pages


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(pages.of(request.user), pages.PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "inbox/message_list.html", {"page": page, "unread": request.user.unread})


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening it is reading it; a person's own messages and nobody else's."""
    found = get_object_or_404(pages.of(request.user), pk=pk)
    pages.read(found, at=clock.now())
    return render(request, "inbox/message.html", {"message": found, "body": pages.body(found)})


@require_POST
def message_read_all(request: HttpRequest) -> HttpResponse:
    pages.read_all(request.user, at=clock.now())
    return redirect("inbox:message_list")
