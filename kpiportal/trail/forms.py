"""What a reader of the trail may ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kpiportal import audit
from kpiportal.fields import BEDateField
from kpiportal.thai import BANGKOK, clean_line


class LookFor(forms.Form):
    """Filters, each optional. `narrow(events)` gives the deeds that fit; days are whole days in Thailand."""

    person = forms.CharField(label="ผู้กระทำ", max_length=100, required=False)
    subject = forms.CharField(label="เรื่อง", max_length=100, required=False)
    verb = forms.ChoiceField(
        label="การกระทำ", required=False, error_messages={"invalid_choice": "ไม่รู้จักการกระทำนี้ โปรดเลือกจากรายการ"}
    )
    since = BEDateField(label="ตั้งแต่วันที่", help_text="", required=False)
    until = BEDateField(label="ถึงวันที่", help_text="", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = sorted(audit.SENTENCES.items(), key=lambda item: item[1])
        self.fields["verb"].choices = [("", "ทั้งหมด"), *told]
        for name in ("person", "subject"):
            self.fields[name].error_messages["max_length"] = "ยาวเกิน 100 ตัวอักษร โปรดค้นด้วยคำที่สั้นลง"

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("since") and asked.get("until") and asked["until"] < asked["since"]:
            raise ValidationError("วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น")
        return asked

    def narrow(self, events: Any) -> Any:
        asked = self.cleaned_data
        if text := clean_line(asked["person"]):
            events = events.filter(actor_text__icontains=text)
        if text := clean_line(asked["subject"]):
            events = events.filter(subject_text__icontains=text)
        if asked["verb"]:
            events = events.filter(verb=asked["verb"])
        if asked["since"]:
            events = events.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            events = events.filter(at__lt=_midnight(asked["until"] + dt.timedelta(days=1)))
        return events


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BANGKOK)
