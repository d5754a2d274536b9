"""Who is told what about reports: builds outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from kpiportal import deadlines, outbox, thai
from kpiportal.models import Role, User
from kpiportal.recipients import holders
from reporting.states import ReportState

if TYPE_CHECKING:
    from reporting.models import Report


def _facts(report: Report) -> dict[str, str]:
    return {
        "indicator": str(report.indicator),
        "round": report.round.name,
        "fiscal_year": str(report.round.agreement.fiscal_year),
        "host": report.host.full_name,
        "due": deadlines.due_text(report.due_at),
        "url": settings.BASE_URL + reverse("reporting:report_detail", args=[report.pk]),
    }


def report_sent(report: Report, *, at: dt.datetime) -> None:
    """The overseers of the host agency have a card to certify."""
    for user in holders(report.host_id, Role.OVERSEER, on=thai.day_in_bangkok(at)):
        outbox.queue("report_sent", to=user, facts=_facts(report), at=at)


def report_decided(report: Report, *, passed: bool, reason: str, by: User, at: dt.datetime) -> None:
    """The sender hears every decision; the coordinators hear that a card waits for their review."""
    facts = {
        **_facts(report),
        "state": report.get_state_display(),
        "by": by.full_name,
        "reason": reason.strip(),
    }
    if report.filed_by:
        name = "report_decided" if passed else "report_returned"
        if passed:
            facts.pop("reason")
        outbox.queue(name, to=report.filed_by, facts=facts, at=at)
    if report.state == ReportState.CERTIFIED:
        for user in holders(report.round.agreement.owner_id, Role.COORDINATOR, on=thai.day_in_bangkok(at)):
            outbox.queue("report_to_review", to=user, facts=_facts(report), at=at)
