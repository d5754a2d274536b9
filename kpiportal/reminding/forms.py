"""Forms about plans, words and other systems, as clean values."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from kpiportal import mailtext, thai
from kpiportal.channels import outward
from kpiportal.reminding import plans, texts

_DAYS = re.compile(r"[0-9]{1,3}")
_LIST = "พิมพ์จำนวนวันทำการ เว้นวรรคหรือจุลภาคคั่น เช่น 14, 7, 3, 1 แต่ละจำนวนตั้งแต่ 1 ถึง 60"


class DaysField(forms.CharField):
    """Numbers of working days, typed with spaces or commas between; cleaned to a sorted list without repeats."""

    def clean(self, value: Any) -> list[int]:
        typed = [part for part in re.split(r"[\s,、]+", thai.to_arabic_digits(super().clean(value))) if part]
        if not all(_DAYS.fullmatch(part) and 1 <= int(part) <= plans.EARLIEST for part in typed):
            raise forms.ValidationError(_LIST)
        return sorted({int(part) for part in typed}, reverse=True)


class StepsForm(forms.Form):
    """`steps`: working days left, negative when overdue."""

    before = DaysField(label="ก่อนครบกำหนด (วันทำการ)", required=False, help_text="เช่น 14, 7, 3, 1 เว้นว่างคือไม่เตือนล่วงหน้า")
    on_day = forms.BooleanField(label="เตือนในวันครบกำหนด", required=False)
    after = DaysField(label="หลังครบกำหนด (วันทำการ)", required=False, help_text="เช่น 1, 3, 7 เว้นว่างคือไม่เตือนเมื่อเกินกำหนด")

    @property
    def steps(self) -> list[int]:
        data = self.cleaned_data
        return [*data["before"], *([0] if data["on_day"] else []), *(-days for days in reversed(data["after"]))]


class WaitingStepsForm(forms.Form):
    """The same for what has no day: told while it waits."""

    after = DaysField(label="เตือนเมื่อรอมาแล้ว (วันทำการ)", required=False, help_text="เช่น 3, 7, 14 เว้นว่างคือไม่เตือน")

    @property
    def steps(self) -> list[int]:
        return [-days for days in reversed(self.cleaned_data["after"])]


def steps_form(kind_steps: tuple[int, ...], data: Any = None, *, now: tuple[int, ...]) -> StepsForm | WaitingStepsForm:
    """The form that fits a kind whose own steps these are, filled with the present ones."""
    initial = {
        "before": ", ".join(str(step) for step in now if step > 0),
        "on_day": 0 in now,
        "after": ", ".join(str(-step) for step in sorted(now, reverse=True) if step < 0),
    }
    waiting = all(step < 0 for step in kind_steps)
    return WaitingStepsForm(data, initial=initial) if waiting else StepsForm(data, initial=initial)


class WordsForm(forms.Form):
    """A mail's words; a field in `${}` must be one the mail has."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    subject = forms.CharField(
        label="หัวเรื่อง", max_length=300, error_messages={"required": "ยังไม่ได้กรอกหัวเรื่อง"}, strip=True
    )
    body = forms.CharField(
        label="เนื้อความ",
        max_length=10_000,
        error_messages={"required": "ยังไม่ได้กรอกเนื้อความ"},
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._allowed, self._needed = texts.fields(name), texts.needed(name)

    def clean_subject(self) -> str:
        return self._checked(self.cleaned_data["subject"], mailtext.check_subject)

    def clean_body(self) -> str:
        body = self._checked(self.cleaned_data["body"].replace("\r\n", "\n"), mailtext.check)
        if missing := sorted(self._needed - set(mailtext.fields(body))):
            raise forms.ValidationError([f"ต้องมีช่อง ${{{field}}} ผู้รับใช้เปิดงานที่ต้องทำ" for field in missing])
        return body

    def _checked(self, words: str, check: Any) -> str:
        if found := check(words, self._allowed):
            raise forms.ValidationError(found)
        return words


class WebhookForm(forms.Form):
    url = forms.URLField(
        label="ที่อยู่ของระบบปลายทาง", max_length=500, assume_scheme="https",
        help_text="ขึ้นต้นด้วย https:// ต้องเป็นเครื่องที่เรียกได้จากอินเทอร์เน็ต",
        error_messages={"required": "พิมพ์ที่อยู่ของระบบปลายทาง", "invalid": "ที่อยู่ไม่ถูกต้อง เช่น https://chat.example.go.th/kpi"},
    )  # fmt: skip

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if found := outward.problem(url):
            raise forms.ValidationError(found)
        return url
