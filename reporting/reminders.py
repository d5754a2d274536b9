"""Reminders of cards that are owed: the due set is a query, the ledger makes each one single."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from kpiportal import deadlines, holidays, outbox, thai
from kpiportal.models import ReminderSent, Role, User
from kpiportal.recipients import holders_of
from kpiportal.reminders import latest_step
from reporting.models import Report

KIND = "report"
# Whom a step reaches: the collector always, the overseer from the day before, the coordinator once overdue.
OVERSEER_FROM, COORDINATOR_FROM = 1, -1
# One run at a time; a second worker waits, then finds the ledger full.
_LOCK = 2_558_001


@transaction.atomic
def queue_due_reminders(*, on: dt.date, at: dt.datetime) -> int:
    """Queue one mail per person with every card whose newest step they have not been told of. Returns mails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    steps = _steps(on)
    wanted = _recipients(steps, on)
    told = set(
        ReminderSent.objects.filter(kind=KIND, subject_id__in=[card.pk for card in steps]).values_list(
            "subject_id", "step", "user_id"
        )
    )
    due: dict[User, list[Report]] = defaultdict(list)
    for card, user in wanted:
        if (card.pk, steps[card], user.pk) not in told:
            due[user].append(card)
    ReminderSent.objects.bulk_create(
        ReminderSent(kind=KIND, subject_id=card.pk, step=steps[card], user=user, at=at, counted_to=deadlines.last_day(card.due_at))
        for user, owed in due.items()
        for card in owed
    )
    outbox.post([_mail(user, owed, on, at) for user, owed in due.items()])
    return len(due)


def _steps(on: dt.date) -> dict[Report, int]:
    """The cards that have reached a step, counted in working days of government offices."""
    found = Report.objects.owed().select_related("indicator", "host", "round__agreement").order_by("due_at", "pk")
    last_days = {card: deadlines.last_day(card.due_at) for card in found}
    if not last_days:
        return {}
    closed = holidays.between(min(on, *last_days.values()), max(on, *last_days.values()))
    steps = {card: latest_step(on, last_day, holidays=closed) for card, last_day in last_days.items()}
    return {card: step for card, step in steps.items() if step is not None}


def _recipients(steps: dict[Report, int], on: dt.date) -> list[tuple[Report, User]]:
    """(card, person) pairs in three queries at most, however many cards."""
    hosts = {card.host_id for card in steps}
    owners = {card.round.agreement.owner_id for card in steps}
    collectors = holders_of(hosts, [Role.COLLECTOR], on=on)
    overseers = holders_of(hosts, [Role.OVERSEER], on=on)
    coordinators = holders_of(owners, [Role.COORDINATOR], on=on)
    pairs = []
    for card, step in steps.items():
        people = list(collectors[card.host_id])
        if step <= OVERSEER_FROM:
            people += overseers[card.host_id]
        if step <= COORDINATOR_FROM:
            people += coordinators[card.round.agreement.owner_id]
        pairs += [(card, user) for user in dict.fromkeys(people)]
    return pairs


def _mail(user: User, cards: list[Report], on: dt.date, at: dt.datetime):
    facts = {
        "name": user.full_name,
        "count": str(len(cards)),
        "items": "\n".join(_item(card, on) for card in cards),
        "url": settings.BASE_URL + reverse("home"),
    }
    return outbox.compose("report_due", to=user, facts=facts, at=at)


def _item(card: Report, on: dt.date) -> str:
    left = (deadlines.last_day(card.due_at) - on).days
    when = "วันนี้เป็นวันสุดท้าย" if left == 0 else f"เหลือ {left} วัน" if left > 0 else f"เกินกำหนด {-left} วัน"
    url = settings.BASE_URL + reverse("reporting:report_detail", args=[card.pk])
    last_day = thai.date_text(deadlines.last_day(card.due_at))
    return (
        f"- ตัวชี้วัด {card.indicator} ({card.host.label}) {card.round.name} ปีงบประมาณ พ.ศ. "
        f"{card.round.agreement.fiscal_year}\n  ส่งภายใน {last_day} ({when}) สถานะ: {card.get_state_display()}\n  {url}"
    )
