"""A year of mornings, day by day, against a list of every message that should exist, made by other means.

    python -m benchmarks.reminder_year [PROVINCES AGENCIES]        (76 and 40 unless said)

Cards are filed, certified and accepted on days a seeded chance gives; some never are. The list is made card by card
from a numbering of working days, the portal's mornings from its tables: no rule of one is used by the other. Ends with
1 when a message is missing, doubled, or should not be there.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import reminder_world
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

if TYPE_CHECKING:
    from reporting.models import Report

SEED = 2570
FIRST_DAY = dt.date(2026, 10, 1)
LAST_DAYS = (dt.date(2027, 4, 16), dt.date(2027, 7, 16), dt.date(2027, 10, 22))  # three rounds of the year
DAYS = 420
BEFORE = 40  # days before the first morning in which people were at work already
WHEN = dt.time(14)  # people act after the morning's mail
STEPS = (14, 7, 3, 1, 0, -1, -3, -7)
Entry = tuple[dt.date, str, str, int, int]  # morning, kind, whom, card, step


@dataclass(frozen=True)
class Life:
    """When a card was sent, certified and accepted: days, or never."""

    card: int
    where: str  # P-A
    last_day: dt.date
    sent: dt.date
    certified: dt.date
    accepted: dt.date


NEVER = dt.date(2999, 1, 1)


def lives(cards: Sequence[Report], agencies: int, rounds: int, last_days: Sequence[dt.date]) -> list[Life]:
    """In the order reminder_world makes cards: by province, round, agency."""
    chance, found = random.Random(SEED), []
    for n, card in enumerate(cards):
        province, rest = divmod(n, agencies * rounds)
        last_day = last_days[rest // agencies]
        sent = last_day + dt.timedelta(days=chance.randint(-30, 14)) if chance.random() < 0.9 else NEVER
        certified = _after(sent, chance.randint(0, 9)) if chance.random() < 0.9 else NEVER
        accepted = _after(certified, chance.randint(0, 9)) if chance.random() < 0.9 else NEVER
        found.append(Life(card.pk, f"{province}-{rest % agencies}", last_day, sent, certified, accepted))
    return found


def _after(day: dt.date, days: int) -> dt.date:
    return NEVER if day == NEVER else day + dt.timedelta(days=days)


def expected(lives: Sequence[Life], mornings: Sequence[dt.date], first: dt.date, after: dt.date) -> set[Entry]:
    """Every message there should be from `first` on and before `after`. `mornings`: the year's working days, and some
    before and after, to count by."""
    lived = [morning for morning in mornings if first <= morning < after]
    return {entry for life in lives for entry in _of(life, mornings, lived)}


def _of(life: Life, mornings: Sequence[dt.date], lived: Sequence[dt.date]) -> list[Entry]:
    province = life.where.partition("-")[0]
    file, certify, review = f"collector-{life.where}", f"overseer-{life.where}", f"coordinator-{province}"
    turns = [
        ("report.file", dt.date(2000, 1, 1), life.sent, None, [(file, 99), (certify, 1), (review, -1)]),
        ("report.certify", life.sent, life.certified, life.sent, [(certify, 99), (review, -1)]),
        ("report.review", life.certified, life.accepted, life.certified, [(review, 99), (f"office-{province}", -1)]),
    ]
    found, told = [], set()
    for kind, begins, ends, noticed, climbs in turns:
        for morning in lived:
            if not begins < morning <= ends:
                continue  # on the day itself people act after the morning's mail
            step = reached(morning, life.last_day, mornings)
            if step is None or (noticed and reached(noticed, life.last_day, mornings) == step):
                continue
            for whom, first in climbs:
                if step <= first and (kind, whom, step) not in told:
                    told.add((kind, whom, step))
                    found.append((morning, kind, whom, life.card, step))
    return found


def reached(on: dt.date, last_day: dt.date, mornings: Sequence[dt.date]) -> int | None:
    """By numbering working days: how many lie after `on` up to the last day."""
    left = bisect_right(mornings, last_day) - bisect_right(mornings, on)
    left = -1 if left == 0 and on > last_day else left
    return min((step for step in STEPS if left <= step), default=None)


def play(lives: Sequence[Life], mornings: Sequence[dt.date], *, first: dt.date, days: int) -> set[Entry]:
    """Live through the days with the portal's own mornings; what it told, from its ledger."""
    from kpiportal.models import OutgoingMail, ReminderSent  # noqa: PLC0415 -- as reminder_world
    from kpiportal.reminding import morning  # noqa: PLC0415
    from kpiportal.thai import BANGKOK  # noqa: PLC0415
    from reporting.models import Report  # noqa: PLC0415

    for day in (first + dt.timedelta(days=n) for n in range(-BEFORE, days)):
        at = dt.datetime.combine(day, dt.time(7, 5), BANGKOK)
        if day >= first and morning.queue_reminders(on=day, at=at):
            OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=at)  # what the relay does
        since = dt.datetime.combine(day, WHEN, BANGKOK)
        for state in ("sent", "certified", "accepted"):
            moved = [life.card for life in lives if getattr(life, state) == day]
            if not moved:
                continue
            Report.objects.filter(pk__in=moved).update(state=state, state_since=since)
    rows = ReminderSent.objects.filter(kind__startswith="report.")
    told = rows.values_list("at", "kind", "user__first_name", "subject_id", "step")
    return {(at.astimezone(BANGKOK).date(), kind, whom, card, step) for at, kind, whom, card, step in told}


def working_days(first: dt.date, days: int) -> list[dt.date]:
    """Read off the portal's list of holidays: which days are holidays is data, not a rule of reminders."""
    from kpiportal import holidays  # noqa: PLC0415 -- as above

    every = [first + dt.timedelta(days=n) for n in range(-120, days + 120)]
    closed = holidays.between(every[0], every[-1])
    return [day for day in every if day.weekday() < 5 and day not in closed]


def compare(
    provinces: int, agencies: int, last_days: Sequence[dt.date], *, first: dt.date, days: int
) -> tuple[set, set]:
    """(messages that should be there, messages that are)."""
    cards = reminder_world.build(provinces, agencies, last_days)
    mornings = working_days(first, days)
    found = lives(cards, agencies, len(last_days), last_days)
    should = expected(found, mornings, first, first + dt.timedelta(days=days))
    return should, play(found, mornings, first=first, days=days)


def main(provinces: int, agencies: int) -> int:
    from benchmarks.reminders import stores  # noqa: PLC0415 -- it starts servers

    speak_utf8()
    try:
        with stores():
            began = time.monotonic()
            should, there = compare(provinces, agencies, LAST_DAYS, first=FIRST_DAY, days=DAYS)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    say(
        f"{provinces} provinces x {agencies} agencies x {len(LAST_DAYS)} rounds, {DAYS} days in "
        f"{time.monotonic() - began:.0f} s: {len(should):,} messages should be, {len(there):,} are, "
        f"{len(should - there)} missing, {len(there - should)} too many"
    )
    return 0 if should == there else 1


if __name__ == "__main__":
    asked = [int(number) for number in sys.argv[1:3]]
    sys.exit(main(*(asked if len(asked) == 2 else (76, 40))))
