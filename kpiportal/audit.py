"""The audit trail: every action as one append-only row in the action's own transaction, shown in plain Thai."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from kpiportal import thai
from kpiportal.models import AuditEvent, Membership, User
from kpiportal.prepared import Call, Given, Prepared, Statement

# Where the current request came from; set by kpiportal/middleware.py, empty in tasks and commands.
origin_address: ContextVar[str | None] = ContextVar("origin_address", default=None)

# verb -> the sentence history shows. Each app adds its own at import (`tells`).
SENTENCES: dict[str, str] = {}


def tells(**sentences: str) -> None:
    """Register the history sentence of each verb: `tells(**{"reporting.submit": "ส่งรายงาน"})`."""
    SENTENCES.update(sentences)


# Every action of the portal writes one; the ORM takes three times as long over it.
_insert = Statement("""
INSERT INTO kpiportal_auditevent (at, verb, actor_id, actor_text, acting_as, organization_id, subject_type, subject_id,
                                  subject_text, before, after, data, address)
VALUES (%(at)s::timestamptz, %(verb)s::text, %(actor_id)s::bigint, %(actor_text)s::text, %(acting_as)s::text,
        %(organization_id)s::bigint, %(subject_type)s::text, %(subject_id)s::bigint, %(subject_text)s::text,
        %(before)s::jsonb, %(after)s::jsonb, %(data)s::jsonb, %(address)s::inet)
RETURNING id
""")


def record(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    at: dt.datetime,
    duty: Membership | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    ahead: Sequence[Call] = (),
    **data: Any,
) -> AuditEvent:
    """Write one row. `verb` needs a registered sentence (else LookupError); `by=None` is the system itself.

    before, after, data: JSON values only. `ahead`: calls made before it in the same round trip (kpiportal/prepared.py).
    """
    facts = _facts(verb, subject, by=by, at=at, duty=duty, before=before, after=after, **data)
    return AuditEvent(pk=_insert.rows(ahead=ahead, **_told(facts))[0][0], **facts)


def recording(verb: str, subject: models.Model, **facts: Any) -> Call:
    """`record` of the same facts as a call, to be sent ahead of the statement it tells of."""
    return _insert.call(**_told(_facts(verb, subject, **facts)))


def _facts(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    at: dt.datetime,
    duty: Membership | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **data: Any,
) -> dict[str, Any]:
    if verb not in SENTENCES:
        raise LookupError(f"no sentence for the verb {verb!r}: history could not tell it")
    return {
        "at": at,
        "verb": verb,
        "actor_id": by.pk if by else None,
        "actor_text": by.full_name if by else "ระบบ",
        "acting_as": acting_text(duty) if duty else "",
        "organization_id": duty.organization_id if duty else None,
        "subject_type": subject._meta.label_lower,
        "subject_id": subject.pk,
        "subject_text": str(subject)[:400],
        "before": before or {},
        "after": after or {},
        "data": data,
        "address": origin_address.get(),
    }


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """As the database takes them."""
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in facts.items()}


def acting_text(duty: Membership) -> str:
    """ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่ (รักษาราชการแทน ตามคำสั่ง ชม 12/2558)."""
    text = f"{duty.get_role_display()} {duty.organization.full_name}"
    if duty.standing != Membership.Standing.SUBSTANTIVE:
        text += f" ({duty.get_standing_display()}{' ตามคำสั่ง ' + duty.order_no if duty.order_no else ''})"
    return text


@dataclass(frozen=True)
class Line:
    """One line of history as a person reads it (templates/components/history.html)."""

    text: str
    who: str
    when: str
    reason: str


_of_subjects = Prepared(
    lambda kind, keys: AuditEvent.objects.filter(subject_type=kind, subject_id__in=keys),
    keys=Given("keys", "::bigint[]"),
)


def events(*subjects: models.Model) -> list[AuditEvent]:
    """Actions on these subjects, newest first; one query per subject type."""
    by_type: dict[str, list[int]] = {}
    for subject in subjects:
        by_type.setdefault(subject._meta.label_lower, []).append(subject.pk)
    found = [event for kind, keys in by_type.items() for event in _of_subjects(kind=kind, keys=keys)]
    return sorted(found, key=lambda event: event.pk, reverse=True)


def history(*subjects: models.Model) -> list[Line]:
    """`events` as lines for a page."""
    return [line(event) for event in events(*subjects)]


def line(event: AuditEvent) -> Line:
    who = f"{event.actor_text} ({event.acting_as})" if event.acting_as else event.actor_text
    text = SENTENCES.get(event.verb, event.verb)
    if name := event.data.get("name"):
        text += f" “{name}”"
    return Line(text, who, thai.datetime_text(event.at, short=True), event.data.get("reason", ""))
