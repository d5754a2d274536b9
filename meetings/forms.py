"""Forms about meetings and letters: raw input to clean values. What was typed survives every refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kpiportal import thai
from kpiportal.fields import BEDateField, LineField, WordsField, without_null
from kpiportal.models import LetterSeries, Organization

LONGEST_REASON = 4_000  # characters
BIGGEST_NUMBER = 999_999


class LinesField(forms.CharField):
    """A list, one item a line; blank lines are only air. Cleaned to a list of repaired lines."""

    def __init__(self, *, longest: int, most: int, rows: int, apart: bool = False, **kwargs: Any):
        self.longest, self.most, self.apart = longest, most, apart
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ("\n\n" if self.apart else "\n").join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(without_null(value))
        lines = [line for line in map(thai.clean_line, thai.repair(typed).split("\n")) if line]
        if len(lines) > self.most:
            raise ValidationError(f"มี {len(lines)} บรรทัด ไม่เกิน {self.most}")
        for place, line in enumerate(lines, start=1):
            if len(line) > self.longest:
                over = len(line) - self.longest
                raise ValidationError(f"บรรทัดที่ {place} ยาวเกินไป {over:,} ตัวอักษร (ไม่เกิน {self.longest:,})")
        return lines


class RevisionForm(forms.Form):
    """What the person had on screen when they pressed."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReasonForm(RevisionForm):
    """An action that asks why. `typed`: what a page needs to show the refused reason again, its sentence beside it."""

    reason = WordsField(longest=LONGEST_REASON)

    @property
    def typed(self) -> dict[str, str]:
        return {"reason": self.data.get("reason", ""), "reason_error": " ".join(self.errors.get("reason", []))}


class LetterMoveForm(ReasonForm):
    """Issue or void a letter: both rows move, so both revisions are looked at."""

    letter_revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SeriesChoice(forms.ModelChoiceField):
    def label_from_instance(self, series: LetterSeries) -> str:
        kind = "หนังสือเวียน (ว)" if series.circular else "หนังสือทั่วไป"
        return f"{series.prefix} {kind} ปี {series.year}"


def series_field() -> SeriesChoice:
    return SeriesChoice(
        label="ทะเบียนหนังสือส่ง", queryset=LetterSeries.objects.none(), empty_label=None,
        error_messages={"required": "กรุณาเลือกทะเบียน", "invalid_choice": "เลือกทะเบียนของหน่วยงานท่านเท่านั้น"},
    )  # fmt: skip


def references_field(**kwargs: Any) -> LinesField:
    return LinesField(
        label="อ้างถึง", longest=300, most=5, rows=2,
        help_text="บรรทัดละ 1 ฉบับ เช่น หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558", **kwargs,
    )  # fmt: skip


def series_of(office: Organization) -> Any:
    """The office's registers, this year's first, circulars before ordinary letters."""
    return LetterSeries.objects.filter(organization=office).order_by("-year", "-circular", "prefix")


class DraftForm(RevisionForm):
    """What the proposed wording needs to know besides the meeting."""

    series = series_field()
    dated = BEDateField(label="ลงวันที่")
    references = references_field()

    def __init__(self, *args: Any, office: Organization, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = series_of(office)


class RecipientsForm(RevisionForm):
    """Which offices the draft goes to. `revision` is the letter's."""

    organizations = forms.ModelMultipleChoiceField(
        queryset=Organization.objects.none(), required=False,
        error_messages={"invalid_choice": "มีหน่วยงานที่เชิญไม่ได้", "invalid_list": "กรุณาเลือกจากรายการ",
                        "invalid_pk_value": "มีหน่วยงานที่เชิญไม่ได้"},
    )  # fmt: skip

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organizations"].queryset = candidates


class SeriesForm(forms.Form):
    """Open a register: office code, kind, year, and the last number already used on paper."""

    prefix = LineField(label="หัวเลขหนังสือ", longest=30, required=True, help_text="เช่น ชม 0017.2",
                       error_messages={"required": "กรุณาพิมพ์หัวเลขหนังสือ เช่น ชม 0017.2"})  # fmt: skip
    circular = forms.TypedChoiceField(
        label="ประเภท", choices=[("1", "หนังสือเวียน (ว)"), ("0", "หนังสือทั่วไป")], coerce=lambda value: value == "1",
        error_messages={"required": "กรุณาเลือกประเภท", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    year = forms.IntegerField(
        label="ปี พ.ศ.", min_value=2484, max_value=2699,
        error_messages={name: "ปี พ.ศ. สี่หลัก เช่น 2558" for name in ("required", "invalid", "min_value", "max_value")},
    )  # fmt: skip
    start_after = forms.IntegerField(
        label="เลขล่าสุดที่ใช้ไปแล้ว", min_value=0, max_value=BIGGEST_NUMBER, required=False, initial=0,
        help_text="หนังสือฉบับแรกในระบบจะได้เลขถัดไป เริ่มใหม่ให้ใส่ 0",
        error_messages={name: "ตัวเลข 0 ถึง 999999" for name in ("invalid", "min_value", "max_value")},
    )  # fmt: skip

    def clean_start_after(self) -> int:
        return self.cleaned_data["start_after"] or 0
