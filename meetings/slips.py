"""Reply slips of a large meeting: two hundred pages are made by a worker, found on the page of jobs."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied

from kpiportal import documents
from kpiportal.models import Job, User
from meetings import papers, rules
from meetings.models import Invitation, Meeting

MAKER = "reply_slips"
MOST_AT_ONCE = 20  # pages a request makes by itself: about a second


def order(meeting: Meeting, *, by: User, at: dt.datetime) -> Job:
    """Have all slips of a meeting made. Raises PermissionDenied."""
    if not rules.can_call(by, meeting):
        raise PermissionDenied
    title = f"แบบตอบรับการประชุม{meeting.subject}"[:300]
    return documents.order(MAKER, meeting.pk, subject=f"slips:{meeting.pk}", title=title, by=by, at=at)


@documents.maker(MAKER)
def _make(key: int, by: User, at: dt.datetime, progress: documents.Progress) -> documents.Document:
    meeting = Meeting.objects.select_related("organization", "agreement__owner").get(pk=key)
    if not rules.can_call(by, meeting):
        raise PermissionDenied
    rows = Invitation.objects.filter(meeting=meeting).select_related("organization").order_by("organization__sort_key")
    data = papers.slips(meeting, rows, progress=progress)
    return documents.Document("แบบตอบรับ.pdf", "application/pdf", data, meeting.organization, "")
