"""Forms about a request: its facts and the asked values row by row; OPDC's word on each row."""

from __future__ import annotations

import datetime as dt
import json
from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agreements.amendments import fields
from agreements.amendments.actions import Verdict
from agreements.amendments.fields import CANCEL, Texts
from agreements.form_cells import ChoiceField, shown
from agreements.models import Amendment, AmendmentRow, Indicator
from kpiportal import thai
from kpiportal.fields import BEDateField, LineField, WordsField

D = AmendmentRow.Decision


class RowBoxes(forms.Form):
    """Boxes of the indicator form once more, one set per row, named `<prefix><row>_<box>`."""

    def add_boxes(self, row: AmendmentRow, indicator: Indicator, prefix: str, texts: Texts) -> None:
        known = fields.cells(indicator)
        for name in fields.in_use(row.field, texts):
            if name == CANCEL or (name == fields.KIND and prefix == "g"):  # OPDC grants figures, not another kind
                continue
            text, field = texts[name], deepcopy(known[name].field)
            if name == fields.KIND:
                field.choices = [(kind.value, kind.label) for kind in fields.KINDS_ASKED]
            field.label = fields.label_of(name) if len(texts) > 1 else fields.LABELS[row.field]
            field.initial, field.required = text, False
            self.fields[f"{prefix}{row.pk}_{name}"] = field

    def texts(self, row: AmendmentRow, prefix: str, like: Texts) -> Texts:
        """The clean values as the texts their boxes would show."""
        if row.field == CANCEL:
            return dict(like)
        said = {name: self.cleaned_data.get(f"{prefix}{row.pk}_{name}", like[name]) for name in like}
        return {name: shown(value) for name, value in said.items()}

    def boxes(self, row: AmendmentRow, prefix: str) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(f"{prefix}{row.pk}_")]


