"""Who is told what about reports: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from kpiportal import deadlines, outbox, thai
from kpiportal.models import Organization, Role, User
from kpiportal.recipients import holders, holders_of
from reporting.states import ReportState

if TYPE_CHECKING:
    from agreements.models import AgreementVersion, Indicator
    from agreements.versions import Difference
    from reporting.models import Report, Round


def _facts(report: Report) -> dict[str, str]:
    return {
        "indicator": str(report.indicator),
        "round": report.round.name,
        "fiscal_year": str(report.round.agreement.fiscal_year),
        "host": report.host.full_name,
        "due": deadlines.due_text(report.due_at),
        "url": settings.BASE_URL + reverse("reporting:report_detail", args=[report.pk]),
    }


def _waits(name: str, user: User, report: Report, *, due_at: dt.datetime, at: dt.datetime) -> None:
    """Cards come by the dozen: a mail for the first of a day; from the day before the last one, for each."""
    queue = outbox.queue if deadlines.days_left(at, due_at) <= 1 else outbox.queue_once_a_day
    queue(name, to=user, facts=_facts(report), at=at)


def report_sent(report: Report, *, at: dt.datetime) -> None:
    """The overseers of the host agency have a card to certify."""
    for user in holders(report.host_id, Role.OVERSEER, on=thai.day_in_bangkok(at)):
        _waits("report_sent", user, report, due_at=report.due_at, at=at)


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
            _waits("report_to_review", user, report, due_at=report.round.opdc_due_at, at=at)


def certification_taken_back(report: Report, *, by: User, at: dt.datetime) -> None:
    """The coordinators were told that the card waits for them: it does not any more. The sender hears it, too."""
    told = holders(report.round.agreement.owner_id, Role.COORDINATOR, on=thai.day_in_bangkok(at))
    for user in {*told, *filter(None, [report.filed_by])}:
        outbox.queue("certification_taken_back", to=user, facts={**_facts(report), "by": by.full_name}, at=at)


def part_supplied(report: Report, host: Organization, *, at: dt.datetime) -> None:
    """The host's collectors hear that a co-host's part has come."""
    for user in holders(report.host_id, Role.COLLECTOR, on=thai.day_in_bangkok(at)):
        outbox.queue("part_supplied", to=user, facts={**_facts(report), "agency": host.full_name}, at=at)


def opening_facts(round: Round, indicators: Iterable[Indicator]) -> dict[str, str]:
    """The fields of the mail that announces a round to one agency."""
    return {
        "round": round.name,
        "fiscal_year": str(round.agreement.fiscal_year),
        "province": round.agreement.owner.full_name,
        "period_end": thai.date_text(round.period_end),
        "due": deadlines.due_text(round.agency_due_at),
        "items": "\n".join(f"- ตัวชี้วัด {indicator}" for indicator in indicators),
        "url": settings.BASE_URL + reverse("home"),
    }


def round_opened(round: Round, cards: Iterable[Report], *, at: dt.datetime) -> None:
    """Collectors and overseers of every host hear what they are asked for and until when: one mail per person."""
    owed: dict[int, list[Indicator]] = defaultdict(list)
    for card in cards:
        owed[card.host_id].append(card.indicator)
    people = holders_of(owed, [Role.COLLECTOR, Role.OVERSEER], on=thai.day_in_bangkok(at))
    outbox.post(
        [
            outbox.compose("round_opened", to=user, facts=opening_facts(round, owed[host]), at=at)
            for host, users in people.items()
            for user in users
        ]
    )


def due_extended(round: Round, host: Organization, cards: Iterable[Report], *, reason: str, at: dt.datetime) -> None:
    cards = list(cards)
    facts = {
        "round": round.name,
        "fiscal_year": str(round.agreement.fiscal_year),
        "agency": host.full_name,
        "due": deadlines.due_text(cards[0].due_at),
        "reason": reason,
        "count": str(len(cards)),
        "url": settings.BASE_URL + reverse("home"),
    }
    for user in holders(host.pk, Role.COLLECTOR, Role.OVERSEER, on=thai.day_in_bangkok(at)):
        outbox.queue("due_extended", to=user, facts=facts, at=at)


def card_amended(card: Report, version: AgreementVersion, lines: Iterable[Difference], *, at: dt.datetime) -> None:
    """The collectors of a card hear what of its indicator was changed after signing."""
    said = "\n".join(f"- {line.label}: {line.before} → {line.after}" for line in lines)
    facts = {
        "party": card.round.agreement.owner.full_name,
        "fiscal_year": str(card.round.agreement.fiscal_year),
        "version": str(version),
        "indicator": str(card.indicator),
        "round": card.round.name,
        "changes": said or "- เปลี่ยนเฉพาะน้ำหนักของตัวชี้วัดอื่น",
        "url": settings.BASE_URL + reverse("reporting:report_detail", args=[card.pk]),
    }
    for user in holders(card.host_id, Role.COLLECTOR, on=thai.day_in_bangkok(at)):
        outbox.queue("card_amended", to=user, facts=facts, at=at)
