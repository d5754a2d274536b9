"""Resolutions: the list with how each stands, one of them with what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, deadlines
from kpiportal.http import refuse
from kpiportal.models import User
from kpiportal.moves import unsaid
from kpiportal.obligations import deadline_chip
from kpiportal.workflow import Blocker, NotReady, Stale, of_slug, offered
from meetings.forms import ReasonForm, RevisionForm
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


def _page(request: HttpRequest, row: Resolution, status: int = 200, **more: Any) -> HttpResponse:
    moves = {t.slug: t for t in offered(row, workflow.RESOLUTION, by=request.user)}
    tone, says = _chip(row, clock.now())
    context = {"resolution": row, "meeting": row.meeting, "moves": moves, "tone": tone, "says": says,
               "form": ResultForm(initial={"revision": row.revision, "result": row.result}),
               "history": audit.history(row) if _sees_history(request.user, row) else []}  # fmt: skip
    return render(request, ONE, {**context, **more}, status=status)


def _sees_history(user: User, row: Resolution) -> bool:
    return bool({row.meeting.organization_id, row.owner_id} & set(user.organization_ids))


@require_POST
def resolution_move(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Report, close, send back."""
    row, transition = _row(request, pk), of_slug(workflow.RESOLUTION, slug)
    if transition is None:
        raise Http404
    kind = ResultForm if slug == "report" else ReasonForm if transition.asks_reason else RevisionForm
    form = kind(request.POST)
    if "revision" in form.errors:
        return refuse(request, 400)
    again = {"form": form} if slug == "report" else form.typed if isinstance(form, ReasonForm) else {}
    if not form.is_valid():
        return _page(request, row, 422, **again)
    deed = {"report": actions.report, "close": actions.close, "drop": actions.drop, "reopen": actions.reopen}[slug]
    try:
        deed(row, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return _page(request, row, 422, blockers=refusal.blockers, **again)
    except Stale as clash:
        typed = request.POST.get("reason", "") or request.POST.get("result", "")
        return _page(request, _row(request, pk), 409, blockers=[Blocker(clash.text), *unsaid(typed)], **again)
    messages.success(request, transition.told)
    return redirect("meetings:resolution", pk=pk)
