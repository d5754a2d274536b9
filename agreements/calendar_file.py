"""The dates of a framework for anybody's calendar program (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt

from agreements.models import Framework

TYPE = "text/calendar; charset=utf-8"
FOLD = 73  # octets of a line; the standard allows 75 with its end


def build(framework: Framework, *, host: str, at: dt.datetime) -> bytes:
    """One day-long event per date of every round. `host` makes the events' names the portal's own."""
    stamp = at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//kpiportal//TH", f"X-WR-CALNAME:{_text(framework.name)}"]
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
                f"SUMMARY:{_text(words)}",
                f"DESCRIPTION:{_text(framework.name)}",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _text(words: str) -> str:
    """Words as a value: its own signs escaped."""
    for sign in "\\;,":
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """No line longer than the standard allows, and no Thai letter cut in the middle of its bytes."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > FOLD:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
