"""What a browser sends from the table, turned into clean values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from agreements.models import Criteria, Dimension, Line, Table
from agreements.negotiation import cells
from agreements.negotiation.cells import WEIGHT, Said, Shape
from agreements.negotiation.opening import shape_of
from kpiportal.fields import BEDateField, ResultNumberField, WordsField

LONGEST_WORDS = 2_000
HUNDRED = Decimal(100)


class OfferForm(forms.Form):
    """Any of the cells of one line, and the version of the line they were typed on.

    A cell the browser did not send was not touched. `said` holds what was typed, as the action takes it.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, line: Line, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.shape: Shape = shape_of(line.indicator)
        self.sent = [name for name in self.shape.names if name in self.data]
        for name in self.sent:
            self.fields[name] = self._field(name)

    def _field(self, name: str) -> forms.Field:
        label = cells.label_of(name)
        if name in self.shape.words:
            return WordsField(label=label, longest=LONGEST_WORDS, rows=2)
        return ResultNumberField(label=label, required=False, decimals=self.shape.decimals(name), no_data=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        weight = cleaned.get(WEIGHT)
        if WEIGHT in self.sent and WEIGHT not in self.errors:
            if weight is None:
                self.add_error(WEIGHT, "โปรดพิมพ์น้ำหนัก")
            elif not 0 <= weight <= HUNDRED:
                self.add_error(WEIGHT, "น้ำหนักต้องอยู่ระหว่าง 0 ถึง 100")
        return cleaned

    @property
    def said(self) -> dict[str, Said]:
        found = {}
        for name in self.sent:
            typed = self.cleaned_data[name]
            found[name] = Said(None, typed) if name in self.shape.words else Said(cells.trim(typed))
        return found

    def typed(self) -> list[tuple[str, str]]:
        """Everything typed, as typed: what a page shown after a refusal sends again."""
        return [(name, self.data[name]) for name in self.sent]


class SeenForm(forms.Form):
    """A button: the version of what the person looked at."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AgreeForm(SeenForm):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ParkForm(forms.Form):
    """Who does what until when."""

    reason = WordsField(label="เรื่องที่ต้องทำก่อนเจรจาต่อ", longest=500, rows=2, required=True,
                        error_messages={"required": "กรุณาระบุเรื่องที่ต้องทำ"})  # fmt: skip
    owner = WordsField(label="ผู้รับไปดำเนินการ", longest=200, required=True, widget=forms.TextInput,
                       error_messages={"required": "กรุณาระบุผู้รับไปดำเนินการ"})  # fmt: skip
    until = BEDateField(label="ภายในวันที่")


class RemarkForm(forms.Form):
    words = WordsField(label="หมายเหตุ", longest=LONGEST_WORDS, rows=2, required=True,
                       error_messages={"required": "กรุณาพิมพ์หมายเหตุ"})  # fmt: skip
    shared = forms.ChoiceField(
        label="ผู้ที่เห็น",
        choices=[("yes", "ทั้งสองฝ่าย"), ("no", "ฝ่ายเราเท่านั้น")],
        widget=forms.RadioSelect,
        initial="yes",
    )


class AddForm(forms.Form):
    """One more indicator, offered: what it is called and how it is scored; its figures are then typed in its line."""

    dimension = forms.ModelChoiceField(Dimension.objects.none(), label="ประเด็นการประเมินผล", empty_label=None)
    number = forms.CharField(label="ตัวชี้วัดที่", max_length=20, required=False, help_text="เว้นว่างไว้ ใช้เลขถัดไปของประเด็น")
    name = forms.CharField(label="ชื่อตัวชี้วัด", max_length=500)
    unit = forms.CharField(label="หน่วยวัด", max_length=60)
    kind = forms.ChoiceField(
        label="ประเภทเกณฑ์",
        choices=[(k.value, k.label) for k in (Criteria.Kind.HIGHER, Criteria.Kind.LOWER, Criteria.Kind.MILESTONE)],
    )
    weight = ResultNumberField(label="น้ำหนัก (ร้อยละ)", decimals=2, no_data=False)
    formula = WordsField(label="สูตรการคำนวณ", longest=LONGEST_WORDS, rows=2)
    source = WordsField(label="แหล่งข้อมูล", longest=LONGEST_WORDS, rows=2, required=True,
                        error_messages={"required": "กรุณาระบุแหล่งข้อมูล"})  # fmt: skip
    definition = WordsField(label="คำอธิบาย/คำจำกัดความ", longest=LONGEST_WORDS, rows=2)
    reason = WordsField(label="เหตุผล", longest=LONGEST_WORDS, rows=3, required=True,
                        error_messages={"required": "กรุณาระบุเหตุผลที่เสนอเพิ่ม"})  # fmt: skip

    def __init__(self, *args: Any, table: Table, **kwargs: Any):
        super().__init__(*args, **kwargs)
        framework = table.agreement.framework
        inner = framework.dimensions.filter(children=None)
        self.fields["dimension"].queryset = inner

    def clean(self) -> dict[str, Any]:
        """Words are asked for here as the form asks for them (form_check): no page of the table has them later."""
        cleaned = super().clean()
        if (
            cleaned.get("kind") != Criteria.Kind.MILESTONE
            and not cleaned.get("formula")
            and "formula" not in self.errors
        ):
            self.add_error("formula", "กรุณาระบุสูตรการคำนวณ")
        return cleaned

    def clean_weight(self) -> Decimal | None:
        weight = self.cleaned_data["weight"]
        if weight is not None and not 0 < weight <= HUNDRED:
            raise forms.ValidationError("น้ำหนักต้องมากกว่า 0 และไม่เกิน 100")
        return weight


class SittingForm(forms.Form):
    """Where a session is held; who may come stands on the list by itself."""

    place = WordsField(label="สถานที่ประชุม", longest=200, required=True, widget=forms.TextInput,
                       error_messages={"required": "กรุณาระบุสถานที่"})  # fmt: skip


class AttendanceForm(forms.Form):
    """Ticks for those on the list, and one person who was not on it."""

    present = forms.MultipleChoiceField(label="ผู้เข้าร่วม", required=False, widget=forms.CheckboxSelectMultiple)
    guest_side = forms.ChoiceField(label="ฝ่าย", required=False, choices=[("party", "จังหวัด"), ("opdc", "ก.พ.ร.")])
    guest_name = WordsField(label="ชื่อ-สกุล ผู้เข้าร่วมอื่น", longest=200, widget=forms.TextInput)
    guest_post = WordsField(label="ตำแหน่ง", longest=200, widget=forms.TextInput)

    def __init__(self, *args: Any, attendance: list[dict[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        sides = dict(self.fields["guest_side"].choices)
        self.fields["present"].choices = [
            (str(n), f"{row['name']} {row['post']} ({sides[row['side']]})") for n, row in enumerate(attendance)
        ]
        self.initial["present"] = [str(n) for n, row in enumerate(attendance) if row["present"]]

    @property
    def facts(self) -> dict[str, Any]:
        """Keywords of sittings.note_attendance."""
        data = self.cleaned_data
        guest = {"side": data["guest_side"] or "party", "name": data["guest_name"], "post": data["guest_post"]}
        return {"present": [int(n) for n in data["present"]], "guests": [guest] if guest["name"] else []}
