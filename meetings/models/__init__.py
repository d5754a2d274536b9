"""The tables of meetings, one module per noun."""

from meetings.models.agenda import AgendaItem
from meetings.models.attendance import Attendee
from meetings.models.meeting import Invitation, Meeting
from meetings.models.minutes import Correction, Minutes, MinutesPart
from meetings.models.resolution import Resolution

__all__ = ["AgendaItem", "Attendee", "Correction", "Invitation", "Meeting", "Minutes", "MinutesPart", "Resolution"]
