"""What a browser sends about a card, turned into clean values. Typed text survives every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from agreements.criteria import KINDS_OF_NUMBER, KINDS_OF_STEPS, K, leaves_of
from kpiportal.fields import ResultNumberField, WordsField
from kpiportal.numbers import NO_DATA, format_number
from reporting.models import Report
from reporting.workflow import NARRATIVE

LONGEST_REASON, LONGEST_WORDS = 4_000, 20_000  # characters
# What an entry keeps of a child is its figure: "no data" is said of the whole card, with its reason.
NOT_OF_A_CHILD = "ตัวชี้วัดย่อยเว้นว่างไว้ก่อนได้ ถ้าไม่มีข้อมูล ให้เลือก “ไม่มีข้อมูลในรอบนี้” ของทั้งตัวชี้วัด"
NONE_YET = 0  # the tick that says "no step has begun": a real answer, unlike an untouched list


class DecisionForm(forms.Form):
    """A certifier's or reviewer's button: the revision they looked at, and a reason where one is asked."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = WordsField(longest=LONGEST_REASON)


class EvidenceForm(forms.Form):
    """One file; what is in it is judged by kpiportal/uploads."""

    file = forms.FileField(error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์นี้ว่างเปล่า"})


class CardForm(forms.Form):
    """One card: fields for every scored leaf, the narrative, "no data", and what makes a send single.

    `answers` and `entries` hold what actions.save_report takes once the form is valid.
    """

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    no_data = forms.BooleanField(label="ไม่มีข้อมูลในรอบนี้", required=False)
    no_data_reason = WordsField(label="เหตุผลที่ไม่มีข้อมูล", longest=LONGEST_REASON, rows=2)

    def __init__(self, *args: Any, report: Report, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.report = report
        self.leaves = leaves_of(report.indicator)
        for leaf in self.leaves:
            self.fields.update(_leaf_fields(leaf))
        for name, label in NARRATIVE.items():
            self.fields[name] = WordsField(label=label, longest=LONGEST_WORDS)

    @property
    def is_broken(self) -> bool:
        """The page's own hidden fields did not come back: nothing the person typed can put that right."""
        return bool(self.errors.keys() & {"revision", "token"})

    @staticmethod
    def initial_of(report: Report) -> dict[str, Any]:
        """The card as saved, as initial values."""
        initial: dict[str, Any] = {
            "revision": report.revision,
            "no_data": report.no_data,
            "no_data_reason": report.no_data_reason,
        }
        initial |= {name: getattr(report, name) for name in NARRATIVE}
        for entry in report.entries.all():
            pk = entry.indicator_id
            initial[f"value_{pk}"] = entry.value
            initial[f"part_{pk}"] = entry.part
            if entry.steps_done is not None:
                initial[f"steps_{pk}"] = [str(step) for step in entry.steps_done] or [str(NONE_YET)]
            if entry.answer is not None:
                initial[f"answer_{pk}"] = "yes" if entry.answer else "no"
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for leaf in self.leaves:
            self._clean_leaf(leaf, cleaned)
        if cleaned.get("no_data") and not cleaned.get("no_data_reason") and "no_data_reason" not in self.errors:
            self.add_error("no_data_reason", "กรุณาระบุเหตุผลที่ไม่มีข้อมูล")
        return cleaned

    def _clean_leaf(self, leaf: Any, cleaned: dict[str, Any]) -> None:
        if cleaned.get(f"value_{leaf.pk}") is NO_DATA:
            # "-" or "N/A" in the box says the same as the tick: no data, and then a reason is owed.
            cleaned[f"value_{leaf.pk}"] = None
            cleaned["no_data"] = True
        steps = cleaned.get(f"steps_{leaf.pk}")
        if steps and str(NONE_YET) in steps and len(steps) > 1:
            self.add_error(f"steps_{leaf.pk}", "เลือก “ยังไม่เริ่มขั้นใด” พร้อมกับขั้นอื่นไม่ได้")
        part = cleaned.get(f"part_{leaf.pk}")
        if part is not None and not 0 <= part < 1:
            self.add_error(f"part_{leaf.pk}", "ส่วนของขั้นต้องตั้งแต่ 0 แต่ไม่ถึง 1 เช่น 0.25")

    def renewed(self, report: Report | None = None) -> CardForm:
        """The same typed text on a page that may be sent again: today's revision, the token it had."""
        report = report or Report.objects.get(pk=self.report.pk)
        data = self.data.copy()
        data["revision"] = report.revision
        form = CardForm(data, report=self.report)
        form.is_valid()
        return form

    def differences(self, saved: dict[str, Any]) -> list[dict[str, str]]:
        """Fields whose stored value is not what was typed: label, and both values as text."""
        found = []
        for name, field in self.fields.items():
            if name in ("revision", "token"):
                continue
            mine, stored = self.cleaned_data.get(name), saved.get(name)
            if _blank_as_none(mine) != _blank_as_none(stored):
                found.append({"name": name, "label": str(field.label), "stored": shown(stored), "mine": shown(mine)})
        return found

    @property
    def answers(self) -> dict[str, Any]:
        names = ("no_data", "no_data_reason", *NARRATIVE)
        answers = {name: self.cleaned_data[name] for name in names}
        if not answers["no_data"]:
            answers["no_data_reason"] = ""
        return answers

    @property
    def entries(self) -> dict[int, dict[str, Any]]:
        return {leaf.pk: self._entry(leaf) for leaf in self.leaves}

    def _entry(self, leaf: Any) -> dict[str, Any]:
        data, pk = self.cleaned_data, leaf.pk
        steps = data.get(f"steps_{pk}") or None
        part = data.get(f"part_{pk}")
        answer = data.get(f"answer_{pk}") or None
        return {
            "value": data.get(f"value_{pk}"),
            "steps_done": None if steps is None else sorted(int(step) for step in steps if int(step) != NONE_YET),
            "part": part,
            "answer": None if answer is None else answer == "yes",
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Per leaf, its bound fields in the order a person fills them (for the template)."""
        return [
            {
                "leaf": leaf,
                "is_child": leaf.parent_id is not None,
                "fields": [self[name] for name in _leaf_fields(leaf)],
            }
            for leaf in self.leaves
        ]


def _leaf_fields(leaf: Any) -> dict[str, forms.Field]:
    """The inputs this kind of criteria needs."""
    kind, found = leaf.criteria.kind, {}
    if kind in KINDS_OF_STEPS:
        choices = [(str(NONE_YET), "ยังไม่เริ่มขั้นใด")]
        choices += [(str(n), f"ขั้นที่ {n} {step}") for n, step in enumerate(leaf.criteria.steps, start=1)]
        label = "ประเด็นที่ดำเนินการแล้ว" if kind == K.COUNT else "ขั้นตอนที่ดำเนินการแล้ว"
        found[f"steps_{leaf.pk}"] = forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    if kind == K.MILESTONE_PARTIAL:
        found[f"part_{leaf.pk}"] = ResultNumberField(
            label="ส่วนที่ทำได้ของขั้นถัดไป", required=False, decimals=4, no_data=False,
            help_text="ตั้งแต่ 0 แต่ไม่ถึง 1 เช่น 0.25",
        )  # fmt: skip
    if kind in KINDS_OF_NUMBER or kind == K.MIXED:
        found[f"value_{leaf.pk}"] = ResultNumberField(
            label=f"ผลการดำเนินงาน ({leaf.unit})", required=False, percent=leaf.unit == "ร้อยละ",
            no_data=leaf.parent_id is None, error_messages={"no_data": NOT_OF_A_CHILD},
        )  # fmt: skip
    if kind == K.YES_NO:
        found[f"answer_{leaf.pk}"] = forms.ChoiceField(
            label="ผลการดำเนินงาน",
            required=False,
            choices=[("yes", "ผ่าน"), ("no", "ไม่ผ่าน")],
            widget=forms.RadioSelect,
        )
    return found


def _blank_as_none(value: Any) -> Any:
    """An empty box, an unticked list and no row at all are the same answer; a zero is not."""
    return None if value in ("", [], False, None) and not isinstance(value, Decimal) else value


def shown(value: Any) -> str:
    """A saved value as the page shows it beside what was typed."""
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, bool):
        return "เลือกไว้" if value else "ไม่ได้เลือก"
    if isinstance(value, list):
        return ", ".join(f"ขั้นที่ {step}" for step in value if step != str(NONE_YET)) or "ยังไม่เริ่มขั้นใด"
    return str(value) if value else "(ว่าง)"
