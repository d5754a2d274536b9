"""Forms about a year's calendar and its receivers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.form_cells import ChoiceField
from agreements.models import CalendarDay, Framework
from kpiportal.fields import BEDateField, LineField, WordsField

MOST_RECEIVERS = 6
LONGEST_REASON = 120


class DayForm(forms.Form):
    """A day of the calendar, new or changed."""

    step = ChoiceField(label="ขั้นตอน", choices=CalendarDay.Step.choices, required=False)
    name = LineField(label="เรื่อง", longest=200, ask="กรุณากรอกเรื่อง")
    who = LineField(label="ผู้ดำเนินการ", longest=200)
    first_day = BEDateField(label="ตั้งแต่วันที่", required=False, help_text="เว้นว่างไว้ ถ้ามีวันเดียว")
    last_day = BEDateField(label="ถึงวันที่ หรือวันสุดท้าย")

    @staticmethod
    def initial_of(day: CalendarDay) -> dict[str, Any]:
        return {name: getattr(day, name) for name in DayForm.base_fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", "ต้องไม่ก่อนวันเริ่ม")
        return cleaned


class ReceiversForm(forms.Form):
    """Who takes the agreements (ชื่อ = ตำแหน่ง), and why one may be changed later; one per line."""

    receivers = WordsField(
        label="ผู้รับคำรับรอง", longest=2_000, rows=3,
        help_text="บรรทัดละหนึ่งคน: ชื่อ = ตำแหน่ง เช่น นายสมชาย ใจดี = ปลัดกระทรวงมหาดไทย",
    )  # fmt: skip
    reasons = WordsField(
        label="เหตุผลที่จังหวัดขอเปลี่ยนแปลงได้", longest=2_000, rows=5, required=True, help_text="บรรทัดละหนึ่งเหตุผล",
        error_messages={"required": "ต้องมีอย่างน้อยหนึ่งเหตุผล"},
    )  # fmt: skip

    def clean_reasons(self) -> list[str]:
        reasons = [line.strip() for line in self.cleaned_data["reasons"].splitlines() if line.strip()]
        if long := next((reason for reason in reasons if len(reason) > LONGEST_REASON), ""):
            raise ValidationError(f"“{long[:40]}…” ยาวเกิน {LONGEST_REASON} ตัวอักษร")
        return list(dict.fromkeys(reasons))

    def clean_receivers(self) -> list[dict[str, str]]:
        found = []
        for line in self.cleaned_data["receivers"].splitlines():
            name, sign, post = (part.strip() for part in line.partition("="))
            if line.strip() and (not sign or not name or not post):
                raise ValidationError(f"“{line[:60]}” ต้องเป็น ชื่อ = ตำแหน่ง")
            if line.strip():
                found.append({"name": name[:200], "post": post[:200]})
        if len(found) > MOST_RECEIVERS:
            raise ValidationError(f"ไม่เกิน {MOST_RECEIVERS} คน")
        return found

    @staticmethod
    def initial_of(framework: Framework) -> dict[str, str]:
        return {
            "receivers": "\n".join(f"{one['name']} = {one['post']}" for one in framework.receivers),
            "reasons": "\n".join(framework.amendment_reasons),
        }
