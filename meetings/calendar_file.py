"""A meeting for anybody's calendar program: one event that a later letter moves or takes away."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from kpiportal import icalendar
from kpiportal.icalendar import TYPE
from meetings.models import Meeting
from meetings.planning import LENGTH

__all__ = ["TYPE", "build"]


def build(meeting: Meeting, *, at: dt.datetime) -> bytes:
    """The same UID each time, the revision as its sequence: a changed meeting moves in the calendar, a cancelled one
    goes."""
    url = settings.BASE_URL + reverse("meetings:meeting_detail", args=[meeting.pk])
    cancelled = meeting.state == Meeting.State.CANCELLED
    ends = meeting.ends_at or meeting.starts_at + LENGTH
    lines = [
        "BEGIN:VEVENT",
        f"UID:meeting-{meeting.pk}@{urlsplit(settings.BASE_URL).hostname}",
        f"SEQUENCE:{meeting.revision}",
        f"DTSTAMP:{icalendar.moment(at)}",
        f"DTSTART:{icalendar.moment(meeting.starts_at)}",
        f"DTEND:{icalendar.moment(ends)}",
        f"SUMMARY:{icalendar.text('ประชุม' + meeting.subject.removeprefix('ขอเชิญประชุม'))}",
        f"LOCATION:{icalendar.text(meeting.venue)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
    ]
    notes = [meeting.organization.full_name, *filter(None, [meeting.video_link]), url]
    lines += [f"DESCRIPTION:{icalendar.text(chr(10).join(notes))}", "END:VEVENT"]
    return icalendar.document(lines, method="CANCEL" if cancelled else "PUBLISH")
