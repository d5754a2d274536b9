"""The list at the door, on a phone: tick, add, put right; and signing in by QR on one's own phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kpiportal import clock, sealed_links
from kpiportal.http import refuse, wants_fragment
from kpiportal.workflow import Stale
from meetings import rules
from meetings.attendance import actions
from meetings.attendance.forms import CheckInForm, GuestForm, SeatForm
from meetings.models import Attendee, Meeting
from meetings.views import find

LIST, DOOR = "meetings/attendance/list.html", "meetings/attendance/check_in.html"


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody expected and everybody there; posting adds a person, or makes the QR of the room."""
    meeting = find(request, pk)
    if meeting.organization_id not in request.user.organization_ids:
        raise PermissionDenied
    if request.method == "GET":
        return render(request, LIST, _list(request, meeting, GuestForm()))
    if "door" in request.POST:
        actions.open_door(meeting, by=request.user, at=clock.now())
        return redirect("meetings:attendance", pk=pk)
    form = GuestForm(request.POST)
    if not form.is_valid():
        return render(request, LIST, _list(request, meeting, form), status=422)
    actions.add(meeting, by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, f"เพิ่ม{form.cleaned_data['name']}แล้ว")
    return redirect("meetings:attendance", pk=pk)


def _list(request: HttpRequest, meeting: Meeting, form: GuestForm, *, wrong: SeatForm | None = None) -> dict[str, Any]:
    """`wrong`: a seat's form that was refused, its row's key as its `seat`."""
    rows = list(meeting.attendees.select_related("organization"))
    for row in rows:
        row.wrong = wrong if wrong and wrong.seat == row.pk else None
    may = bool(rules.can_call(request.user, meeting)) and meeting.state in (Meeting.State.CALLED, Meeting.State.HELD)
    there = sum(row.came_at is not None for row in rows)
    shut = actions.why_shut(meeting, at=clock.now())
    return {"meeting": meeting, "rows": rows, "form": form, "may": may, "there": there, "shut": shut}


@require_POST
def seat_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick one seat; htmx gets just its line back."""
    seats = Attendee.objects.visible_to(request.user).select_related("meeting__organization", "organization")
    seat = get_object_or_404(seats, pk=pk)
    if "remove" in request.POST:
        actions.remove(seat, by=request.user)
        return redirect("meetings:attendance", pk=seat.meeting_id)
    form = SeatForm(request.POST)
    if not form.is_valid() or (form.facts["came"] and not form.facts.get("name", seat.name)):
        return _refused(request, seat, form)
    row = actions.mark(seat, by=request.user, at=clock.now(), **form.facts)
    if wants_fragment(request):
        row.organization = seat.organization
        there = row.meeting.attendees.exclude(came_at=None).count()
        return render(request, f"{LIST}#seat", {"row": row, "may": True, "alone": True, "there": there})
    return redirect("meetings:attendance", pk=seat.meeting_id)


def _refused(request: HttpRequest, seat: Attendee, form: SeatForm) -> HttpResponse:
    if not rules.can_call(request.user, seat.meeting):
        raise PermissionDenied
    if form.is_valid():
        form.add_error("name", "กรุณาพิมพ์ชื่อผู้ที่มา")
    sentences = [sentence for errors in form.errors.values() for sentence in errors]
    if wants_fragment(request):
        return refuse(request, 422, blockers=sentences)
    form.seat = seat.pk
    context = _list(request, seat.meeting, GuestForm(), wrong=form)
    return render(request, LIST, context, status=422)


@login_not_required
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """The QR on the wall: pick an office, type a name, done."""
    meeting = actions.of_door(sealed_links.digest(token))
    if meeting is None:
        return render(request, DOOR, {"closed": "ลิงก์นี้ใช้ไม่ได้ โปรดสแกน QR ในห้องประชุมอีกครั้ง"}, status=404)
    if shut := actions.why_shut(meeting, at=clock.now()):
        return render(request, DOOR, {"closed": shut}, status=409)
    form = CheckInForm(request.POST if request.method == "POST" else None, meeting=meeting)
    context = {"meeting": meeting, "form": form}
    if form.is_valid():
        try:
            seat = actions.check_in(meeting, at=clock.now(), **form.facts)
        except Stale as over:
            return render(request, DOOR, {"closed": over.text}, status=409)
        return render(request, DOOR, {"meeting": meeting, "seat": seat})
    return render(request, DOOR, context, status=422 if form.is_bound else 200)
