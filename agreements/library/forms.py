"""What a browser sends about the library."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.form_cells import LONGEST_WORDS, ChoiceField, NumberField
from agreements.models import Agreement, Criteria, Framework, LibraryIndicator
from kpiportal.fields import LineField, WordsField
from kpiportal.numbers import InvalidNumber, format_number, parse_number

MOST_LEVELS = 10
_WHERE = {"required": "เลือกประเด็นการประเมินผล", "invalid_choice": "เลือกจากรายการ"}
WORDS = ("definition", "formula", "source", "method", "conditions")


class LibraryForm(forms.Form):
    """An indicator of the library; levels on one line, steps one per line."""

    revision = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    code = LineField(label="รหัส", longest=20, ask="กรุณากำหนดรหัส เช่น TOUR-1")
    name = LineField(label="ชื่อตัวชี้วัด", longest=500, ask="กรุณากรอกชื่อตัวชี้วัด")
    issue = LineField(label="ประเด็นยุทธศาสตร์", longest=500)
    unit = LineField(label="หน่วยวัด", longest=60, ask="กรุณากรอกหน่วยวัด เช่น ร้อยละ")
    kind = ChoiceField(
        label="ประเภทเกณฑ์",
        choices=[
            c for c in Criteria.Kind.choices if c[0] not in ("composite", "percent_of_target", "mixed", "two_sided")
        ],
    )
    direction = ChoiceField(label="ทิศทาง (เกณฑ์เป็นช่วง)", choices=Criteria.Direction.choices)
    target = NumberField(label="ค่าเป้าหมายมาตรฐาน")
    levels = LineField(
        label="ค่าเกณฑ์มาตรฐานแต่ละระดับ", longest=300, help_text="จากระดับต่ำไปสูง คั่นด้วยจุลภาค เช่น 70, 75, 80, 85, 90"
    )
    steps = WordsField(label="ขั้นตอนมาตรฐาน", longest=LONGEST_WORDS, rows=5, help_text="บรรทัดละหนึ่งขั้น")
    definition = WordsField(label="คำอธิบาย/คำจำกัดความ", longest=LONGEST_WORDS)
    formula = WordsField(label="สูตรการคำนวณ", longest=LONGEST_WORDS, rows=2)
    source = WordsField(label="แหล่งข้อมูล", longest=LONGEST_WORDS, rows=2)
    method = WordsField(label="วิธีการจัดเก็บข้อมูล", longest=LONGEST_WORDS, rows=2)
    conditions = WordsField(label="เงื่อนไข/หมายเหตุ", longest=LONGEST_WORDS, rows=2)
    is_active = forms.BooleanField(label="ใช้อยู่ (จังหวัดเลือกได้)", required=False, initial=True)

    def clean_levels(self) -> list[Decimal]:
        parts = [part for part in self.cleaned_data["levels"].split(",") if part.strip()]
        try:
            numbers = [parse_number(part) for part in parts]
        except InvalidNumber as refusal:
            raise ValidationError(str(refusal)) from refusal
        if len(numbers) > MOST_LEVELS or not all(isinstance(number, Decimal) for number in numbers):
            raise ValidationError("พิมพ์เฉพาะตัวเลข คั่นด้วยจุลภาค เช่น 70, 75, 80, 85, 90")
        return [number for number in numbers if isinstance(number, Decimal)]

    def clean_steps(self) -> list[str]:
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        if len(steps) > MOST_LEVELS:
            raise ValidationError(f"ไม่เกิน {MOST_LEVELS} ขั้น")
        return steps

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    @staticmethod
    def initial_of(row: LibraryIndicator) -> dict[str, Any]:
        names = ("revision", "code", "name", "issue", "unit", "kind", "direction", "target", "is_active", *WORDS)
        return {
            **{name: getattr(row, name) for name in names},
            "levels": ", ".join(format_number(level) for level in row.levels if level is not None),
            "steps": "\n".join(row.steps),
        }


class CompulsoryForm(forms.Form):
    """One more compulsory indicator of a framework."""

    library = forms.ModelChoiceField(
        LibraryIndicator.objects.none(), label="ตัวชี้วัดจากคลัง",
        error_messages={"required": "เลือกตัวชี้วัดจากคลัง", "invalid_choice": "เลือกจากรายการ"},
    )  # fmt: skip
    dimension = forms.ModelChoiceField(
        None,
        label="อยู่ในประเด็น",
        error_messages={"required": "เลือกประเด็นการประเมินผล", "invalid_choice": "เลือกจากรายการ"},
    )
    weight = NumberField(
        label="น้ำหนัก (ร้อยละ)", decimals=2, digits=3, least=0, most=100, help_text="เว้นว่างไว้ ให้จังหวัดกำหนดเอง"
    )
    fixed_criteria = forms.BooleanField(label="ใช้นิยามและเกณฑ์มาตรฐานเท่านั้น", required=False, initial=True)

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any):
        super().__init__(*args, **kwargs)
        taken = framework.compulsory.values("library")
        self.fields["library"].queryset = LibraryIndicator.objects.filter(is_active=True).exclude(pk__in=taken)
        self.fields["dimension"].queryset = framework.dimensions.filter(children=None)


class TakeForm(forms.Form):
    """Rows to take into a form: of the library and of the cluster, and where they go."""

    library = forms.ModelMultipleChoiceField(
        LibraryIndicator.objects.none(), required=False, error_messages={"invalid_choice": "เลือกจากรายการ"}
    )
    cluster = forms.TypedMultipleChoiceField(
        coerce=int, required=False, error_messages={"invalid_choice": "เลือกจากรายการ"}
    )
    dimension = forms.ModelChoiceField(
        None, label="ใส่ในประเด็น", error_messages=_WHERE, required=False, empty_label="เลือกประเด็น",
        help_text="ตัวชี้วัดบังคับอยู่ในประเด็นที่กรอบกำหนดเสมอ",
    )  # fmt: skip

    def __init__(self, *args: Any, agreement: Agreement, cluster: list[int], ruled: set[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["library"].queryset = LibraryIndicator.objects.filter(is_active=True)
        self.fields["cluster"].choices = [(pk, str(pk)) for pk in cluster]
        self.fields["dimension"].queryset = agreement.framework.dimensions.filter(children=None)
        self.ruled = ruled  # what the framework asks of everybody, and says itself where it stands

    def ticked(self, name: str) -> set[int]:
        """What was ticked, whatever else was wrong; before anything was sent, what every form must carry."""
        if not self.is_bound:
            return self.ruled if name == "library" else set()
        return {int(pk) for pk in self.data.getlist(name) if pk.isdecimal()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned["library"] and not cleaned["cluster"]:
            raise ValidationError("เลือกตัวชี้วัดอย่างน้อยหนึ่งตัว")
        chosen = cleaned.get("cluster") or [row for row in cleaned.get("library", ()) if row.pk not in self.ruled]
        if chosen and not cleaned.get("dimension") and "dimension" not in self.errors:
            self.add_error("dimension", _WHERE["required"])
        return cleaned
