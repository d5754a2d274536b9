"""The agenda's pages: the five items, one sub-item, what may be filled in from data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, files
from kpiportal.http import refuse
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Stale
from meetings import rules
from meetings.agenda import actions, matters
from meetings.agenda.forms import EditForm, ItemForm, MoveForm
from meetings.models import AgendaItem, Meeting
from meetings.models.agenda import Section
from meetings.views import find

AGENDA, FILL, ITEM = "meetings/agenda/agenda.html", "meetings/agenda/fill.html", "meetings/agenda/item.html"


def _mine(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, for whoever writes its agenda."""
    meeting = find(request, pk)
    if not rules.can_call(request.user, meeting):
        raise PermissionDenied
    return meeting


@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """All items in their order; posting adds one."""
    meeting = _mine(request, pk)
    form = ItemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        item = actions.add_item(meeting, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"เพิ่ม “{item.title[:60]}” แล้ว")
        return redirect("meetings:agenda", pk=pk)
    items = list(meeting.agenda.select_related("file"))
    sections = [_section(section, [item for item in items if item.section == section]) for section in Section]
    context = {"meeting": meeting, "sections": sections, "form": form}
    return render(request, AGENDA, context, status=422 if form.is_bound else 200)


def _section(section: Section, items: list[AgendaItem]) -> dict[str, Any]:
    """Each item with its number and whom it would pass on the way up and down (the key to stand before)."""
    for n, item in enumerate(items):
        item.number = f"{section.value}.{n + 1}"
        item.up = items[n - 1].pk if n else None
        item.has_down = n + 1 < len(items)
        item.down = items[n + 2].pk if n + 2 < len(items) else ""
    return {"value": section.value, "label": section.label, "rows": items}


@require_http_methods(["GET", "POST"])
def agenda_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """What the data would bring before the meeting: tick, and it is drafted."""
    meeting = _mine(request, pk)
    if request.method == "POST":
        chosen = {"sources": request.POST.getlist("source"), "groups": request.POST.getlist("group")}
        count = actions.fill(meeting, **chosen, by=request.user, at=clock.now())
        if not count:
            messages.warning(request, "ยังไม่ได้เลือกเรื่อง หรือเรื่องที่เลือกอยู่ในระเบียบวาระแล้ว")
            return redirect("meetings:agenda_fill", pk=pk)
        messages.success(request, f"เติม {count} เรื่องแล้ว แก้ไขได้ทุกเรื่อง")
        return redirect("meetings:agenda", pk=pk)
    there = set(meeting.agenda.values_list("source", flat=True))
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, matter in enumerate(matters.of(meeting, at=clock.now())):
        found = matter.source in there
        # What an earlier meeting left open comes up again by rule; the rest is for whoever writes to choose.
        ticked = matter.section in (Section.MINUTES, Section.CONTINUED) and not found
        row = {"matter": matter, "there": found, "ticked": ticked, "id": number}
        groups.setdefault(matter.group, []).append(row)
    return render(request, FILL, {"meeting": meeting, "groups": groups})


def _item(request: HttpRequest, pk: int) -> AgendaItem:
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__organization", "file")
    return get_object_or_404(items, pk=pk)


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    if not rules.can_call(request.user, item.meeting):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, item, EditForm(initial=EditForm.initial_of(item)), 200)
    form = EditForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, item, form, 422)
    try:
        actions.edit_item(item, by=request.user, at=clock.now(), **form.cleaned_data)
    except UploadRefused as refusal:
        form.add_error("upload", refusal.sentence)
        return _page(request, item, form, refusal.status)
    except Stale as clash:
        form.add_error(None, clash.text)
        return _page(request, _item(request, pk), form, 409, clash=True)
    return redirect("meetings:agenda", pk=item.meeting_id)


def _page(request: HttpRequest, item: AgendaItem, form: EditForm, status: int, **more: Any) -> HttpResponse:
    context = {"item": item, "meeting": item.meeting, "form": form, "max_bytes": settings.KPI_UPLOAD_MAX_BYTES, **more}
    return render(request, ITEM, context, status=status)


@require_POST
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    actions.remove_item(item, by=request.user, at=clock.now())
    messages.success(request, f"นำ “{item.title[:60]}” ออกแล้ว")
    return redirect("meetings:agenda", pk=item.meeting_id)


@require_POST
def item_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Up, down, or where it was dropped."""
    item, form = _item(request, pk), MoveForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    actions.move_item(item, by=request.user, at=clock.now(), **form.cleaned_data)
    return redirect("meetings:agenda", pk=item.meeting_id)


@require_safe
def item_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    item = _item(request, pk)
    if item.file is None:
        raise Http404
    return files.serve(item.file, request)
