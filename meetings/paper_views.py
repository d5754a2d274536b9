"""Everything of a meeting that leaves as a file: agenda, slips, lists, calendar, minutes."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from kpiportal import clock, files
from kpiportal.workflow import Stale
from meetings import calendar_file, papers, slips
from meetings.minutes import paper as minutes_paper
from meetings.minutes import word
from meetings.models import Invitation, Meeting, Minutes
from meetings.replies import pages as replies
from meetings.views import find

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Made = tuple[bytes, str, str]  # contents, type, name


def _agenda(request: HttpRequest, meeting: Meeting) -> Made:
    return papers.agenda(meeting), PDF, "ระเบียบวาระการประชุม.pdf"


def _calendar(request: HttpRequest, meeting: Meeting) -> Made:
    return calendar_file.build(meeting, at=clock.now()), calendar_file.TYPE, "ประชุม.ics"


def _slips(request: HttpRequest, meeting: Meeting) -> Made:
    """An office gets its own slip; the office that calls gets all of them, or a blank one before the letter is out."""
    rows = Invitation.objects.visible_to(request.user).filter(meeting=meeting).select_related("organization")
    rows = rows.order_by("organization__sort_key")
    if not rows and not _inside(request, meeting):
        raise PermissionDenied
    if len(rows) > slips.MOST_AT_ONCE:
        raise Stale(f"แบบตอบรับ {len(rows)} หน่วยงานใช้เวลา สั่งจัดทำได้ที่หน้าการประชุม")
    return papers.slips(meeting, rows), PDF, "แบบตอบรับ.pdf"


def _sign_in(request: HttpRequest, meeting: Meeting) -> Made:
    _only_inside(request, meeting)
    return papers.sign_in(meeting), PDF, "ใบลงทะเบียน.pdf"


def _door(request: HttpRequest, meeting: Meeting) -> Made:
    _only_inside(request, meeting)
    if not meeting.door_digest:
        raise Http404
    return papers.door(meeting), PDF, "QR ลงชื่อ.pdf"


def _replies(request: HttpRequest, meeting: Meeting) -> Made:
    _only_inside(request, meeting)
    return replies.workbook(meeting, at=clock.now()), XLSX, "การตอบรับ.xlsx"


def _minutes(request: HttpRequest, meeting: Meeting) -> Made:
    """As adopted, or as they stand with the mark of a draft."""
    row = _written(request, meeting)
    if row.file:
        with files.open_stored(row.file) as stored:
            return stored.read(), PDF, row.file.original_name
    return minutes_paper.pdf(minutes_paper.content_of(row), draft=True), PDF, minutes_paper.file_name(row, "pdf")


def _minutes_docx(request: HttpRequest, meeting: Meeting) -> Made:
    row = _written(request, meeting)
    content = row.content or minutes_paper.content_of(row)
    return word.write(content), DOCX, minutes_paper.file_name(row, "docx")


def _written(request: HttpRequest, meeting: Meeting) -> Minutes:
    rows = Minutes.objects.visible_to(request.user).select_related("meeting", "file")
    return get_object_or_404(rows, meeting=meeting)


PAPERS: dict[str, Callable[[HttpRequest, Meeting], Made]] = {
    "agenda": _agenda,
    "calendar": _calendar,
    "slips": _slips,
    "sign-in": _sign_in,
    "door": _door,
    "replies": _replies,
    "minutes": _minutes,
    "minutes-docx": _minutes_docx,
}


@require_safe
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting = find(request, pk)
    make = PAPERS.get(kind)
    if make is None:
        raise Http404
    data, content_type, name = make(request, meeting)
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = files.content_disposition(name)
    return response


@require_POST
def slips_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Slips of a large meeting, made in the background."""
    job = slips.order(find(request, pk), by=request.user, at=clock.now())
    return redirect("people:job_detail", pk=job.pk)


def _inside(request: HttpRequest, meeting: Meeting) -> bool:
    return meeting.organization_id in request.user.organization_ids


def _only_inside(request: HttpRequest, meeting: Meeting) -> None:
    if not _inside(request, meeting):
        raise PermissionDenied
