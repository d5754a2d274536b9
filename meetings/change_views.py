"""What a meeting does to its letter: its papers behind it, another day or place, calling it off."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kpiportal import clock
from kpiportal.workflow import NotReady, Stale
from meetings import changes, enclosing, rules
from meetings.meeting_forms import PostponeForm
from meetings.models import Meeting
from meetings.views import find

FORM = "meetings/meeting_postpone.html"


@require_http_methods(["GET", "POST"])
def meeting_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find(request, pk)
    if not rules.can_call(request.user, meeting):
        raise PermissionDenied
    if meeting.state != Meeting.State.CALLED:
        raise Stale(f"การประชุมนี้{meeting.get_state_display()} เปลี่ยนกำหนดการที่นี่ไม่ได้")
    initial = {**PostponeForm.when_of(meeting), "revision": meeting.revision}
    form, status = PostponeForm(request.POST if request.method == "POST" else None, initial=initial), 200
    if form.is_valid() and (moved := _postponed(request, meeting, form)):
        messages.success(request, "ร่างหนังสือเปลี่ยนกำหนดการแล้ว ผู้ได้รับเชิญจะทราบเมื่อออกเลข")
        return redirect("meetings:letter_edit", pk=moved.letter_id)
    if form.is_bound:
        status = 409 if getattr(form, "stale", False) else 422
    return render(request, FORM, {"meeting": meeting, "form": form}, status=status)


def _postponed(request: HttpRequest, meeting: Meeting, form: PostponeForm) -> Meeting | None:
    """The meeting moved, or None with the refusal's sentence in the form."""
    facts = {name: form.cleaned_data[name] for name in ("revision", "reason")}
    try:
        return changes.postpone_meeting(meeting, by=request.user, at=clock.now(), **facts, **form.when)
    except NotReady as refusal:
        form.add_error("reason", refusal.blockers[0].text)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except Stale as clash:
        form.stale = True
        form.add_error(None, clash.text)
    return None


@require_POST
def papers_enclose(request: HttpRequest, pk: int) -> HttpResponse:
    letter = enclosing.enclose_papers(find(request, pk), by=request.user, at=clock.now())
    messages.success(request, "แนบระเบียบวาระและแบบตอบรับไปกับร่างหนังสือแล้ว")
    return redirect("meetings:letter_detail", pk=letter.pk)


@require_POST
def cancel_letter(request: HttpRequest, pk: int) -> HttpResponse:
    letter = changes.draft_cancellation(find(request, pk), by=request.user, at=clock.now())
    messages.success(request, "ร่างหนังสือแจ้งยกเลิกแล้ว ตรวจข้อความก่อนออกเลข")
    return redirect("meetings:letter_detail", pk=letter.pk)
