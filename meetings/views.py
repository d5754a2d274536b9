"""Meetings: the list, one meeting, planning and changing it, and the first draft of its letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Agreement
from agreements.states import AgreementState
from kpiportal import clock
from kpiportal.http import refuse
from kpiportal.models import User
from kpiportal.rules import duty_for_party
from kpiportal.workflow import Blocker, NotReady, Stale
from meetings import actions, pages, planning, rules
from meetings.forms import DraftForm
from meetings.meeting_forms import CancelForm, MeetingForm
from meetings.models import Meeting

FORM = "meetings/meeting_form.html"
DETAIL = "meetings/meeting_detail.html"
PER_PAGE = 25


def find(request: HttpRequest, pk: int) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related(
        "organization",
        "agreement__owner",
        "agreement__framework",
        "letter__series",
        "letter__organization",
        "plan",
        "minutes",
    )
    return get_object_or_404(meetings.prefetch_related(Prefetch("letter__recipients", pages.RECEIVERS)), pk=pk)


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    meetings = Meeting.objects.visible_to(request.user).select_related("organization", "letter")
    page = Paginator(meetings.order_by("-starts_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    for meeting in page:
        meeting.tone = pages.TONES[meeting.state]
    may_plan = _agreements(request.user) is not None
    return render(request, "meetings/meeting_list.html", {"page": page, "may_plan": may_plan})


def _agreements(user: User) -> Any:
    """Agreements this person may call meetings for, the newest first; None when they may not at all."""
    offices = [duty.organization_id for duty in user.duties if duty_for_party(user, duty.organization_id)]
    if not offices:
        return None
    found = Agreement.objects.visible_to(user).filter(owner__in=offices).exclude(state=AgreementState.CANCELLED)
    return found.select_related("owner").order_by("-fiscal_year", "owner__sort_key")


@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    agreements = _agreements(request.user)
    if agreements is None:
        raise PermissionDenied
    shown = planning.first_choice(agreements, on=clock.today())
    if request.method == "GET":
        form = MeetingForm(agreements=agreements, initial=planning.proposed(shown, on=clock.today()))
        return render(request, FORM, {"form": form, "none": shown is None})
    form = MeetingForm(request.POST, agreements=agreements)
    if form.is_valid():
        chosen, facts = form.cleaned_data["agreement"], form.facts
        facts["subject"] = planning.subject_of_year(facts["subject"], chosen, shown, on=clock.today())
        try:
            meeting = actions.plan_meeting(chosen, by=request.user, at=clock.now(), **facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "บันทึกกำหนดการประชุมแล้ว ขั้นต่อไปคือร่างหนังสือเชิญ")
            return redirect("meetings:meeting_detail", pk=meeting.pk)
    return render(request, FORM, {"form": form}, status=422)


@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, DETAIL, pages.meeting(find(request, pk), by=request.user, at=clock.now()))


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find(request, pk)
    if not rules.can_call(request.user, meeting):
        raise PermissionDenied
    if request.method == "GET":
        form = MeetingForm(initial=MeetingForm.initial_of(meeting), agreement=meeting.agreement)
        return render(request, FORM, {"form": form, "meeting": meeting})
    form, status = MeetingForm(request.POST, agreement=meeting.agreement), 422
    if form.is_valid():
        try:
            revision = form.cleaned_data["revision"] or 0
            actions.change_meeting(meeting, by=request.user, revision=revision, at=clock.now(), **form.facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except Stale as clash:
            status = 409
            form.add_error(None, clash.text)
        else:
            messages.success(request, "บันทึกแล้ว")
            return redirect("meetings:meeting_detail", pk=pk)
    return render(request, FORM, {"form": form, "meeting": find(request, pk)}, status=status)


@require_POST
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, form = find(request, pk), CancelForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400) if "revision" in form.errors else _meeting(request, pk, 422, **form.typed)
    more: dict[str, Any] = {"reason": form.cleaned_data["reason"]}
    try:
        actions.cancel_meeting(meeting, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        status, more["reason_error"] = 422, refusal.blockers[0].text
    except Stale as clash:
        status, more["blockers"] = 409, [Blocker(clash.text)]
    else:
        messages.success(request, "ยกเลิกการประชุมแล้ว")
        return redirect("meetings:meeting_detail", pk=pk)
    return _meeting(request, pk, status, **more)


def _meeting(request: HttpRequest, pk: int, status: int, **more: Any) -> HttpResponse:
    context = pages.meeting(find(request, pk), by=request.user, at=clock.now())
    return render(request, DETAIL, {**context, **more}, status=status)


@require_http_methods(["GET", "POST"])
def letter_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Register, date and reference; the rest of the wording is proposed from the meeting."""
    meeting = find(request, pk)
    if not rules.can_call(request.user, meeting):
        raise PermissionDenied
    initial = {"revision": meeting.revision, "dated": clock.today()}
    form, status = DraftForm(request.POST or None, office=meeting.organization, initial=initial), 200
    if form.is_valid():
        try:
            letter = actions.draft_invitation(meeting, by=request.user, at=clock.now(), **form.cleaned_data)
        except Stale as clash:
            form.add_error(None, clash.text)
            status = 409
        else:
            messages.success(request, "ร่างหนังสือแล้ว ตรวจข้อความก่อนออกเลข")
            return redirect("meetings:letter_edit", pk=letter.pk)
    elif form.is_bound:
        status = 422
    has_series = form.fields["series"].queryset.exists()
    context = {"meeting": meeting, "form": form, "has_series": has_series}
    return render(request, "meetings/letter_new.html", context, status=status)
