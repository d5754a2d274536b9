"""What a reader of the trail, or of the security log, may ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from kpiportal import audit
from kpiportal.fields import BEDateField
from kpiportal.models import SecurityLog
from kpiportal.thai import BANGKOK, clean_line


def _words(label: str) -> forms.CharField:
    too_long = "ยาวเกิน 100 ตัวอักษร โปรดค้นด้วยคำที่สั้นลง"
    return forms.CharField(label=label, max_length=100, required=False, error_messages={"max_length": too_long})


class LookFor(forms.Form):
    """Filters, each optional; `narrow(rows)` gives what fits. Days are whole days in Thailand."""

    since = BEDateField(label="ตั้งแต่วันที่", help_text="", required=False)
    until = BEDateField(label="ถึงวันที่", help_text="", required=False)

    @property
    def asked(self) -> dict[str, str]:
        """What was typed, to take along in addresses and to the file."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("since") and asked.get("until") and asked["until"] < asked["since"]:
            raise ValidationError("วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น")
        return asked

    def narrow(self, rows: QuerySet) -> QuerySet:
        if day := self.cleaned_data["since"]:
            rows = rows.filter(at__gte=_midnight(day))
        if day := self.cleaned_data["until"]:
            rows = rows.filter(at__lt=_midnight(day + dt.timedelta(days=1)))
        return rows


class LookForDeeds(LookFor):
    """Of the trail."""

    person = _words("ผู้กระทำ")
    subject = _words("เรื่อง")
    verb = forms.ChoiceField(
        label="การกระทำ", required=False, error_messages={"invalid_choice": "ไม่รู้จักการกระทำนี้ โปรดเลือกจากรายการ"}
    )
    field_order = ("person", "subject", "verb", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = sorted(audit.SENTENCES.items(), key=lambda item: item[1])
        self.fields["verb"].choices = [("", "ทั้งหมด"), *told]

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked, rows = self.cleaned_data, super().narrow(rows)
        if text := clean_line(asked["person"]):
            rows = rows.filter(actor_text__icontains=text)
        if text := clean_line(asked["subject"]):
            rows = rows.filter(subject_text__icontains=text)
        return rows.filter(verb=asked["verb"]) if asked["verb"] else rows


class LookForSignIns(LookFor):
    """Of the security log."""

    what = forms.ChoiceField(
        label="เหตุการณ์",
        choices=[("", "ทั้งหมด"), *SecurityLog.What.choices],
        required=False,
        error_messages={"invalid_choice": "ไม่รู้จักเหตุการณ์นี้ โปรดเลือกจากรายการ"},
    )
    person = _words("ชื่อหรืออีเมล")
    address = forms.GenericIPAddressField(
        label="ที่อยู่เครือข่าย", required=False, error_messages={"invalid": "ไม่ใช่ที่อยู่เครือข่าย โปรดพิมพ์ เช่น 203.0.113.7"}
    )
    field_order = ("what", "person", "address", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked, rows = self.cleaned_data, super().narrow(rows)
        if asked["what"]:
            rows = rows.filter(what=asked["what"])
        for word in clean_line(asked["person"]).split():
            named = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
            rows = rows.filter(named | Q(user__email__icontains=word))
        return rows.filter(address=asked["address"]) if asked["address"] else rows


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BANGKOK)
