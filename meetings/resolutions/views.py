"""Resolutions: the list with how each stands, one of them with what may be done."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, deadlines
from kpiportal.models import User
from kpiportal.moves import MoveForm, Refused, press
from kpiportal.obligations import deadline_chip
from kpiportal.workflow import Transition, offered
from meetings.models import Resolution
from meetings.resolutions import actions, workflow
from meetings.resolutions.forms import ResultForm

LIST, ONE = "meetings/resolutions/list.html", "meetings/resolutions/detail.html"
PER_PAGE = 25
S = Resolution.State


def _chip(row: Resolution, at: Any) -> tuple[str, str]:
    if row.state == S.OPEN:
        return deadline_chip(deadlines.due_instant(row.due_on), at)
    return ("wait" if row.state == S.REPORTED else "ok"), row.get_state_display()


@require_safe
def resolution_list(request: HttpRequest) -> HttpResponse:
    """What is not done first; `?all=1` with what is."""
    rows = Resolution.objects.visible_to(request.user).select_related("meeting", "owner")
    everything = request.GET.get("all") == "1"
    rows = rows if everything else rows.unfinished()
    page = Paginator(rows.order_by("due_on", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.tone, row.says = _chip(row, clock.now())
    return render(request, LIST, {"page": page, "everything": everything})


def _row(request: HttpRequest, pk: int) -> Resolution:
    rows = Resolution.objects.visible_to(request.user).select_related(
        "meeting__organization", "owner", "part__minutes", "reported_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def resolution(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _row(request, pk))


def _page(request: HttpRequest, row: Resolution, *, refused: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with its sentences, and what was typed back in its box where that is still there."""
    moves = {t.slug: t for t in offered(row, workflow.RESOLUTION, by=request.user)}
    tone, says = _chip(row, clock.now())
    context = {"resolution": row, "meeting": row.meeting, "moves": moves, "tone": tone, "says": says,
               "form": ResultForm(initial={"result": row.result}, transition=workflow.REPORT),
               "history": audit.history(row) if _sees_history(request.user, row) else []}  # fmt: skip
    if refused:
        context["blockers"] = refused.blockers
        if refused.transition is workflow.REPORT:
            context["form"] = refused.form
        elif refused.transition.slug in moves:
            context |= {"reason": refused.reason, "reason_error": " ".join(refused.form.errors.get("reason", []))}
    return render(request, ONE, context, status=refused.status if refused else 200)


def _sees_history(user: User, row: Resolution) -> bool:
    return bool({row.meeting.organization_id, row.owner_id} & set(user.organization_ids))


@require_POST
def resolution_move(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Report, close, send back."""
    refused = press(request, _row(request, pk), workflow.RESOLUTION, slug, actions.OF_VERB, make=_move_form)
    if refused is None:
        return redirect("meetings:resolution", pk=pk)
    return _page(request, _row(request, pk), refused=refused)


def _move_form(data: Any, *, transition: Transition) -> MoveForm:
    return (ResultForm if transition is workflow.REPORT else MoveForm)(data, transition=transition)
