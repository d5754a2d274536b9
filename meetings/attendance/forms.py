"""What is typed at the door, turned into clean values."""

from __future__ import annotations

from typing import Any

from django import forms

from kpiportal.fields import LineField, WordsField
from meetings.models import Meeting

ELSEWHERE = "other"


class SeatForm(forms.Form):
    """One expected seat: is somebody there, and who."""

    came = forms.ChoiceField(choices=[("yes", "มาแล้ว"), ("no", "ไม่มา")],
                             error_messages={"required": "กรุณาเลือก", "invalid_choice": "กรุณาเลือก"})  # fmt: skip
    name = LineField(label="ชื่อ", longest=200)
    post = LineField(label="ตำแหน่ง", longest=200)
    stands_for = LineField(label="แทน (ตำแหน่งผู้ได้รับเชิญ)", longest=300)
    reason = WordsField(label="เหตุที่ไม่มา", longest=1_000, rows=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("came") == "yes" and "name" in self.data and not data.get("name"):
            self.add_error("name", "กรุณาพิมพ์ชื่อผู้ที่มา")
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """Only what the page asked: a bare tick changes no name."""
        asked = [name for name in ("name", "post", "stands_for", "reason") if name in self.data]
        return {"came": self.cleaned_data["came"] == "yes", **{name: self.cleaned_data[name] for name in asked}}


class GuestForm(forms.Form):
    """Somebody who came without being on the list."""

    name = LineField(label="ชื่อ-สกุล", longest=200, ask="กรุณาพิมพ์ชื่อ-สกุล")
    post = LineField(label="ตำแหน่งและหน่วยงาน", longest=200, ask="กรุณาพิมพ์ตำแหน่งและหน่วยงาน")


class CheckInForm(GuestForm):
    """Signing in on one's own phone: which office, and who."""

    office = forms.ChoiceField(
        label="หน่วยงาน",
        error_messages={"required": "กรุณาเลือกหน่วยงาน", "invalid_choice": "กรุณาเลือกหน่วยงานจากรายการ"},
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        super().__init__(*args, **kwargs)
        invited = meeting.invitations.select_related("organization").order_by("organization__sort_key")
        self.fields["office"].choices = [
            ("", "เลือกหน่วยงาน"),
            *((str(row.organization_id), row.organization.full_name) for row in invited),
            (ELSEWHERE, "หน่วยงานอื่น หรือผู้เข้าร่วมอื่น"),
        ]
        self.fields["post"].label = "ตำแหน่ง"
        self.fields["post"].error_messages["required"] = "กรุณาพิมพ์ตำแหน่ง"
        self.fields["post"].help_text = "หากไม่พบหน่วยงานในรายการ ให้พิมพ์ชื่อหน่วยงานต่อท้ายตำแหน่ง"
        self.order_fields(["office", "name", "post"])

    @property
    def facts(self) -> dict[str, Any]:
        """Keywords of actions.check_in."""
        data = self.cleaned_data
        office = None if data["office"] == ELSEWHERE else int(data["office"])
        return {"office": office, "name": data["name"], "post": data["post"]}
