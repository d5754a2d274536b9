"""The minutes on paper, in the order of form 11: every word as plain values, then made into a PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string

from kpiportal import thai
from kpiportal.pdf import html_to_pdf
from meetings.models import Attendee, Minutes, MinutesPart
from meetings.models.agenda import Section
from meetings.papers import number_text, words

P = Attendee.Part
_SEATS = {P.CHAIR: "ประธาน", P.SECRETARY: "เลขานุการ"}


def title_of(minutes: Minutes) -> str:
    subject = minutes.meeting.subject.removeprefix("ขอเชิญประชุม").removeprefix("เชิญประชุม")
    return f"รายงานการประชุม{subject}"


def file_name(minutes: Minutes, extension: str) -> str:
    day = thai.date_text(minutes.meeting.starts_at, short=True).replace(".", "")
    return f"รายงานการประชุม {day}.{extension}"


def content_of(minutes: Minutes) -> dict[str, Any]:
    """Every word of the minutes as JSON values, Arabic digits: what is frozen, printed and put into the hash."""
    meeting = minutes.meeting
    seats = list(meeting.attendees.all())
    parts = list(minutes.parts.prefetch_related("resolutions__owner"))
    return {
        "title": title_of(minutes),
        "number": number_text(meeting),
        "when": f"เมื่อ{thai.weekday_date_text(meeting.starts_at)}",
        "place": f"ณ {meeting.venue}",
        "present": [_person(s) for s in seats if s.came_at and s.part != P.JOINED],
        "absent": [{**_person(s), "reason": s.reason} for s in seats if not s.came_at and s.part != P.JOINED],
        "joined": [_person(s) for s in seats if s.came_at and s.part == P.JOINED],
        "began": f"เริ่มประชุม{thai.time_text(minutes.began_at)}",
        "sections": [_section(section, [p for p in parts if p.section == section]) for section in Section],
        "ended": f"เลิกประชุม{thai.time_text(minutes.ended_at)}" if minutes.ended_at else "",
        "recorder": [minutes.recorder, minutes.recorder_post],
        "checker": [minutes.checker, minutes.checker_post] if minutes.checker else [],
    }


def _person(seat: Attendee) -> dict[str, str]:
    post = f"{seat.post} แทน {seat.stands_for}" if seat.stands_for else seat.post
    return {"name": seat.name, "post": post, "seat": _SEATS.get(P(seat.part), "")}


def _section(section: Section, parts: list[MinutesPart]) -> dict[str, Any]:
    """Sub-items are numbered 3.1, 3.2; one without a title stands under the item's own heading."""
    titled = [part for part in parts if part.title]
    return {
        "head": f"ระเบียบวาระที่ {section.value} {section.label}",
        "parts": [
            {
                "number": f"{section.value}.{titled.index(part) + 1}" if part in titled else "",
                "title": part.title,
                "discussion": _paragraphs(part.discussion),
                "decision": _paragraphs(part.decision),
                "resolutions": [
                    {"words": r.words, "owner": f"{r.owner.full_name} {r.person}".strip(), "due": _day(r.due_on)}
                    for r in part.resolutions.all()
                ],
            }
            for part in parts
        ],
    }


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _day(day: dt.date) -> str:
    return f"ภายในวันที่ {thai.date_text(day)}"


def pdf(content: dict[str, Any], *, sha256: str = "", draft: bool = False) -> bytes:
    """A4, Thai digits; a draft carries the mark ร่าง, adopted minutes the hash of their words."""
    facts = _printed(content)
    for list_ in ("present", "absent", "joined"):
        for number, person in enumerate(facts[list_], start=1):
            person["no"] = words(f"{number}.")
    html = render_to_string("meetings/minutes/print.html", {**facts, "sha256": sha256})
    sheets = ("meeting", "draft") if draft else ("meeting",)
    return html_to_pdf(html, stylesheets=sheets, title=content["title"][:200], variant=None if draft else "pdf/a-2u")


def _printed(value: Any) -> Any:
    """The same, every string as printed: Thai digits, phrases that stay on one line marked, escaped."""
    if isinstance(value, dict):
        return {key: _printed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printed(inner) for inner in value]
    return words(value)
