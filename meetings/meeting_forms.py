"""Forms about a meeting: raw input to clean values. What was typed survives every refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from agreements.models import Agreement, RoundPlan, Sitting
from kpiportal import thai
from kpiportal.fields import BEDateField, BETimeField, LineField
from meetings.forms import ReasonForm
from meetings.models import Meeting

MOST_MEETINGS = 999  # of one year


class CancelForm(ReasonForm):
    """Call a meeting off."""


class AgreementChoice(forms.ModelChoiceField):
    def label_from_instance(self, agreement: Agreement) -> str:
        return f"{agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}"


class SittingChoice(forms.ModelChoiceField):
    def label_from_instance(self, sitting: Sitting) -> str:
        return f"{sitting} ({thai.date_text(sitting.opened_at)} ณ {sitting.place})"


class WhenForm(forms.Form):
    """Day and times, place and link: what may still change after the letter is out."""

    date = BEDateField(label="วันประชุม")
    time = BETimeField(label="เวลาเริ่ม")
    end = BETimeField(label="เวลาเลิก (โดยประมาณ)", required=False)
    venue = LineField(
        label="สถานที่", longest=400, required=True, error_messages={"required": "กรุณาพิมพ์สถานที่ประชุม"},
        help_text="ห้อง ชั้น อาคาร ตามที่จะพิมพ์ในหนังสือ",
    )  # fmt: skip
    video_link = LineField(label="ลิงก์ประชุมทางไกล", longest=500, help_text="ขึ้นต้นด้วย https:// ถ้าไม่มีเว้นว่างไว้")

    def clean_video_link(self) -> str:
        link = self.cleaned_data["video_link"]
        if link:
            try:
                URLValidator(schemes=["https"])(link)
            except ValidationError:
                raise ValidationError("ลิงก์ต้องขึ้นต้นด้วย https:// เช่น https://meet.example.go.th/abc") from None
        return link

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        begin, end = data.get("time"), data.get("end")
        if begin and end and end <= begin:
            self.add_error("end", "เวลาเลิกต้องหลังเวลาเริ่ม")
        return data

    @property
    def when(self) -> dict[str, Any]:
        """Keywords of actions: moments in Bangkok."""
        data = self.cleaned_data
        moments = {name: data[box] and dt.datetime.combine(data["date"], data[box], tzinfo=thai.BANGKOK)
                   for name, box in (("starts_at", "time"), ("ends_at", "end"))}  # fmt: skip
        return {**moments, "venue": data["venue"], "video_link": data["video_link"]}

    @staticmethod
    def when_of(meeting: Meeting) -> dict[str, Any]:
        starts = meeting.starts_at.astimezone(thai.BANGKOK)
        end = meeting.ends_at and meeting.ends_at.astimezone(thai.BANGKOK).time()
        return {"date": starts.date(), "time": starts.time(), "end": end, "venue": meeting.venue,
                "video_link": meeting.video_link}  # fmt: skip


class MeetingForm(WhenForm):
    """A meeting's facts. A new one also says whose agreement it is about."""

    agreement = AgreementChoice(
        label="คำรับรองฯ", queryset=Agreement.objects.none(), empty_label=None,
        error_messages={"required": "กรุณาเลือกคำรับรองฯ", "invalid_choice": "เลือกคำรับรองฯ ของท่านเท่านั้น"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="ประเภทการประชุม", choices=Meeting.Kind.choices, required=False,
        error_messages={"invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    plan = forms.ModelChoiceField(
        label="รอบการรายงาน", queryset=RoundPlan.objects.none(), required=False, empty_label="ไม่เจาะจงรอบ",
        error_messages={"invalid_choice": "เลือกรอบของปีนี้เท่านั้น"},
    )  # fmt: skip
    sitting = SittingChoice(
        label="การเจรจา", queryset=Sitting.objects.none(), required=False, empty_label="ไม่ใช่การประชุมเจรจา",
        help_text="การประชุมเจรจามีบันทึกของโต๊ะเจรจาอยู่แล้ว เลือกเพื่อโยงถึงกัน",
        error_messages={"invalid_choice": "เลือกการเจรจาของคำรับรองฯ นี้เท่านั้น"},
    )  # fmt: skip
    number = forms.IntegerField(
        label="ครั้งที่", required=False, min_value=1, max_value=MOST_MEETINGS,
        help_text="นับใหม่ทุกปีปฏิทิน ใช้ในรายงานการประชุม",
        error_messages={name: "ตัวเลข 1 ถึง 999" for name in ("invalid", "min_value", "max_value")},
    )  # fmt: skip
    subject = LineField(
        label="เรื่องที่ประชุม", longest=480, required=True, error_messages={"required": "กรุณาพิมพ์เรื่องที่ประชุม"},
        help_text="หนังสือเชิญจะขึ้นต้นเรื่องว่า “ขอเชิญประชุม” ต่อด้วยข้อความนี้", widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    chair = LineField(label="ประธานในที่ประชุม", longest=200, help_text="คำนำหน้า ชื่อ และนามสกุล")
    chair_post = LineField(label="ตำแหน่งประธาน", longest=200)
    secretary = LineField(label="เลขานุการที่ประชุม", longest=200, help_text="ผู้จดรายงานการประชุม")
    secretary_post = LineField(label="ตำแหน่งเลขานุการ", longest=200)
    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agreements: Any = None, agreement: Agreement | None = None, **kwargs: Any):
        """agreements: the choice for a new meeting. agreement: whose rounds and sittings a planned one may name."""
        super().__init__(*args, **kwargs)
        if agreements is None:
            del self.fields["agreement"]
        else:
            self.fields["agreement"].queryset = agreements
        if agreement is None:
            del self.fields["plan"], self.fields["sitting"]
            return
        self.fields["plan"].queryset = agreement.framework.round_plans.order_by("months")
        self.fields["sitting"].queryset = Sitting.objects.filter(table__agreement=agreement)

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        kept = ("subject", "kind", "number", "plan", "sitting", "chair", "chair_post", "secretary", "secretary_post")
        return {**cls.when_of(meeting), **{name: getattr(meeting, name) for name in kept},
                "revision": meeting.revision}  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """Keywords of actions.plan_meeting and change_meeting; what the page does not ask stays as it is."""
        data = self.cleaned_data
        names = ("plan", "sitting", "number", "subject", "chair", "chair_post", "secretary", "secretary_post")
        asked = {name: data[name] for name in names if name in self.fields}
        return {**self.when, **asked, "kind": data["kind"] or Meeting.Kind.FOLLOW_UP}


class PostponeForm(WhenForm, ReasonForm):
    """Another day or place for a meeting whose letter is out; the reason stands in the new letter."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "เหตุที่เปลี่ยน"
        self.fields["reason"].help_text = "พิมพ์ในหนังสือต่อจากคำว่า “เนื่องจาก” เช่น ห้องประชุมไม่ว่าง"
