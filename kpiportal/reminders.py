"""Which reminder step a duty has reached: pure arithmetic in working days, no clock, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

# Working days before (+) and after (-) the last day; 0 = on the day (DESIGN.md 9).
STEPS = (14, 7, 3, 1, 0, -1, -3, -7)


def working_days_between(start: dt.date, end: dt.date, holidays: Collection[dt.date] = ()) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in holidays for day in days)


def latest_step(
    on: dt.date, last_day: dt.date, *, steps: Sequence[int] = STEPS, holidays: Collection[dt.date] = ()
) -> int | None:
    """The last step already reached on that day, None before the first.

    "Reached", not "equal to today": after three silent days only the newest step is due, none is lost.
    """
    left = working_days_between(on, last_day, holidays)
    if left == 0 and on > last_day:
        left = -1  # a due date on Friday is overdue on Saturday, though no working day has passed
    reached = [step for step in steps if left <= step]
    return min(reached) if reached else None
