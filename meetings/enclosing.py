"""The meeting's own papers behind its letter: the agenda as it stands, and a blank reply slip."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from kpiportal.letters import enclosures
from kpiportal.models import Letter, User
from kpiportal.workflow import Stale
from meetings import papers, rules
from meetings.models import Meeting

AGENDA, SLIP = "ระเบียบวาระการประชุม", "แบบตอบรับการเข้าร่วมประชุม"


@transaction.atomic
def enclose_papers(meeting: Meeting, *, by: User, at: dt.datetime) -> Letter:
    """Put both behind the draft letter, in place of what was put there before: an agenda changed since is new again."""
    row = Meeting.objects.select_for_update(of=("self",)).select_related("letter", "organization").get(pk=meeting.pk)
    if not rules.can_call(by, row):
        raise PermissionDenied
    if row.letter is None or row.letter.number:
        raise Stale("แนบได้เมื่อมีร่างหนังสือเชิญที่ยังไม่ออกเลข")
    for old in row.letter.files.all():
        if old.line.startswith((AGENDA, SLIP)):
            enclosures.unenclose(old, by=by, at=at)
    for name, data, unit in ((AGENDA, papers.agenda(row), "ฉบับ"), (SLIP, papers.slips(row, []), "แผ่น")):
        upload = SimpleUploadedFile(f"{name}.pdf", data, "application/pdf")
        enclosures.enclose(row.letter, upload, name=name, unit=unit, by=by, at=at)
    return row.letter
