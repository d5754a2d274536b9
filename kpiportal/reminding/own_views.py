"""A person's own pages: which reminders they get and how, and the way out of optional mail without signing in."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kpiportal import clock
from kpiportal.channels import line
from kpiportal.models import LineLink, NoticeChoice, User
from kpiportal.obligations import KINDS, Kind
from kpiportal.reminding import choosing, links, rules
from kpiportal.reminding.choices import CHOSEN, Channel


@require_http_methods(["GET", "HEAD", "POST"])
def choice_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        wanted = set(request.POST.getlist("wanted"))
        kinds = [kind.name for kind in _kinds(request.user)]
        pairs = [(kind, channel) for kind in kinds for channel in _channels()]
        refused = [pair for pair in pairs if ":".join(pair) not in wanted]
        choosing.choose(request.user, refused, among=kinds, at=clock.now())
        messages.success(request, "บันทึกแล้ว มีผลตั้งแต่การเตือนครั้งถัดไป")
        return redirect("reminding:choice_list")
    link = LineLink.objects.filter(user=request.user).first()
    code = link.code if link and link.code_at and clock.now() < link.code_at + choosing.CODE_GOOD_FOR else ""
    context = {
        "channels": [(channel, Channel(channel).label) for channel in _channels()],
        "rows": _rows(request.user),
        "line": bool(settings.KPI_LINE_TOKEN),
        "line_name": settings.KPI_LINE_NAME,
        "keeps_webhook": any(rules.can_keep_webhook(request.user, d.organization_id) for d in request.user.duties),
        "linked": bool(link and link.line_id),
        "code": code,
    }
    return render(request, "reminding/choice_list.html", context)


def _kinds(user: User) -> list[Kind]:
    """What this person may ever hear of, by the duties they hold."""
    return [kind for kind in KINDS.values() if kind.reaches(user)]


def _channels() -> list[str]:
    """What there is to choose from here."""
    there = {Channel.EMAIL: True, Channel.LINE: settings.KPI_LINE_TOKEN, Channel.SMS: settings.KPI_SMS_ADAPTER}
    return [str(channel) for channel in CHOSEN if there[channel]]


def _rows(user: User) -> list[dict[str, Any]]:
    refused = set(NoticeChoice.objects.filter(user=user).values_list("kind", "channel"))
    return [
        {
            "label": kind.label,
            "boxes": [
                {"name": f"{kind.name}:{channel}", "on": (kind.name, channel) not in refused,
                 "label": Channel(channel).label}
                for channel in _channels()
            ],
        }
        for kind in _kinds(user)
    ]  # fmt: skip


@csrf_exempt  # a mail program presses it (RFC 8058); the signed link is what counts, and it opens nothing else
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking ends nothing: mail scanners follow links. The button, or the mail program's one press, does."""
    person = links.person_of(token)
    if person is None:
        return render(request, "reminding/stop.html", {"unknown": True}, status=404)
    done = request.method == "POST"
    if done:
        choosing.stop(person, at=clock.now())
    return render(request, "reminding/stop.html", {"done": done, "token": token})


@require_POST
def line_code(request: HttpRequest) -> HttpResponse:
    if settings.KPI_LINE_TOKEN:
        choosing.line_code(request.user, at=clock.now())
    return redirect("reminding:choice_list")


@require_POST
def line_leave(request: HttpRequest) -> HttpResponse:
    choosing.leave_line(request.user, at=clock.now())
    messages.success(request, "เลิกผูกบัญชี LINE แล้ว")
    return redirect("reminding:choice_list")


@csrf_exempt  # LINE's own servers call it; its signature over the body is what counts
@login_not_required
@require_POST
def line_event(request: HttpRequest) -> HttpResponse:
    """What people write to the office's account: a code joins theirs."""
    if not line.is_from_line(request.body, request.headers.get("X-Line-Signature", "")):
        return HttpResponseForbidden()
    for event in json.loads(request.body).get("events", []):
        if event.get("type") == "message" and event["message"].get("type") == "text":
            choosing.join_line(event["message"]["text"], event["source"].get("userId", ""), at=clock.now())
    return HttpResponse()
