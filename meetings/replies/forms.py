"""What an invited office answers, turned into clean values. Typed text survives every refusal."""

from __future__ import annotations

from typing import Any

from django import forms

from kpiportal.fields import LineField, WordsField
from meetings.models import Invitation

A = Invitation.Answer
MOST_PEOPLE = 50


class ReplyForm(forms.Form):
    """One of three answers; each asks for what only it needs."""

    answer = forms.ChoiceField(
        label="คำตอบ", choices=[(a.value, a.label) for a in (A.ATTEND, A.DEPUTY, A.ABSENT)], widget=forms.RadioSelect,
        error_messages={"required": "กรุณาเลือกคำตอบ", "invalid_choice": "กรุณาเลือกคำตอบ"},
    )  # fmt: skip
    name = LineField(label="ชื่อผู้เข้าประชุม", longest=200, help_text="คำนำหน้า ชื่อ และนามสกุล")
    post = LineField(label="ตำแหน่ง", longest=200)
    phone = LineField(label="โทรศัพท์", longest=60)
    people = forms.IntegerField(
        label="จำนวนผู้เข้าประชุมทั้งหมด (คน)", required=False, min_value=1, max_value=MOST_PEOPLE,
        error_messages={name: f"ตัวเลข 1 ถึง {MOST_PEOPLE}" for name in ("invalid", "min_value", "max_value")},
    )  # fmt: skip
    reason = WordsField(label="เหตุที่มาไม่ได้", longest=1_000, rows=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        answer = data.get("answer")
        if answer == A.DEPUTY and not data.get("name") and "name" not in self.errors:
            self.add_error("name", "กรุณาพิมพ์ชื่อผู้แทน")
        if answer == A.DEPUTY and not data.get("post") and "post" not in self.errors:
            self.add_error("post", "กรุณาพิมพ์ตำแหน่งผู้แทน")
        if answer == A.ABSENT and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "กรุณาพิมพ์เหตุที่มาไม่ได้")
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """Keywords of actions.reply: what belongs to another answer is left out."""
        data = self.cleaned_data
        absent = data["answer"] == A.ABSENT
        return {
            "answer": data["answer"],
            "name": "" if absent else data["name"],
            "post": "" if absent else data["post"],
            "phone": data["phone"],
            "people": 0 if absent else data["people"] or 1,
            "reason": data["reason"] if absent else "",
        }

    @staticmethod
    def initial_of(invitation: Invitation) -> dict[str, Any]:
        names = ("answer", "name", "post", "phone", "reason")
        return {**{name: getattr(invitation, name) for name in names}, "people": invitation.people or 1}
