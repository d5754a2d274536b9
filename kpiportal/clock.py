"""The only module that reads the clock. Views and tasks call it; everything else takes `at=` or `on=`.

The demo is set in October 2558: KPI_CLOCK_SHIFT_SECONDS moves now() by that many seconds (negative: into the past).
It is read once, at import; there is no setter, so no request can move time. Outside the demo a system check refuses
a shift (kpiportal/checks.py), because it would move every deadline.
"""

import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ImproperlyConfigured

from kpiportal.thai.calendar import BANGKOK

VARIABLE = "KPI_CLOCK_SHIFT_SECONDS"


def read_shift(environ: Mapping[str, str]) -> timedelta:
    """The shift an environment asks for; ImproperlyConfigured when it is not a whole number of seconds."""
    text = environ.get(VARIABLE, "").strip()
    try:
        return timedelta(seconds=int(text or "0"))
    except (ValueError, OverflowError):
        raise ImproperlyConfigured(f"{VARIABLE} must be a whole number of seconds, not {text!r}.") from None


_SHIFT = read_shift(os.environ)


def shift() -> timedelta:
    """How far now() stands from the machine's clock; zero everywhere but in the demo."""
    return _SHIFT


def now() -> datetime:
    """This moment, aware, in Bangkok time (so that .date() is the day people see)."""
    return datetime.now(BANGKOK) + _SHIFT


def today() -> date:
    """The day in Bangkok, whatever the time zone of the machine."""
    return now().date()
