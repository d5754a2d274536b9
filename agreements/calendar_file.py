"""The dates of a framework for anybody's calendar program (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from agreements.models import Framework
from kpiportal import icalendar
from kpiportal.icalendar import TYPE

__all__ = ["TYPE", "build"]


def build(framework: Framework, *, host: str, at: dt.datetime) -> bytes:
    """One event per date of every round and per step of the year. `host` makes the events' names the portal's own."""
    stamp = icalendar.moment(at)
    lines: list[str] = []
    for name, first, last, words in _events(framework):
        lines += [
            "BEGIN:VEVENT",
            f"UID:framework-{framework.pk}-{name}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{last + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{icalendar.text(words)}",
            f"DESCRIPTION:{icalendar.text(framework.name)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return icalendar.document(lines, name=framework.name)


def _events(framework: Framework) -> Iterator[tuple[str, dt.date, dt.date, str]]:
    """Name, first and last day, words."""
    for one in framework.round_plans.all():
        yield f"{one.months}-period", one.period_end, one.period_end, f"สิ้นสุดข้อมูล{one.name}"
        yield f"{one.months}-agency", one.agency_due, one.agency_due, f"{one.name}: หน่วยงานส่งรายงานวันสุดท้าย"
        yield f"{one.months}-opdc", one.opdc_due, one.opdc_due, f"{one.name}: จังหวัดส่งสำนักงาน ก.พ.ร. วันสุดท้าย"
    for day in framework.calendar_days.all():
        yield f"day-{day.pk}", day.first_day or day.last_day, day.last_day, day.name
