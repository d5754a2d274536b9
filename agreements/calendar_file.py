"""The dates of a framework for anybody's calendar program (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt

from agreements.models import Framework
from kpiportal import icalendar
from kpiportal.icalendar import TYPE

__all__ = ["TYPE", "build"]


def build(framework: Framework, *, host: str, at: dt.datetime) -> bytes:
    """One day-long event per date of every round. `host` makes the events' names the portal's own."""
    stamp = icalendar.moment(at)
    lines: list[str] = []
    for one in framework.round_plans.all():
        for kind, day, words in (
            ("period", one.period_end, f"สิ้นสุดข้อมูล{one.name}"),
            ("agency", one.agency_due, f"{one.name}: หน่วยงานส่งรายงานวันสุดท้าย"),
            ("opdc", one.opdc_due, f"{one.name}: จังหวัดส่งสำนักงาน ก.พ.ร. วันสุดท้าย"),
        ):
            lines += [
                "BEGIN:VEVENT",
                f"UID:framework-{framework.pk}-{one.months}-{kind}@{host}",
                f"DTSTAMP:{stamp}",
                f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
                f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
                f"SUMMARY:{icalendar.text(words)}",
                f"DESCRIPTION:{icalendar.text(framework.name)}",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    return icalendar.document(lines, name=framework.name)
