"""What is typed about a resolution, turned into clean values."""

from __future__ import annotations

from typing import Any

from django import forms

from kpiportal.fields import BEDateField, LineField, WordsField
from kpiportal.models import Organization
from kpiportal.moves import MoveForm
from kpiportal.thai import day_in_bangkok
from meetings.models import Meeting, MinutesPart


class OfficeChoice(forms.ModelChoiceField):
    def label_from_instance(self, office: Organization) -> str:
        return office.full_name


class PartChoice(forms.ModelChoiceField):
    def label_from_instance(self, part: MinutesPart) -> str:
        return f"วาระที่ {part.section} {part}"[:120]


class ResolutionForm(forms.Form):
    """Under which matter, who does what by when."""

    part = PartChoice(
        label="ในเรื่อง", queryset=MinutesPart.objects.none(), empty_label="เลือกเรื่อง",
        error_messages={"required": "กรุณาเลือกเรื่อง", "invalid_choice": "เลือกเรื่องจากรายการเท่านั้น"},
    )  # fmt: skip
    words = WordsField(label="มติ", longest=2_000, rows=2, required=True, error_messages={"required": "กรุณาพิมพ์มติ"})
    owner = OfficeChoice(
        label="หน่วยงานที่รับไปดำเนินการ", queryset=Organization.objects.none(), empty_label="เลือกหน่วยงาน",
        error_messages={"required": "กรุณาเลือกหน่วยงาน", "invalid_choice": "เลือกหน่วยงานจากรายการเท่านั้น"},
    )  # fmt: skip
    person = LineField(label="ผู้รับผิดชอบ", longest=200)
    due_on = BEDateField(label="ภายในวันที่")

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        """The offices that were invited, and the one that called."""
        super().__init__(*args, auto_id="resolution_%s", **kwargs)
        self.fields["part"].queryset = MinutesPart.objects.filter(minutes__meeting=meeting)
        self.meeting = meeting
        invited = meeting.invitations.values("organization")
        offices = Organization.objects.filter(pk__in=invited) | Organization.objects.filter(pk=meeting.organization_id)
        self.fields["owner"].queryset = offices.in_thai_order()

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day and day < day_in_bangkok(self.meeting.starts_at):
            raise forms.ValidationError("กำหนดแล้วเสร็จต้องไม่ก่อนวันประชุม")
        return day


class ResultForm(MoveForm):
    """What the office did."""

    result = WordsField(label="ผลการดำเนินการ", longest=4_000, rows=4, required=True,
                        error_messages={"required": "กรุณาพิมพ์ผลการดำเนินการ"})  # fmt: skip
