"""Forms about an evaluation: raw input to clean values. What was typed survives every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements import scoring
from agreements.criteria import as_scale
from agreements.form_cells import ChoiceField, NumberField
from agreements.framework_forms import LIGHTS, FrameworkForm
from kpiportal.fields import BEDateField, LineField, WordsField
from kpiportal.numbers import format_number
from reporting.evaluation import marks
from reporting.evaluation.marks import Marks
from reporting.models import AppealItem, EvaluationLine, EvaluationPolicy

LONGEST_WORDS = 4_000  # characters
MOST_MISSED = 12  # rounds of a year: no framework has more


def _points(label: str, **more: Any) -> NumberField:
    """A score, or points taken off it."""
    return NumberField(label=label, decimals=4, digits=3, least=0, **more)


class LineForm(forms.Form):
    """One indicator's boxes. What is lacking is no error: it is kept, and the line has no score yet."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    verdict = ChoiceField(label="ผลพิจารณา", required=False, widget=forms.RadioSelect)
    raw = _points("คะแนนที่ให้")
    reason = WordsField(label="เหตุผลที่ปรับคะแนน", longest=LONGEST_WORDS, rows=2)
    missed_reports = NumberField(label="ไม่ได้รายงาน (รอบ)", decimals=0, digits=2, least=0, most=MOST_MISSED, blank=0)
    lowered = _points("หักเพราะหลักฐานล่าช้าหรือไม่ครบ (คะแนน)", blank=Decimal(0))
    lowered_reason = WordsField(label="เหตุผลที่หัก", longest=LONGEST_WORDS, rows=2)

    def __init__(self, data: Any = None, *, line: EvaluationLine, scale: scoring.Scale):
        initial = {name: getattr(line, name) for name in ("revision", *MARKS)}
        super().__init__(data, initial={**initial, "lowered": line.lowered or None}, auto_id=f"line-{line.pk}-%s")
        self.fields["verdict"].choices = EvaluationLine.Verdict.choices[1:]
        self.fields["revision"].widget.attrs["id"] = f"line-{line.pk}-revision"
        self.scale = scale

    def clean_raw(self) -> Decimal | None:
        raw: Decimal | None = self.cleaned_data["raw"]
        if problem := marks.outside(raw, self.scale):
            raise ValidationError(problem)
        return raw

    @property
    def marks(self) -> Marks:
        said = {name: self.cleaned_data[name] for name in MARKS}
        return Marks(**{**said, "missed_reports": int(said["missed_reports"])})


MARKS = ("verdict", "raw", "reason", "missed_reports", "lowered", "lowered_reason")


class VisitForm(forms.Form):
    """The note of a site visit."""

    visited_on = BEDateField(label="วันที่ตรวจติดตาม", error_messages={"required": "กรุณาพิมพ์วันที่ตรวจติดตาม"})
    people = LineField(label="ผู้ตรวจติดตาม", longest=300, ask="กรุณาพิมพ์ชื่อผู้ตรวจติดตาม")
    note = WordsField(label="บันทึก", longest=20_000, rows=4, required=True, error_messages={"required": "กรุณาพิมพ์บันทึก"})
    file = forms.FileField(label="เอกสารประกอบ", required=False, error_messages={"empty": "ไฟล์นี้ว่างเปล่า"})


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included."""

    def __init__(self, **kwargs: Any):
        widget = ManyFiles(attrs={"multiple": True, "data-no-keep": ""})  # a file goes up when the form is sent
        super().__init__(**{"required": False, "widget": widget, "error_messages": {"empty": "ไฟล์นี้ว่างเปล่า"}} | kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class DisputeForm(forms.Form):
    """One indicator of an appeal: what is disputed, why, and new evidence."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    disputed = WordsField(
        label="ประเด็นที่ขอทบทวน", longest=LONGEST_WORDS, rows=2, required=True,
        error_messages={"required": "กรุณาพิมพ์ประเด็นที่ขอทบทวน"},
    )  # fmt: skip
    grounds = WordsField(
        label="เหตุผลและข้อเท็จจริง", longest=20_000, rows=4, required=True,
        error_messages={"required": "กรุณาพิมพ์เหตุผลและข้อเท็จจริง"},
    )  # fmt: skip
    asked_score = _points("คะแนนที่ขอ")
    files = FilesField(label="หลักฐานใหม่")

    def __init__(self, data: Any = None, files: Any = None, *, line: EvaluationLine, scale: scoring.Scale):
        item = getattr(line, "appeal_item", None)
        names = ("revision", "disputed", "grounds", "asked_score")
        initial = {name: getattr(item, name) for name in names} if item else {"revision": 0}
        super().__init__(data, files, initial=initial, auto_id=f"dispute-{line.pk}-%s")
        self.scale = scale

    def clean_asked_score(self) -> Decimal | None:
        asked: Decimal | None = self.cleaned_data["asked_score"]
        if problem := marks.outside(asked, self.scale):
            raise ValidationError(problem)
        return asked

    @property
    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"uploads": data.pop("files"), **data}