class RequestForm(RowBoxes):
    """A draft as its writer fills it: `amendment` of page.with_everything; `rows` come with their indicators."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    effective_months = ChoiceField(label="มีผลตั้งแต่รอบ", coerce=int)
    reason_kind = ChoiceField(label="ประเภทของเหตุผล", required=False)
    reason = WordsField(label="เหตุผลและความจำเป็น", longest=4_000, required=False)
    letter = ChoiceField(label="หนังสือนำส่งคำขอ จากทะเบียนหนังสือส่ง", coerce=int, empty_value=None, required=False)
    letter_no = LineField(label="เลขที่หนังสือนำส่งคำขอ", longest=60, help_text="เช่น ชม 0017.2/1234", required=False)
    letter_date = BEDateField(label="หนังสือลงวันที่", required=False)

    def __init__(self, *args: Any, amendment: Amendment, rows: list[tuple[AmendmentRow, Indicator]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = rows
        framework = amendment.agreement.framework
        self.fields["effective_months"].choices = [(plan["months"], plan["name"]) for plan in amendment.plans]
        self.letters = {letter["pk"]: letter for letter in amendment.letters}
        self._offer_letters()
        reasons = [*framework.amendment_reasons]
        if amendment.reason_kind and amendment.reason_kind not in reasons:
            reasons.append(amendment.reason_kind)
        self.fields["reason_kind"].choices = [("", "– เลือก –"), *((one, one) for one in reasons)]
        for row, indicator in rows:
            self.add_boxes(row, indicator, "r", row.after)

    def _offer_letters(self) -> None:
        """Letters the office has issued; without any the number is typed, as of a letter written elsewhere."""
        if not self.letters:
            del self.fields["letter"]
            return
        self.fields["letter"].choices = [("", "– ไม่ได้ออกจากระบบนี้ พิมพ์เลขที่เอง –")] + [
            (pk, f"{one['number']} · {thai.date_text(_day(one), short=True)} · {one['subject'][:80]}")
            for pk, one in self.letters.items()
        ]

    def clean(self) -> dict[str, Any]:
        """A letter of the register says its number and day itself."""
        cleaned = super().clean()
        if letter := self.letters.get(cleaned.get("letter")):
            cleaned |= {"letter_no": letter["number"], "letter_date": _day(letter)}
        return cleaned

    @staticmethod
    def initial_of(amendment: Amendment) -> dict[str, Any]:
        names = ("revision", "effective_months", "reason_kind", "reason", "letter_no", "letter_date")
        return {"letter": amendment.letter_id, **{name: getattr(amendment, name) for name in names}}

    @property
    def facts(self) -> dict[str, Any]:
        names = ("effective_months", "reason_kind", "reason", "letter_no", "letter_date")
        return {"letter_id": self.cleaned_data.get("letter"), **{name: self.cleaned_data[name] for name in names}}

    @property
    def asked(self) -> dict[int, Texts]:
        return {row.pk: self.texts(row, "r", row.after) for row, _ in self.rows}

    def renewed(self, revision: int) -> RequestForm:
        """The same words on a page that may be sent again."""
        self.data = self.data.copy()
        self.data["revision"] = revision
        return self


def _day(letter: dict[str, str]) -> dt.date:
    return dt.date.fromisoformat(letter["dated"])


class DecisionForm(RowBoxes):
    """OPDC's word on every row. A row whose present value moved since the request is approved only with `sure`."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[tuple[AmendmentRow, Indicator]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row, indicator in rows:
            live = fields.read(indicator, row.field)
            choices = [(one.value, one.label) for one in D if one != D.PART or row.field != CANCEL]
            pk = row.pk
            self.fields[f"decision_{pk}"] = ChoiceField(
                label="ผลการพิจารณา", choices=choices, widget=forms.RadioSelect,
                error_messages={"required": "กรุณาเลือกผลการพิจารณา"},
            )  # fmt: skip
            self.add_boxes(row, indicator, "g", row.after)
            self.fields[f"answer_{pk}"] = WordsField(label="เหตุผล", longest=2_000, required=False, rows=2)
            self.fields[f"saw_{pk}"] = forms.CharField(widget=forms.HiddenInput, initial=json.dumps(live))
            if live != row.before:
                self.fields[f"sure_{pk}"] = forms.BooleanField(label="ตรวจแล้ว ให้ใช้ค่าที่พิจารณานี้แทนค่าปัจจุบัน", required=False)

    @classmethod
    def again(cls, typed: QueryDict, rows: list[tuple[AmendmentRow, Indicator]], revision: int) -> DecisionForm:
        """What was typed, on a page that shows what stands now."""
        data = typed.copy()
        data["revision"] = str(revision)
        for row, indicator in rows:
            data[f"saw_{row.pk}"] = json.dumps(fields.read(indicator, row.field))
        return cls(data, rows=rows)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for row, _ in self.rows:
            pk, decision = row.pk, cleaned.get(f"decision_{row.pk}")
            if decision in (D.PART, D.REFUSE) and not (cleaned.get(f"answer_{pk}") or "").strip():
                self.add_error(f"answer_{pk}", "กรุณาระบุเหตุผล")
            if decision in (D.APPROVE, D.PART) and cleaned.get(f"sure_{pk}") is False:
                self.add_error(f"sure_{pk}", "ค่าปัจจุบันเปลี่ยนไปหลังยื่นคำขอ กรุณาตรวจแล้วทำเครื่องหมายยืนยัน")
            try:
                json.loads(cleaned.get(f"saw_{pk}") or "")
            except ValueError as error:
                raise ValidationError("หน้านี้ส่งข้อมูลมาไม่ครบ กรุณาเปิดหน้านี้ใหม่") from error
        return cleaned

    @property
    def verdicts(self) -> dict[int, Verdict]:
        data = self.cleaned_data
        return {
            row.pk: Verdict(
                decision=data[f"decision_{row.pk}"],
                saw=json.loads(data[f"saw_{row.pk}"]),
                texts=self.texts(row, "g", row.after) if data[f"decision_{row.pk}"] == D.PART else None,
                answer=data[f"answer_{row.pk}"],
            )
            for row, _ in self.rows
        }


class AddRowForm(forms.Form):
    """One more field of one indicator."""

    indicator = ChoiceField(label="ตัวชี้วัด", required=False, coerce=int, empty_value=None)
    field = ChoiceField(label="รายการที่ขอเปลี่ยน", required=False, choices=[*fields.LABELS.items()])

    def __init__(self, *args: Any, indicators: list[Indicator], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [
            (one.pk, f"{one.number} {one.name}") for one in indicators if one.cancelled_months is None
        ]


class PaperForm(forms.Form):
    title = LineField(label="ชื่อเอกสาร", longest=200, help_text="เว้นว่างไว้ ใช้ชื่อไฟล์", required=False)
    upload = forms.FileField(
        label="ไฟล์",
        help_text="PDF รูปภาพ Word Excel",
        error_messages={name: "กรุณาเลือกไฟล์" for name in ("required", "invalid", "missing", "empty", "max_length")},
    )
