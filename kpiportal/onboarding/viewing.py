"""Actions of looking as somebody else: begun with a reason, recorded with both names, told by mail."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, step_up
from kpiportal.models import User
from kpiportal.onboarding import notices, rules

audit.tells(
    **{
        "people.view_as_began": "เริ่มดูระบบในฐานะผู้อื่น (อ่านอย่างเดียว)",
        "people.view_as_ended": "หยุดดูระบบในฐานะผู้อื่น",
    }
)


@transaction.atomic
def begin(person: User, *, by: User, at: dt.datetime, reason: str) -> None:
    """PermissionDenied when `by` may not look as this person; ProofNeeded."""
    under = rules.can_view_as(by, person)
    if not under:
        raise PermissionDenied
    step_up.require("ดูระบบในฐานะผู้อื่น")
    audit.record("people.view_as_began", person, by=by, at=at, duty=under, reason=reason)
    notices.viewed_as(person, by=by, at=at, reason=reason)


@transaction.atomic
def end(person: User, *, by: User, at: dt.datetime) -> None:
    audit.record("people.view_as_ended", person, by=by, at=at, duty=rules.sees_all_accounts(by))
