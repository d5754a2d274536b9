"""The reminder run: every duty that reached a step its people were not yet reminded of, one digest per person and day.

The due set is a query and the ledger has a unique key, so a run that is repeated, late, or the first after days of
downtime adds only what is new, and only the newest step is mentioned. A digest that still waits is withdrawn when its
duties are done. What becomes due after a person's digest waits for the next day, unless it would be late by then.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction

from kpiportal import deadlines, holidays, obligations, outbox, thai
from kpiportal.models import OutgoingMail, ReminderSent, User
from kpiportal.obligations import Duty
from kpiportal.reminding import choices, digest, hearers, hours, links, plans, texts
from kpiportal.reminding.digest import Item

# One run at a time; a second worker waits, then finds the ledger full.
_LOCK = 2_558_001

Told = tuple[str, int, int, dt.date, int]
Bucket = tuple[User, str, str]  # person, channel, address


@transaction.atomic
def queue_reminders(*, on: dt.date, at: dt.datetime) -> int:
    """Queue what is due on that day and not told yet. Returns messages. The same number of queries at any size.

    In quiet hours only what would be over before they end (hours.py).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    duties = obligations.everywhere(at=at)
    _take_back(duties)
    closed = holidays.between(on, on + hours.LONGEST_REST)
    pressing = _pressing(duties, at, closed)
    if hours.is_quiet(at, on, closed):
        duties = pressing
    reached = _reached(duties, on)
    directory = hearers.directory([duty for duty, _ in reached], on=on)
    told = _told({plans.counted_to(duty) for duty, _ in reached})
    buckets = _buckets(reached, directory, told, waits=_heard_on(on), cannot_wait={duty.key for duty in pressing})
    words = texts.known(digest.NAME)
    mails = {bucket: _message(bucket, items, words, on, at) for bucket, items in buckets.items()}
    OutgoingMail.objects.bulk_create(mails.values())
    ReminderSent.objects.bulk_create(_entries(buckets, mails, at))
    if mails:
        transaction.on_commit(outbox.wake, robust=True)
    return len(mails)


def _pressing(duties: Iterable[Duty], at: dt.datetime, closed: Collection[dt.date]) -> list[Duty]:
    """What is still in time, but would be late when people are reminded the next time."""
    opening = hours.next_opening(at, closed)
    owed = (duty for duty in duties if duty.due_at and deadlines.in_time(at, duty.due_at))
    return [duty for duty in owed if duty.due_at and not deadlines.in_time(opening, duty.due_at)]


def _heard_on(day: dt.date) -> set[int]:
    """Who has had a digest that day: what reached its step since waits for the next morning."""
    midnight = dt.datetime.combine(day, dt.time(), thai.BANGKOK)
    told = ReminderSent.objects.filter(at__gte=midnight, at__lt=midnight + dt.timedelta(days=1))
    return set(told.values_list("user", flat=True))


def _reached(duties: list[Duty], on: dt.date) -> list[tuple[Duty, int]]:
    if not duties:
        return []
    calendar = plans.Calendar(on, holidays.between(*plans.span(duties, on)), plans.known())
    steps = ((duty, calendar.reached(duty)) for duty in duties)
    return [(duty, step) for duty, step in steps if step is not None]


def _told(days: set[dt.date]) -> set[Told]:
    rows = ReminderSent.objects.filter(counted_to__in=days)
    return set(rows.values_list("kind", "subject_id", "step", "counted_to", "user"))


def _buckets(
    reached: Sequence[tuple[Duty, int]],
    directory: hearers.Directory,
    told: set[Told],
    *,
    waits: Collection[int],
    cannot_wait: Collection[tuple[str, int]],
) -> Mapping[Bucket, list[Item]]:
    """Person, channel, address -> what they are told there."""
    items = []
    seen = set(told)
    for duty, step in reached:
        to = plans.counted_to(duty)
        for hearing in directory.hear(duty, step):
            entry = (duty.kind, duty.subject_id, step, to, hearing.user.pk)
            if entry not in seen and (hearing.user.pk not in waits or duty.key in cannot_wait):
                seen.add(entry)
                items.append(Item(duty, step, hearing, to))
    reach = choices.reach((item.hearing.user.pk for item in items), directory.unreachable)
    buckets: dict[Bucket, list[Item]] = defaultdict(list)
    for item in items:
        for channel, address in reach.of(item.hearing, item.duty.kind, item.step).items():
            buckets[item.hearing.user, channel, address].append(item)
    return buckets


def _message(bucket: Bucket, items: Sequence[Item], words: texts.Known, on: dt.date, at: dt.datetime) -> OutgoingMail:
    user, channel, address = bucket
    year = max(item.duty.fiscal_year for item in items)
    subject, body = texts.filled(words, year, digest.facts(user, items, on=on))
    stop = ""
    if channel == choices.Channel.EMAIL and any(choices.optional(item.hearing, item.step) for item in items):
        stop = links.stop_url(user)
        body += f"\n{digest.STOP} {stop}\n"
    if channel == choices.Channel.WEBHOOK:
        body = json.dumps(digest.facts_for_machines(user, items, on=on), ensure_ascii=False)
    return outbox.letter(subject, body, to=user, at=at, channel=channel, address=address, unsubscribe=stop)


def _entries(
    buckets: Mapping[Bucket, list[Item]], mails: Mapping[Bucket, OutgoingMail], at: dt.datetime
) -> Iterable[ReminderSent]:
    for bucket, items in buckets.items():
        user, channel, _ = bucket
        for item in items:
            kind, subject = item.duty.key
            yield ReminderSent(
                kind=kind, subject_id=subject, step=item.step, counted_to=item.counted_to, user=user, channel=channel,
                mail=mails[bucket], at=at,
            )  # fmt: skip


def _take_back(duties: list[Duty]) -> None:
    """Drop digests that still wait although something in them is done or has another day; the rest is told again."""
    true = {(duty.kind, duty.subject_id, plans.counted_to(duty)) for duty in duties}
    waiting = ReminderSent.objects.filter(mail__state=OutgoingMail.State.QUEUED)
    rows = waiting.values_list("mail", "kind", "subject_id", "counted_to")
    stale = {mail for mail, *entry in rows if tuple(entry) not in true}
    dropped = outbox.drop(stale)
    ReminderSent.objects.filter(mail__in=dropped).delete()
