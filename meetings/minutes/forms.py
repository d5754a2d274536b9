"""What is asked about minutes besides their boxes."""

from __future__ import annotations

from typing import Any

from django import forms

from kpiportal import thai
from kpiportal.fields import LineField, WordsField
from meetings.forms import RevisionForm
from meetings.models import Meeting, Minutes
from meetings.models.agenda import Section


class PartForm(forms.Form):
    """A matter that came up in the room."""

    section = forms.TypedChoiceField(
        label="ระเบียบวาระที่", choices=[(s.value, f"{s.value} {s.label}") for s in Section], coerce=int,
        initial=Section.OTHER.value,
        error_messages={"required": "กรุณาเลือกวาระ", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    new_title = LineField(label="เรื่อง", longest=500, ask="กรุณาพิมพ์เรื่อง")


class CorrectionForm(forms.Form):
    words = WordsField(label="ข้อความที่ขอแก้ไข", longest=4_000, rows=3, required=True,
                       error_messages={"required": "กรุณาพิมพ์ข้อความที่ขอแก้ไข"})  # fmt: skip


class MeetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, meeting: Meeting) -> str:
        return f"{thai.weekday_date_text(meeting.starts_at)} {meeting.subject}"[:140]


class AdoptForm(RevisionForm):
    """Which later meeting adopted them; none: by circulation."""

    meeting = MeetingChoice(
        label="รับรองในการประชุม", queryset=Meeting.objects.none(), required=False, empty_label="รับรองโดยการเวียน",
        error_messages={"invalid_choice": "เลือกการประชุมครั้งถัดไปของหน่วยงานเดียวกัน"},
    )  # fmt: skip

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any):
        super().__init__(*args, **kwargs)
        later = Meeting.objects.filter(
            organization=minutes.meeting.organization_id, starts_at__gt=minutes.meeting.starts_at
        )
        self.fields["meeting"].queryset = later.exclude(state=Meeting.State.CANCELLED).order_by("starts_at")

    @property
    def facts(self) -> dict[str, Any]:
        """What the action takes (kpiportal/moves.py)."""
        return dict(self.cleaned_data)
