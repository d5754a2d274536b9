"""Forms about an office's letters beside the letters themselves: raw input to clean values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from kpiportal import thai
from kpiportal.fields import BEDateField, BETimeField, LineField
from kpiportal.letters.held import MOST_AT_ONCE
from kpiportal.models import Organization, ReceivedLetter, Signatory


class ReceivedForm(forms.Form):
    """A letter that came in. Date and time of receipt are typed apart and cleaned to one moment in Bangkok."""

    received_on = BEDateField(label="วันที่รับ")
    received_time = BETimeField(label="เวลา")
    number_text = LineField(label="ที่", longest=80, ask="กรุณาพิมพ์เลขที่หนังสือ เช่น นร 1207/123")
    dated = BEDateField(label="ลงวันที่")
    sender = LineField(label="จาก", longest=300, ask="กรุณาพิมพ์หน่วยงานเจ้าของหนังสือ")
    addressee = LineField(label="ถึง", longest=300, ask="กรุณาพิมพ์ผู้รับ")
    subject = LineField(label="เรื่อง", longest=500, ask="กรุณาพิมพ์เรื่อง", widget=forms.Textarea(attrs={"rows": 2}))
    action = LineField(label="การปฏิบัติ", longest=500, help_text="เช่น มอบกลุ่มงานยุทธศาสตร์ ส่งถึง 20 ต.ค. 2558")
    scan = forms.FileField(label="ไฟล์สแกน", required=False, error_messages={"empty": "ไฟล์ว่างเปล่า"})
    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    @staticmethod
    def initial_of(row: ReceivedLetter) -> dict[str, Any]:
        received = row.received_at.astimezone(thai.BANGKOK)
        words = {
            name: getattr(row, name) for name in ("number_text", "dated", "sender", "addressee", "subject", "action")
        }
        return {**words, "received_on": received.date(), "received_time": received.time(), "revision": row.revision}

    @property
    def facts(self) -> dict[str, Any]:
        data = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        moment = dt.datetime.combine(data.pop("received_on"), data.pop("received_time"), tzinfo=thai.BANGKOK)
        return {**data, "received_at": moment}


class SignatoryForm(forms.Form):
    """Who may sign. Whoever acts for another names the post and the order."""

    name = LineField(label="ชื่อเต็ม", longest=200, ask="กรุณาพิมพ์คำนำหน้า ชื่อ และนามสกุล")
    rank = LineField(label="ยศหรือตำแหน่งทางวิชาการ", longest=60)
    rank_inside = forms.BooleanField(label="พิมพ์ยศหรือตำแหน่งทางวิชาการในวงเล็บหน้าชื่อ", required=False)
    post = LineField(label="ตำแหน่ง", longest=200, ask="กรุณาพิมพ์ตำแหน่ง เช่น รองผู้ว่าราชการจังหวัด")
    acting = forms.ChoiceField(
        label="ลงนามในฐานะ", required=False, choices=[("", "ตำแหน่งของตนเอง"), *Signatory.Acting.choices],
        error_messages={"invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    principal = LineField(label="แทนตำแหน่ง", longest=200, help_text="เช่น ผู้ว่าราชการจังหวัดเชียงใหม่")
    order_text = LineField(label="คำสั่ง", longest=200, help_text="เช่น คำสั่งจังหวัดเชียงใหม่ ที่ 12/2558 ลงวันที่ 1 ตุลาคม 2558")
    valid_from = BEDateField(label="ตั้งแต่วันที่")
    valid_until = BEDateField(label="ถึงวันที่", required=False, help_text="ว่างไว้ถ้าไม่มีกำหนด")
    user = forms.ModelChoiceField(
        label="ลงนามในระบบโดย", queryset=None, required=False, empty_label="ไม่มีบัญชี (ลงนามบนกระดาษ)",
        error_messages={"invalid_choice": "เลือกบุคคลของหน่วยงานเท่านั้น"},
    )  # fmt: skip

    def __init__(self, *args: Any, office: Organization, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        self.fields["user"].label_from_instance = lambda person: person.full_name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("acting"):
            for name, ask in (("principal", "กรุณาพิมพ์ตำแหน่งที่ลงนามแทน"), ("order_text", "กรุณาพิมพ์เลขที่และวันที่ของคำสั่ง")):
                if not data.get(name):
                    self.add_error(name, ask)
        else:
            data |= {"principal": "", "order_text": ""}
        until = data.get("valid_until")
        if until and data.get("valid_from") and until < data["valid_from"]:
            self.add_error("valid_until", "วันสุดท้ายต้องไม่ก่อนวันแรก")
        return data


class EmblemForm(forms.Form):
    file = forms.FileField(
        label="ไฟล์ตราครุฑ", help_text="SVG หรือ PNG สูงอย่างน้อย 177 จุด ระบบแปลงเป็นภาพขาวดำ 300 จุดต่อนิ้ว",
        error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์ว่างเปล่า"},
    )  # fmt: skip


class SalutationForm(forms.Form):
    name = LineField(label="ผู้รับ", longest=300, ask="กรุณาพิมพ์กลุ่มผู้รับ")
    opening = LineField(label="คำขึ้นต้น", longest=60, ask="กรุณาพิมพ์คำขึ้นต้น")
    closing = LineField(label="คำลงท้าย", longest=100)


class ReserveForm(forms.Form):
    """Numbers for paper written elsewhere."""

    count = forms.IntegerField(
        label="จำนวนเลข", min_value=1, max_value=MOST_AT_ONCE, initial=1,
        error_messages={
            name: f"ตัวเลข 1 ถึง {MOST_AT_ONCE}" for name in ("required", "invalid", "min_value", "max_value")
        },
    )  # fmt: skip
    dated = BEDateField(label="ลงวันที่")
    subject = LineField(label="เรื่องหรือผู้ขอเลข", longest=500, ask="กรุณาพิมพ์ว่าใครขอเลขไปใช้เรื่องใด")


class ImportForm(forms.Form):
    file = forms.FileField(
        label="ไฟล์ Excel (.xlsx)", help_text="คอลัมน์ตามลำดับ: เลขทะเบียนส่ง ลงวันที่ ถึง เรื่อง แถวแรกเป็นหัวตาราง",
        error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์ว่างเปล่า"},
    )  # fmt: skip
