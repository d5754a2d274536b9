"""Working hours for reminders; nights, weekends and public holidays are quiet.

KPI_REMINDER_HOURS gives the hours ("7-18": from 7.00 until 18.00). A reminder whose deadline passes before the next
working hours is sent at once, whatever the hour.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from django.conf import settings

from kpiportal import thai

_HOURS = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
LONGEST_REST = dt.timedelta(days=21)  # more than any row of holidays and weekends


def hours() -> tuple[dt.time, dt.time]:
    """From when until when people are reminded. ValueError for a setting that says no such hours."""
    said = _HOURS.fullmatch(settings.KPI_REMINDER_HOURS.replace(" ", ""))
    opens, closes = (int(said[1]), int(said[2])) if said else (0, 0)
    if not 0 <= opens < closes <= 23:
        raise ValueError(settings.KPI_REMINDER_HOURS)
    return dt.time(opens), dt.time(closes)


def morning_text() -> str:
    """07.05 น.: when the first run of a working day is (beat_schedule: five minutes past each hour)."""
    return f"{hours()[0]:%H}.05 น."


def is_quiet(at: dt.datetime, on: dt.date, closed: Collection[dt.date]) -> bool:
    """`on`: the working day this is about; `closed`: public holidays."""
    opens, closes = hours()
    return not opens <= at.astimezone(thai.BANGKOK).time() < closes or not _is_working(on, closed)


def next_opening(at: dt.datetime, closed: Collection[dt.date]) -> dt.datetime:
    """The next moment after `at` at which people are reminded again."""
    today, (opens, _) = thai.day_in_bangkok(at), hours()
    days = (today + dt.timedelta(days=n) for n in range(LONGEST_REST.days + 1))
    openings = (dt.datetime.combine(day, opens, thai.BANGKOK) for day in days if _is_working(day, closed))
    return next((opening for opening in openings if opening > at), at)


def _is_working(day: dt.date, closed: Collection[dt.date]) -> bool:
    return day.weekday() < 5 and day not in closed
