"""Writing the chapters of a SAR."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, news
from kpiportal.http import refuse
from kpiportal.sessions import unattended
from kpiportal.workflow import Stale
from reporting.card_views import session_limits
from reporting.models import Chapter, Consolidation
from reporting.sar import chapters, drafting, rules
from reporting.sar.facts import facts_of
from reporting.sar.forms import ChaptersForm, RedraftForm
from reporting.sar.views import find_sar
from reporting.states import SarState

PAGE = "reporting/sar/sar_chapters.html"


def _written_by(request: HttpRequest, pk: int) -> Consolidation:
    """The report, for whoever writes it."""
    sar = find_sar(request, pk)
    if not rules.can_write(request.user, sar):
        raise PermissionDenied
    return sar


@require_http_methods(["GET", "HEAD", "POST"])
def sar_chapters(request: HttpRequest, pk: int) -> HttpResponse:
    """All chapters on one page; kept as they are typed, or by the button where there is no script."""
    sar = _written_by(request, pk)
    if request.method != "POST":
        return _page(request, sar, None)
    form = ChaptersForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400) if "revision" in form.errors else _page(request, sar, form, status=422)
    try:
        clashes = chapters.save(sar, by=request.user, at=clock.now(), **form.facts)
    except Stale as clash:
        return _page(request, sar, form, refused=clash.text, status=409)
    if clashes:
        return _page(request, sar, form, clashes=clashes, status=409)
    messages.success(request, "บันทึกบทของรายงานแล้ว")
    return redirect("reporting:sar_detail", pk=pk)


def _page(
    request: HttpRequest, sar: Consolidation, form: ChaptersForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    rows, facts = list(sar.chapters.select_related("saved_by")), facts_of(sar.round)
    form = form or ChaptersForm(initial={row.kind: row.text for row in rows})
    clashes = {clash.kind: clash for clash in more.pop("clashes", [])}
    boxes = [
        {
            "row": row,
            "field": form[row.kind],
            "clash": clashes.get(row.kind),
            "changed": drafting.draft(row.kind, facts) != row.drafted,
        }
        for row in rows
    ]
    context = {"sar": sar, "round": sar.round, "boxes": boxes, "is_open": sar.state == SarState.DRAFT, **more}
    context |= {
        "stored": {row.kind: [row.text] for row in rows},
        "clashes": bool(clashes),
        "revision": chapters.revision_of(rows),
        "session": session_limits(request),
    }
    return render(request, PAGE, context, status=status)


@require_POST
def sar_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the boxes that were changed; JSON says what became of each (reporting/sar/chapters.py)."""
    sar = _written_by(request, pk)
    try:
        kept = chapters.keep(sar, request.POST, by=request.user, at=clock.now())
    except Stale as refusal:
        return JsonResponse({"refused": refusal.text}, status=409)
    return JsonResponse(kept.as_json())


@require_safe
@unattended
def sar_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the page of chapters is still right: 204, else what happened."""
    sar = _written_by(request, pk)
    now = chapters.revision_of(sar.chapters.only("revision"))
    return news.answer(request, stamp=sar.state, now=now, sentence=lambda seen: chapters.what_happened(sar))


@require_http_methods(["GET", "HEAD", "POST"])
def sar_redraft(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What today's data would say beside what stands; one of three is chosen, nothing is lost unseen."""
    sar = _written_by(request, pk)
    if kind not in Chapter.Kind.values:
        raise Http404
    facts = facts_of(sar.round)
    if request.method != "POST":
        return _redraft_page(request, sar, kind, facts)
    form = RedraftForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400) if "revision" in form.errors else _redraft_page(request, sar, kind, facts, 422)
    try:
        chapters.redraft(sar, kind, facts=facts, by=request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        return _redraft_page(request, sar, kind, facts, 409, refused=clash.text)
    messages.success(request, "ปรับบทตามที่เลือกแล้ว")
    return redirect("reporting:sar_chapters", pk=pk)


def _redraft_page(
    request: HttpRequest, sar: Consolidation, kind: str, facts: dict[str, Any], status: int = 200, refused: str = ""
) -> HttpResponse:
    row = sar.chapters.get(kind=kind)
    new = drafting.draft(kind, facts)
    context = {
        "sar": sar, "round": sar.round, "row": row, "new": new, "refused": refused,
        "changes": drafting.difference(row.drafted, new), "is_open": sar.state == SarState.DRAFT,
    }  # fmt: skip
    return render(request, "reporting/sar/sar_redraft.html", context, status=status)
