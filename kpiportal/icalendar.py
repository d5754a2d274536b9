"""The writing of iCalendar (RFC 5545): what every calendar file of the portal shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

TYPE = "text/calendar; charset=utf-8"
FOLD = 73  # octets of a line; the standard allows 75 with its end


def document(lines: Iterable[str], *, name: str = "", method: str = "") -> bytes:
    """A whole calendar around its events' lines, folded."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//kpiportal//TH"]
    head += [f"METHOD:{method}"] if method else []
    head += [f"X-WR-CALNAME:{text(name)}"] if name else []
    return b"".join(folded(line) for line in [*head, *lines, "END:VCALENDAR"])


def moment(at: dt.datetime) -> str:
    """20151016T063000Z: a moment in UTC, so that no time zone must be sent along."""
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def text(words: str) -> str:
    """Words as a value: its own signs escaped."""
    for sign in "\\;,":
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """No line longer than the standard allows, and no Thai letter cut in the middle of its bytes."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > FOLD:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
