"""Forms about a framework: one form, a row per dimension, a row per round."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.form_cells import ChoiceField, NumberField
from agreements.framework_plans import ASKS, DimensionPlan, Plan, RoundPlanned, ScalePlan, shipped
from agreements.models import Framework, Scale
from kpiportal.fields import BEDateField, LineField
from kpiportal.numbers import InvalidNumber, format_number, parse_number

LIGHTS = {"เขียว": "green", "เหลือง": "yellow", "แดง": "red"}


class NewForm(forms.Form):
    """A new fiscal year: for whom, and from what."""

    fiscal_year = NumberField(label="ปีงบประมาณ พ.ศ.", required=True, decimals=0, digits=4, least=2540, most=2700)
    party_kind = ChoiceField(label="ใช้กับ")
    source = ChoiceField(label="เริ่มจาก")

    def __init__(self, *args: Any, frameworks: Sequence[Framework], **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = Framework._meta.get_field("party_kind").choices
        self.fields["party_kind"].choices = kinds
        self.fields["source"].choices = [
            ("กรอบที่มีอยู่", [(f"framework-{one.pk}", one.name) for one in frameworks]),
            ("แบบที่มากับระบบ", [(f"shipped-{key}", one["label"]) for key, one in shipped().items()]),
        ]


class FrameworkForm(forms.Form):
    """The framework itself and its scale."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = LineField(label="ชื่อกรอบ", longest=200)
    points = LineField(
        label="คะแนนของแต่ละระดับ", longest=200, help_text="จากต่ำไปสูง คั่นด้วยจุลภาค เช่น 1, 2, 3, 4, 5 หรือ 50, 75, 100"
    )
    floor = ChoiceField(label="ผลต่ำกว่าระดับแรก", choices=Scale.Floor.choices)
    missing = ChoiceField(label="ไม่มีผลเมื่อสิ้นปี", choices=Scale.Missing.choices)
    decimals = NumberField(label="ทศนิยมของคะแนน", decimals=0, digits=1, least=0, most=6, blank=Decimal(4))
    bands = forms.CharField(
        label="ช่วงคะแนน", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="บรรทัดละหนึ่งช่วง จากสูงไปต่ำ: ตั้งแต่คะแนน = คำ = สี (เขียว เหลือง แดง) เช่น 4.5 = ดีเยี่ยม = เขียว",
    )  # fmt: skip

    def clean_name(self) -> str:
        if not self.cleaned_data["name"]:
            raise ValidationError("กรุณาตั้งชื่อกรอบ")
        return str(self.cleaned_data["name"])

    def clean_points(self) -> list[Decimal]:
        try:
            points = [parse_number(part, decimals=2, digits=5) for part in self.cleaned_data["points"].split(",")]
        except InvalidNumber as refusal:
            raise ValidationError(str(refusal)) from refusal
        numbers = [point for point in points if isinstance(point, Decimal)]
        if len(numbers) != len(points) or not 2 <= len(numbers) <= 10:
            raise ValidationError("ต้องมี 2 ถึง 10 ระดับ คั่นด้วยจุลภาค เช่น 1, 2, 3, 4, 5")
        if any(low >= high for low, high in pairwise(numbers)) or numbers[0] < 0:
            raise ValidationError("คะแนนต้องเรียงจากน้อยไปมาก ไม่ซ้ำ และไม่ติดลบ")
        return numbers

    def clean_bands(self) -> list[dict[str, str]]:
        lines = [line for line in self.cleaned_data["bands"].splitlines() if line.strip()]
        bands = [self._band(line) for line in lines]
        if any(Decimal(high["from"]) <= Decimal(low["from"]) for high, low in pairwise(bands)):
            raise ValidationError("เรียงช่วงจากคะแนนสูงไปต่ำ และไม่ซ้ำกัน")
        return bands

    @staticmethod
    def _band(line: str) -> dict[str, str]:
        parts = [part.strip() for part in line.split("=")]
        try:
            start = parse_number(parts[0], decimals=4, digits=3)
        except InvalidNumber as refusal:
            raise ValidationError(f"“{line[:40]}”: {refusal}") from refusal
        if len(parts) != 3 or not isinstance(start, Decimal) or not parts[1] or parts[2] not in LIGHTS:
            raise ValidationError(f"“{line[:40]}” ต้องเป็น คะแนน = คำ = เขียว เหลือง หรือแดง")
        return {"from": format(start, "f"), "word": parts[1][:60], "light": LIGHTS[parts[2]]}

    def scale(self) -> ScalePlan:
        data = self.cleaned_data
        return ScalePlan(data["points"], data["floor"], data["missing"], int(data["decimals"]), data["bands"])

    @staticmethod
    def initial_of(framework: Framework, scale: ScalePlan) -> dict[str, Any]:
        words = {light: word for word, light in LIGHTS.items()}
        return {
            "revision": framework.revision,
            "name": framework.name,
            "points": ", ".join(format_number(point) for point in scale.points),
            "floor": scale.floor,
            "missing": scale.missing,
            "decimals": scale.decimals,
            "bands": "\n".join(f"{b['from']} = {b['word']} = {words.get(b['light'], 'เขียว')}" for b in scale.bands),
        }


