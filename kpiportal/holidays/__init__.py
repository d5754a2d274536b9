"""Public holidays: which days no office works, so that "seven working days before" is what an officer means by it.

A year is calculated from the computed list of the `holidays` library until OPDC has taken it over; from then on with
OPDC's own rows, in which days the cabinet gives or moves are put right. The year is a calendar year, CE in code.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import holidays as library

from kpiportal.models import HolidayYear

# The 1st of May is a holiday of workers, not of government offices; the ploughing day is the other way round.
_CATEGORIES = ("public", "government")
_NOT_OFFICES = "วันแรงงานแห่งชาติ"
FIRST_YEAR, LAST_YEAR = 2007, 2099


def computed(year: int) -> dict[dt.date, str]:
    """Holidays of government offices in a year (CE) as the library knows them, by date, with their Thai names."""
    found = library.country_holidays("TH", years=year, language="th", categories=_CATEGORIES)
    named = {day: [name for name in text.split("; ") if _NOT_OFFICES not in name] for day, text in found.items()}
    return {day: names[0] for day, names in sorted(named.items()) if names}


def between(first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Every holiday of the years from `first` to `last`. One query; ValueError when `last` is earlier."""
    if last < first:
        raise ValueError(f"{last} is before {first}")
    years = range(first.year, last.year + 1)
    taken: dict[int, set[dt.date]] = defaultdict(set)
    for year, day in HolidayYear.objects.filter(year__in=years).values_list("year", "days__on"):
        taken[year] |= {day} if day else set()
    return frozenset(day for year in years for day in (taken[year] if year in taken else computed(year)))
