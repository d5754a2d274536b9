"""What will be sent if nobody does anything: the days ahead and whom each reaches. The same rules as the morning's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, takewhile

from kpiportal import holidays
from kpiportal.models import User
from kpiportal.obligations import Duty
from kpiportal.reminding import hearers, plans
from kpiportal.reminding.digest import Item

Told = tuple[str, int, int, dt.date, int]  # kind, subject, step, counted to, person
BEYOND = dt.timedelta(days=45)  # from the last day on: further than the last step of any plan in use


@dataclass(frozen=True)
class Sending:
    """One person's digest of one morning."""

    on: dt.date
    user: User
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Foresight:
    """`sendings`: by day, then person. `deaf`: duties whose people cannot be reached, with who is told instead."""

    sendings: dict[dt.date, list[Sending]]
    deaf: list[tuple[Duty, list[User]]]

    @property
    def days(self) -> Sequence[tuple[dt.date, list[Sending]]]:
        return sorted(self.sendings.items())


def ahead(
    duties: Iterable[Duty], *, on: dt.date, laid_down: dict[plans.Scope, tuple[int, ...]], told: Iterable[Told]
) -> Foresight:
    """From that day on, by the plans `laid_down` (plans.known), without what people were `told` already. Two queries,
    however many duties."""
    duties = [duty for duty in duties if duty.seats]
    if not duties:
        return Foresight({}, [])
    first, last = plans.span(duties, on)
    last = max(last + BEYOND, on + BEYOND)
    calendar = plans.Calendar(on, holidays.between(first, last), laid_down)
    directory = hearers.directory(duties, on=on)
    mornings = [day for day in _days(on, last) if day.weekday() < 5 and day not in calendar.closed]
    told = set(told)
    found: dict[dt.date, dict[User, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for morning in mornings:
        today = replace(calendar, on=morning)
        for duty in duties:
            step, to = today.reached(duty), plans.counted_to(duty)
            for hearing in directory.hear(duty, step) if step is not None else ():
                entry = (*duty.key, step, to, hearing.user.pk)
                if entry not in told:
                    told.add(entry)
                    found[morning][hearing.user].append(Item(duty, step, hearing, to))
    sendings = {
        day: [Sending(day, user, tuple(items)) for user, items in people.items()] for day, people in found.items()
    }
    return Foresight(sendings, [(d, _instead(directory, d)) for d in duties if directory.deaf(d)])


def _instead(directory: hearers.Directory, duty: Duty) -> list[User]:
    """Who hears of it at the first step because nobody who acts can be reached."""
    return [hearing.user for hearing in directory.hear(duty, plans.EARLIEST) if hearing.stands_in]


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return takewhile(lambda day: day <= last, (first + dt.timedelta(days=n) for n in count()))
