"""Actions on a resolution: recorded with the minutes, reported by its office, followed up by whoever called."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit
from kpiportal.models import Organization, User
from kpiportal.workflow import Stale, advance
from meetings import notices, rules
from meetings.models import Minutes, MinutesPart, Resolution
from meetings.resolutions import workflow


@transaction.atomic
def record(
    part: MinutesPart, *, words: str, owner: Organization, person: str, due_on: dt.date, by: User, at: dt.datetime
) -> Resolution:
    """Under a part of minutes that are still being written."""
    minutes = Minutes.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=part.minutes_id)
    duty = rules.can_call(by, minutes.meeting)
    if not duty:
        raise PermissionDenied
    if minutes.state != Minutes.State.DRAFT:
        raise Stale(f"รายงานการประชุมนี้{minutes.get_state_display()} เพิ่มมติไม่ได้")
    made = Resolution.objects.create(
        meeting=minutes.meeting, part=part, words=words, owner=owner, person=person, due_on=due_on
    )
    facts = {"owner": owner.full_name, "due_on": due_on.isoformat()}
    audit.record("resolutions.record", made, by=by, duty=duty, at=at, after={"words": words, **facts})
    return made


@transaction.atomic
def report(resolution: Resolution, *, by: User, revision: int, at: dt.datetime, result: str) -> Resolution:
    """Its office says what it did; the calling office is told."""
    facts = {"result": result, "reported_at": at, "reported_by": by}
    row = advance(resolution, workflow.REPORT, by=by, revision=revision, at=at, **facts)
    notices.resolution_reported(row, at=at)
    return row


@transaction.atomic
def close(resolution: Resolution, *, by: User, revision: int, at: dt.datetime) -> Resolution:
    return advance(resolution, workflow.CLOSE, by=by, revision=revision, at=at)


@transaction.atomic
def drop(resolution: Resolution, *, by: User, revision: int, at: dt.datetime, reason: str) -> Resolution:
    """Done with, though its office never reported."""
    return advance(resolution, workflow.DROP, by=by, revision=revision, at=at, reason=reason)


@transaction.atomic
def reopen(resolution: Resolution, *, by: User, revision: int, at: dt.datetime, reason: str) -> Resolution:
    """Back to its office, which is told why; what it reported stays in its box, to be gone on with."""
    row = advance(
        resolution, workflow.REOPEN, by=by, revision=revision, at=at, reason=reason, reported_at=None, reported_by=None
    )
    notices.resolution_returned(row, reason=reason.strip(), at=at)
    return row


OF_VERB = {
    workflow.REPORT.verb: report,
    workflow.CLOSE.verb: close,
    workflow.DROP.verb: drop,
    workflow.REOPEN.verb: reopen,
}
