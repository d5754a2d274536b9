"""What the portal proposes for a new meeting, and where it would clash with another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from agreements.models import Agreement
from agreements.states import AgreementState
from kpiportal import deadlines, thai
from kpiportal.models import Membership, Role
from meetings.letters import proposed_subject
from meetings.models import Meeting

MOST_A_YEAR = 100
# Of a first meeting: who sits in the chair, who writes the minutes; the first that is there.
_ROLES = {
    "chair": (Role.GOVERNOR, Role.CLUSTER_HEAD),
    "secretary": (Role.OFFICE_HEAD, Role.COORDINATOR),
}
LENGTH = dt.timedelta(hours=3)  # of a meeting whose end nobody wrote down


def first_choice(agreements: QuerySet[Agreement], *, on: dt.date) -> Agreement | None:
    """The year whose reports are still to come, else the newest; of `agreements`, the newest first."""
    return reporting(agreements, on=on) or agreements.first()


def reporting(agreements: QuerySet[Agreement], *, on: dt.date) -> Agreement | None:
    """The oldest year that has a report still to come: in October that is not the new fiscal year but the last."""
    to_come = deadlines.rows_not_over(on, "framework__round_plans__agency_due")
    due = agreements.filter(to_come, state=AgreementState.SIGNED)
    return due.order_by("fiscal_year", "owner__sort_key").first()


def subject_of_year(subject: str, agreement: Agreement, shown: Agreement | None, *, on: dt.date) -> str:
    """The subject, proposed anew where another agreement was chosen than the one the page proposed its words for."""
    if shown and shown != agreement and subject == proposed_subject(shown, on=on):
        return proposed_subject(agreement, on=on)
    return subject


def proposed(agreement: Agreement | None, *, on: dt.date) -> dict[str, Any]:
    """Subject with its years, the next number of the calendar year, and who sits where as in the last meeting."""
    if agreement is None:
        return {}
    held = Meeting.objects.filter(organization=agreement.owner_id).exclude(state=Meeting.State.CANCELLED)
    latest = list(held.order_by("-starts_at")[:MOST_A_YEAR])
    this_year = [row for row in latest if _year_of(row) == thai.be_year(on.year)]
    numbers = [row.number for row in this_year if row.number]
    return {
        "agreement": agreement,
        "subject": proposed_subject(agreement, on=on),
        "number": max(numbers, default=len(this_year)) + 1,
        **_seats(latest[0] if latest else None, agreement, on),
    }


def _year_of(meeting: Meeting) -> int:
    return thai.be_year(thai.day_in_bangkok(meeting.starts_at).year)


def _seats(last: Meeting | None, agreement: Agreement, on: dt.date) -> dict[str, str]:
    """The chair and the secretary of the last meeting; of a first one, the head of the office writes the minutes."""
    if last and last.chair:
        return {name: getattr(last, name) for name in ("chair", "chair_post", "secretary", "secretary_post")}
    roles = [role for wanted in _ROLES.values() for role in wanted]
    duties = Membership.objects.in_force(on).filter(
        organization=agreement.owner_id, role__in=roles, user__is_active=True
    )
    by_role = {duty.role: duty for duty in duties.select_related("user").order_by("-pk")}
    found: dict[str, str] = {}
    for seat, wanted in _ROLES.items():
        duty = next((by_role[role] for role in wanted if role in by_role), None)
        if duty:
            found |= {seat: duty.user.full_name, f"{seat}_post": duty.post or duty.user.position}
    return found


def clashes(meeting: Meeting) -> list[Meeting]:
    """Other meetings, not called off, at which the same chair would have to sit at the same time."""
    if not meeting.chair:
        return []
    begin, end = _span(meeting)
    near = Meeting.objects.filter(
        organization=meeting.organization_id, chair=meeting.chair, starts_at__lt=end,
        starts_at__gt=begin - dt.timedelta(days=1),
    ).exclude(pk=meeting.pk)  # fmt: skip
    others = near.exclude(state__in=[Meeting.State.CANCELLED, Meeting.State.HELD])
    return [other for other in others if _span(other)[1] > begin]


def _span(meeting: Meeting) -> tuple[dt.datetime, dt.datetime]:
    return meeting.starts_at, meeting.ends_at or meeting.starts_at + LENGTH