class DimensionForm(forms.Form):
    """One line of the tree; an empty name takes it away."""

    name = LineField(label="มิติหรือประเด็น", longest=200)
    weight = NumberField(label="น้ำหนัก", decimals=2, digits=3, least=0, most=100, blank=Decimal(0))
    sub = forms.BooleanField(label="อยู่ใต้มิติข้างบน", required=False)


class RoundForm(forms.Form):
    """One reporting round; an empty name takes it away."""

    name = LineField(label="ชื่อรอบ", longest=60)
    months = NumberField(label="เดือน", decimals=0, digits=2, least=1, most=12)
    period_end = BEDateField(label="ข้อมูลถึงวันที่", required=False, help_text="")
    agency_due = BEDateField(label="หน่วยงานส่งภายใน", required=False, help_text="")
    opdc_due = BEDateField(label="จังหวัดส่งภายใน", required=False, help_text="")
    asks = forms.MultipleChoiceField(
        label="หัวข้อที่ต้องกรอก", choices=list(ASKS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("name"):
            return cleaned
        for name in ("months", "period_end", "agency_due", "opdc_due"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "กรุณากรอก")
        days = [cleaned.get(name) for name in ("period_end", "agency_due", "opdc_due")]
        if None not in days and sorted(days) != days:
            self.add_error("agency_due", "วันที่ต้องเรียงกัน: ข้อมูลถึง, หน่วยงานส่ง, จังหวัดส่ง")
        return cleaned


class _Rows(forms.BaseFormSet):
    @property
    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]


class _Dimensions(_Rows):
    def clean(self) -> None:
        first = next((row for row in self.forms if row.cleaned_data.get("name")), None)
        if first is not None and first.cleaned_data.get("sub"):
            first.add_error("sub", "แถวแรกต้องเป็นมิติ")
        names = [row["name"] for row in self.filled]
        if len(set(names)) != len(names):
            raise ValidationError("ชื่อมิติหรือประเด็นซ้ำกัน")


class _Rounds(_Rows):
    def clean(self) -> None:
        months = [row.get("months") for row in self.filled]
        if len(set(months)) != len(months):
            raise ValidationError("แต่ละรอบต้องเป็นคนละเดือน")


Dimensions = forms.formset_factory(DimensionForm, formset=_Dimensions, extra=3, max_num=40, absolute_max=40)
Rounds = forms.formset_factory(RoundForm, formset=_Rounds, extra=1, max_num=13, absolute_max=13)


class Editor:
    """The three forms of the editor as one: bound to `data`, or showing `plan`."""

    def __init__(self, framework: Framework, plan: Plan, data: Any = None):
        # What is stored is no measure of what was sent: a row sent unchanged is a row all the same.
        lines = [{"name": one.name, "weight": one.weight, "sub": one.sub} for one in plan.dimensions if not data]
        rounds = [vars(one) for one in plan.rounds if not data]
        self.form = FrameworkForm(data, initial=FrameworkForm.initial_of(framework, plan.scale))
        self.dimensions = Dimensions(data, prefix="dimension", initial=lines)
        self.rounds = Rounds(data, prefix="round", initial=rounds)

    @property
    def is_broken(self) -> bool:
        return "revision" in self.form.errors or not (
            self.dimensions.management_form.is_valid() and self.rounds.management_form.is_valid()
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.dimensions.is_valid(), self.rounds.is_valid()])

    def plan(self) -> Plan:
        rounds = sorted(self.rounds.filled, key=lambda row: row["months"])
        return Plan(
            self.form.scale(),
            [DimensionPlan(row["name"], row["weight"], bool(row["sub"])) for row in self.dimensions.filled],
            [RoundPlanned(**{**row, "months": int(row["months"])}) for row in rounds],
        )
