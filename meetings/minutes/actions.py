"""Actions on minutes: begin them, send them round, ask for a correction, adopt and freeze them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from kpiportal import audit, files
from kpiportal.models import Organization, StoredFile, User
from kpiportal.pdf import PdfError
from kpiportal.workflow import Blocker, NotReady, Stale, advance
from meetings import notices, rules
from meetings import workflow as meeting_workflow
from meetings.minutes import paper, workflow
from meetings.models import Correction, Meeting, Minutes, MinutesPart
from meetings.models.agenda import Section

NOTHING = "ไม่มี"


@transaction.atomic
def hold_meeting(meeting: Meeting, *, by: User, revision: int, at: dt.datetime) -> Minutes:
    """It took place: its minutes begin, drafted from the agenda. Raises NotReady before it has begun."""

    def begun(row: Meeting) -> dict[str, Any]:
        if at < row.starts_at:
            raise NotReady([Blocker("ยังไม่ถึงเวลาประชุม")])
        return {}

    row = advance(meeting, meeting_workflow.HOLD, by=by, revision=revision, at=at, prepare=begun)
    minutes = Minutes.objects.create(
        meeting=row, began_at=row.starts_at, ended_at=row.ends_at, recorder=row.secretary,
        recorder_post=row.secretary_post, saved_by=by,
    )  # fmt: skip
    MinutesPart.objects.bulk_create(_drafted(minutes, row))
    return minutes


def _drafted(minutes: Minutes, meeting: Meeting) -> list[MinutesPart]:
    """A part per agenda item with what the agenda says of it; an item without sub-items says that there was nothing."""
    items = list(meeting.agenda.all())
    parts = []
    for section in Section:
        own = [item for item in items if item.section == section]
        for order, item in enumerate(own, start=1):
            told = item.presenter and item.note and not item.source  # what came from data nobody has said yet
            said = f"{item.presenter} รายงานว่า {item.note}" if told else item.note
            parts.append(MinutesPart(minutes=minutes, item=item, section=section, order=order, title=item.title,
                                     discussion=said))  # fmt: skip
        if not own:
            parts.append(MinutesPart(minutes=minutes, section=section, discussion=NOTHING))
    return parts


@transaction.atomic
def add_part(minutes: Minutes, *, section: int, title: str, by: User, at: dt.datetime) -> MinutesPart:
    """A matter that came up in the room."""
    row, duty = _open(minutes, by)
    last = row.parts.filter(section=section).aggregate(last=Max("order"))["last"] or 0
    row.parts.filter(section=section, order=0, title="", discussion=NOTHING, decision="", resolutions=None).delete()
    part = MinutesPart.objects.create(minutes=row, section=section, order=last + 1, title=title)
    audit.record("minutes.add_part", row, by=by, duty=duty, at=at, name=title)
    return part


def _open(minutes: Minutes, by: User) -> tuple[Minutes, Any]:
    row = Minutes.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=minutes.pk)
    duty = rules.can_call(by, row.meeting)
    if not duty:
        raise PermissionDenied
    if row.state != Minutes.State.DRAFT:
        raise Stale(f"รายงานการประชุมนี้{row.get_state_display()} แก้ไขไม่ได้")
    return row, duty


@transaction.atomic
def circulate(minutes: Minutes, *, by: User, revision: int, at: dt.datetime) -> Minutes:
    """Let everybody invited read it, and tell them."""
    row = advance(minutes, workflow.CIRCULATE, by=by, revision=revision, at=at, circulated_at=at)
    notices.minutes_circulated(row, at=at)
    return row


@transaction.atomic
def recall(minutes: Minutes, *, by: User, revision: int, at: dt.datetime, reason: str) -> Minutes:
    return advance(minutes, workflow.RECALL, by=by, revision=revision, at=at, reason=reason)


@transaction.atomic
def correct(minutes: Minutes, organization: Organization, *, words: str, by: User, at: dt.datetime) -> Correction:
    """An office that was invited asks for a correction of minutes that went round."""
    row = Minutes.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=minutes.pk)
    if row.state != Minutes.State.CIRCULATED:
        raise Stale(f"รายงานการประชุมนี้{row.get_state_display()} ขอแก้ไขไม่ได้")
    duty = rules.can_correct(by, row, organization.pk)
    if not duty or not row.meeting.invitations.filter(organization=organization).exists():
        raise PermissionDenied
    made = Correction.objects.create(minutes=row, organization=organization, words=words, by=by, at=at)
    audit.record("minutes.correct", row, by=by, duty=duty, at=at, name=organization.full_name)
    return made


@transaction.atomic
def adopt(minutes: Minutes, *, by: User, revision: int, at: dt.datetime, meeting: Meeting | None = None) -> Minutes:
    """Freeze the words and the paper. `meeting`: the later one of the same office that adopted them, None: by
    circulation. The hash is of the words, so that it can be proved from the paper alone."""
    if meeting and (meeting.organization_id != minutes.meeting.organization_id
                    or meeting.starts_at <= minutes.meeting.starts_at):  # fmt: skip
        raise ValidationError({"meeting": "เลือกการประชุมครั้งถัดไปของหน่วยงานเดียวกัน"})

    def frozen(row: Minutes) -> dict[str, Any]:
        content = paper.content_of(row)
        digest = hash_of(content)
        return {"content": content, "sha256": digest, "file": _print(row, content, digest, by=by, at=at),
                "adopted_at": at, "adopted_in": meeting}  # fmt: skip

    row = advance(minutes, workflow.ADOPT, by=by, revision=revision, at=at, prepare=frozen)
    notices.minutes_adopted(row, at=at)
    return row


OF_VERB = {
    workflow.CIRCULATE.verb: circulate,
    workflow.RECALL.verb: recall,
    workflow.ADOPT.verb: adopt,
}


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _print(row: Minutes, content: dict[str, Any], digest: str, *, by: User, at: dt.datetime) -> StoredFile:
    try:
        data = paper.pdf(content, sha256=digest)
    except PdfError as error:
        raise NotReady([Blocker(reason) for reason in error.reasons]) from error
    return files.store_bytes(
        data,
        name=paper.file_name(row, "pdf"),
        content_type="application/pdf",
        purpose=StoredFile.Purpose.LETTER,
        organization=row.meeting.organization,
        by=by,
        at=at,
    )
