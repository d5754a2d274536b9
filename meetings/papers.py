"""Papers of a meeting but its letter and minutes: every printed word as plain values, then made into a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.template.loader import render_to_string

from kpiportal import thai
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.engine import bind, lay_out
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.qr import qr_svg
from meetings.models import AgendaItem, Attendee, Invitation, Meeting
from meetings.models.agenda import Section
from meetings.replies import links

SHEETS = ("meeting",)
SLIPS_A_PART = 20
BLANK_LINES = 6  # of a sign-in list, for whoever comes unasked
_DOTS = {name: "." * count for name, count in (("long", 100), ("some", 116), ("short", 44), ("tiny", 14))}


def agenda(meeting: Meeting) -> bytes:
    """ระเบียบวาระการประชุม: the five items, their sub-items numbered ๑.๑, ๑.๒."""
    return _print("agenda", meeting, "ระเบียบวาระการประชุม", sections=_sections(meeting.agenda.all()))


def _sections(items: Iterable[AgendaItem]) -> list[dict[str, Any]]:
    items = list(items)
    found = []
    for section in Section:
        own = [item for item in items if item.section == section]
        found.append(
            {
                "head": words(f"ระเบียบวาระที่ {section.value} {section.label}"),
                "items": [
                    {
                        "number": words(f"{section.value}.{n}"),
                        "title": words(item.title),
                        "presenter": words(item.presenter),
                        "note": [words(line) for line in item.note.split("\n") if line],
                    }
                    for n, item in enumerate(own, start=1)
                ],
            }
        )
    return found


def slips(
    meeting: Meeting, invitations: Iterable[Invitation], *, progress: Callable[[int, int], None] | None = None
) -> bytes:
    """แบบตอบรับ, one office a page, each with the QR of its own link; without any, one blank slip.

    Laid out some at a time, so that each page costs the same; `progress(done, whole)` is told after each part.
    """
    rows, title = list(invitations), "แบบตอบรับการเข้าร่วมประชุม"
    blank = {"office": _DOTS["long"], "qr": ""}
    phone = f" โทร. {meeting.organization.phone}" if meeting.organization.phone else ""
    send = words(f"โปรดส่งแบบตอบรับถึง{meeting.organization.full_name} ก่อนวันประชุม{phone}")
    parts = []
    for start in range(0, max(len(rows), 1), SLIPS_A_PART):
        pages = [_slip(row) for row in rows[start : start + SLIPS_A_PART]] or [blank]
        parts.append(lay_out(_html("slips", meeting, title, slips=pages, dots=_DOTS, send=send), stylesheets=SHEETS))
        if progress:
            progress(min(start + SLIPS_A_PART, len(rows)), len(rows))
    return bind(parts).to_pdf(title=_titled(title, meeting))


def _slip(row: Invitation) -> dict[str, Any]:
    return {"office": words(row.organization.full_name), "qr": qr_svg(links.shown(links.of_reply(row)))}


def sign_in(meeting: Meeting) -> bytes:
    """ใบลงทะเบียน: everybody expected in order, who has signed by phone, and empty lines."""
    rows = [_line(number, seat) for number, seat in enumerate(meeting.attendees.all(), start=1)]
    first = len(rows) + 1
    rows += [{"no": words(str(n))} for n in range(first, first + BLANK_LINES)]
    qr = qr_svg(links.shown(links.of_door(meeting))) if meeting.door_digest else ""
    return _print("sign_in", meeting, "ใบลงทะเบียนผู้เข้าประชุม", rows=rows, qr=qr)


def _line(number: int, seat: Attendee) -> dict[str, Any]:
    post = f"{seat.post} แทน {seat.stands_for}" if seat.stands_for else seat.post
    time = thai.time_text(seat.came_at).removeprefix("เวลา ").removesuffix(" น.") if seat.came_at else ""
    return {"no": words(str(number)), "name": words(seat.name), "post": words(post), "time": words(time),
            "signed": "(ลงชื่อด้วย QR)" if seat.by_phone else ""}  # fmt: skip


def door(meeting: Meeting) -> bytes:
    """The QR large, for the wall."""
    return _print("door", meeting, "ลงชื่อเข้าประชุม", qr=qr_svg(links.shown(links.of_door(meeting))))


def when_text(meeting: Meeting) -> str:
    """วันศุกร์ที่ 16 ตุลาคม 2558 เวลา 13.30 น. (- 16.30 น.)."""
    text = f"{thai.weekday_date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)}"
    return f"{text.removesuffix(' น.')} - {_clock(meeting.ends_at)}" if meeting.ends_at else text


def number_text(meeting: Meeting) -> str:
    """ครั้งที่ 3/2558, or nothing when it has no number."""
    year = thai.be_year(thai.day_in_bangkok(meeting.starts_at).year)
    return f"ครั้งที่ {meeting.number}/{year}" if meeting.number else ""


def _clock(moment: dt.datetime) -> str:
    return thai.time_text(moment).removeprefix("เวลา ")


def words(text: str) -> Any:
    """As printed: Thai digits, phrases that stay on one line marked, escaped."""
    return nobreak(thai.on_paper(text))


def _print(template: str, meeting: Meeting, title: str, **more: Any) -> bytes:
    return html_to_pdf(_html(template, meeting, title, **more), stylesheets=SHEETS, title=_titled(title, meeting))


def _titled(title: str, meeting: Meeting) -> str:
    return f"{title} {meeting.subject}"[:200]


def _html(template: str, meeting: Meeting, title: str, **more: Any) -> str:
    facts = {
        "title": title,
        "subject": words(meeting.subject),
        "number": words(number_text(meeting)),
        "when": words(when_text(meeting)),
        "place": words(meeting.venue),
    }
    return render_to_string(f"meetings/papers/{template}.html", {**facts, **more})