class DecisionForm(forms.Form):
    """OPDC's word on one disputed indicator."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    outcome = ChoiceField(label="ผลพิจารณา", required=False, widget=forms.RadioSelect)
    score = _points("คะแนนหลังอุทธรณ์")
    decision = WordsField(label="เหตุผลของผลพิจารณา", longest=LONGEST_WORDS, rows=3)

    def __init__(self, data: Any = None, *, item: AppealItem):
        initial = {"revision": item.revision, "outcome": item.outcome, "decision": item.decision}
        super().__init__(data, initial={**initial, "score": item.line.appeal_score}, auto_id=f"decide-{item.pk}-%s")
        self.fields["outcome"].choices = AppealItem.Outcome.choices[1:]


class PolicyForm(forms.Form):
    """A year's rules of evaluation."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    per_missed_report = _points("หักต่อการไม่รายงาน 1 รอบ (คะแนน)", blank=Decimal(0))
    floor = _points("หักแล้วไม่ต่ำกว่า (คะแนน)", help_text="เว้นว่าง: ไม่ต่ำกว่าคะแนนของระดับแรก")
    appeal_days = NumberField(
        label="ยื่นอุทธรณ์ได้ภายใน (วัน)", decimals=0, digits=3, least=1, most=365, blank=Decimal(15),
        help_text="นับจากวันถัดจากวันแจ้งผล ถึงสิ้นวันสุดท้าย",
    )  # fmt: skip
    grades = forms.CharField(
        label="ระดับผลการประเมิน", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="บรรทัดละหนึ่งระดับ จากสูงไปต่ำ: ตั้งแต่คะแนน = คำ = สี (เขียว เหลือง แดง) "
        "เว้นว่าง: ใช้ช่วงคะแนนของกรอบ",
    )  # fmt: skip

    earlier_rounds = forms.TypedMultipleChoiceField(
        label="ประเมินรอบต่อไปนี้ด้วย นอกจากรอบสุดท้ายของปี", required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": "ไม่มีรอบนี้ในกรอบ"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, policy: EvaluationPolicy):
        super().__init__(data, initial=self._initial(policy))
        plans = list(policy.framework.round_plans.order_by("months"))[:-1]
        self.fields["earlier_rounds"].choices = [(plan.months, plan.name) for plan in plans]
        scale = as_scale(policy.framework.scale)
        for name in ("per_missed_report", "floor"):
            self.fields[name].most = scale.highest

    @staticmethod
    def _initial(policy: EvaluationPolicy) -> dict[str, Any]:
        words = {light: word for word, light in LIGHTS.items()}
        lines = [f"{g['from']} = {g['word']} = {words.get(g['light'], 'เขียว')}" for g in policy.grades]
        shown = {"per_missed_report": format_number(policy.per_missed_report), "appeal_days": policy.appeal_days}
        shown |= {"revision": policy.revision, "earlier_rounds": policy.earlier_rounds}
        return {**shown, "floor": policy.floor, "grades": "\n".join(lines)}

    def clean_grades(self) -> list[dict[str, str]]:
        """The same lines as a framework's bands, read by the same door."""
        form = FrameworkForm({"bands": self.cleaned_data["grades"]})
        form.is_valid()
        if "bands" in form.errors:
            raise ValidationError(form.errors["bands"])
        bands: list[dict[str, str]] = form.cleaned_data["bands"]
        return bands

    @property
    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{n: data[n] for n in ("per_missed_report", "floor", "grades", "earlier_rounds")},
            "appeal_days": int(data["appeal_days"]),
        }
