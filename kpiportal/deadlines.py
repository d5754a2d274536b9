"""The one deadline function: half-open, in Asia/Bangkok. Nothing else compares a moment with a due date.

A due date is stored as an instant that is *already too late*: "by 26 ต.ค. 2558" is 27 October 00:00 in
Bangkok, exclusive. So 23:59:59.999999 is in time and 00:00:00 is not, whatever the host's zone, and no
"<= 23:59:59" opens a gap. Every moment must be aware; a naive one raises ValueError. Whole days (reminders,
"3 days left") may be compared as dates, but only those that last_day() gives.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Expression, Q

from kpiportal.thai import BANGKOK, datetime_text, day_in_bangkok

_INSTANT = timedelta(microseconds=1)  # the resolution of datetime and of PostgreSQL alike


def due_instant(last_day: date) -> datetime:
    """The first moment that is late when `last_day` is the last day: the next day's 00:00 in Bangkok."""
    if isinstance(last_day, datetime):
        raise ValueError("due_instant takes the last day as a date, not a moment")
    return datetime.combine(last_day + timedelta(days=1), time(), tzinfo=BANGKOK)


def in_time(at: datetime, due: datetime) -> bool:
    """True strictly before `due`. `at` is when the request arrived, not when the upload ended."""
    return _aware(at) < _aware(due)


def rows_in_time(at: datetime | Expression, column: str) -> Q:
    """in_time as a condition of a query: rows whose due instant in `column` is after `at`, or what stands for it."""
    return Q(**{f"{column}__gt": _aware(at) if isinstance(at, datetime) else at})


def rows_not_over(on: date, column: str) -> Q:
    """Rows whose last day in `column` is `on` or still to come."""
    return Q(**{f"{column}__gte": on})


def gives_more_time(due: datetime, than: datetime) -> bool:
    """True when one due instant comes after another: an extension that extends, a day beyond a limit."""
    return _aware(due) > _aware(than)


def last_day(due: datetime) -> date:
    """The last Bangkok day on which something is still in time; the inverse of due_instant."""
    return day_in_bangkok(_aware(due) - _INSTANT)


def days_left(on_or_at: date | datetime, due: datetime) -> int:
    """Calendar days until the last day; 0 on the last day itself and from then on."""
    return max(0, (last_day(due) - day_in_bangkok(on_or_at)).days)


def days_late(on_or_at: date | datetime, due: datetime) -> int:
    """Calendar days past the last day; 0 while in time, and at least 1 from the due instant on."""
    past = (day_in_bangkok(on_or_at) - last_day(due)).days
    if isinstance(on_or_at, datetime) and not in_time(on_or_at, due):
        return max(1, past)
    return max(0, past)


def due_text(due: datetime, *, thai_digits: bool = False) -> str:
    """`26 ต.ค. 2558 เวลา 23.59 น.`: the last whole minute in time, as people say it.

    A due moment in the middle of a day is said as it is: due at 16:30 exactly reads `เวลา 16.30 น.`.
    """
    local = _aware(due).astimezone(BANGKOK)
    spoken = local - timedelta(minutes=1) if local.time() == time() else local
    return datetime_text(spoken, short=True, thai_digits=thai_digits)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a deadline is never compared with a naive datetime")
    return moment
