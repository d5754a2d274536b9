"""Forms about a card: raw input to clean values. What was typed survives every refusal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import URLValidator

from agreements.criteria import leaves_of
from kpiportal.fields import BEDateField, WordsField
from kpiportal.models import Organization
from kpiportal.numbers import NO_DATA, format_number
from kpiportal.workflow import Blocker, Transition
from reporting import leaffields, parts
from reporting.leaffields import NONE_YET
from reporting.models import Evidence, Report, Round
from reporting.parts import NARRATIVE, PARTS

LONGEST_REASON, LONGEST_WORDS = 4_000, 20_000  # characters
NO_DATA_BOXES = ("no_data", "no_data_reason")


class ExtensionForm(forms.Form):
    """More time for one agency of a round."""

    last_day = BEDateField(label="ส่งได้ถึงวันที่")
    reason = WordsField(label="เหตุผล", longest=LONGEST_REASON, rows=2)

    def __init__(self, *args: Any, round: Round, **kwargs: Any):
        super().__init__(*args, **kwargs)
        hosts = Organization.objects.filter(reports__round=round).distinct()
        self.fields["host"] = forms.ModelChoiceField(hosts, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """A decision that may send parts of the card back: the parts ticked, each with its reason, or one for the whole.

    `facts`: what the action of `transition` takes (kpiportal/moves.py).
    """

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = WordsField(longest=LONGEST_REASON)

    def __init__(self, *args: Any, transition: Transition | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.transition = transition
        for part, label in PARTS.items():
            self.fields[f"return_{part}"] = forms.BooleanField(label=label, required=False)
            self.fields[f"why_{part}"] = WordsField(label="เหตุผล", longest=LONGEST_REASON, rows=2)

    @property
    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (self.transition and self.transition.asks_reason):
            return {"revision": data["revision"]}
        asked = {part: data[f"why_{part}"] for part in PARTS if data[f"return_{part}"]}
        return {"revision": data["revision"], "reason": data["reason"], "parts_asked": asked}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for part, label in PARTS.items():
            ticked, why = cleaned.get(f"return_{part}"), cleaned.get(f"why_{part}")
            if ticked and not why and f"why_{part}" not in self.errors:
                self.add_error(f"why_{part}", f"กรุณาระบุเหตุผลที่ส่ง{label}กลับ")
        return cleaned

    def tell(self, blocker: Blocker) -> bool:
        """Say a refusal beside its box; False when it has none here."""
        if blocker.field not in self.fields:
            return False
        self.add_error(blocker.field, blocker.text)
        return True

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [{"tick": self[f"return_{part}"], "why": self[f"why_{part}"]} for part in PARTS]


class EvidenceForm(forms.Form):
    """One file; what is in it is judged by kpiportal/uploads."""

    file = forms.FileField(error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์นี้ว่างเปล่า"})


class RemovalForm(forms.Form):
    """Why a file is taken off; owed once it was sent (reporting/evidence.py)."""

    reason = WordsField(longest=LONGEST_REASON, rows=2)


class LinkForm(forms.Form):
    """A page or shared file that stands for evidence."""

    title = forms.CharField(
        label="ชื่อเอกสาร",
        max_length=200,
        error_messages={"required": "กรุณาพิมพ์ชื่อเอกสาร", "max_length": "ชื่อเอกสารยาวเกิน 200 ตัวอักษร"},
    )
    link = forms.URLField(
        label="ที่อยู่เว็บ",
        assume_scheme="https",
        max_length=1000,
        validators=[URLValidator(schemes=["http", "https"], message="ที่อยู่เว็บต้องขึ้นต้นด้วย https:// หรือ http://")],
        error_messages={
            "required": "กรุณาวางที่อยู่เว็บของเอกสาร",
            "invalid": "ที่อยู่เว็บไม่ถูกต้อง ตัวอย่าง https://www.example.go.th/report.pdf",
            "max_length": "ที่อยู่เว็บยาวเกิน 1,000 ตัวอักษร",
        },
    )


class ReuseForm(forms.Form):
    """Which files of earlier rounds belong to this one as well."""

    def __init__(self, *args: Any, earlier: Iterable[Evidence], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["earlier"] = forms.MultipleChoiceField(
            label="หลักฐานจากรอบก่อน",
            choices=[(str(item.pk), f"{item.name} ({item.report.round.name})") for item in earlier],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "กรุณาเลือกอย่างน้อย 1 รายการ", "invalid_choice": "รายการที่เลือกไม่มีแล้ว"},
        )

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["earlier"]]


class CardForm(forms.Form):
    """One card: fields for every scored leaf, the narrative, "no data", and what makes a send single.

    Parts that were not sent back are disabled: whatever is posted there, the stored value stays. `answers` and
    `entries` hold what actions.save_report takes once the form is valid. `sure`: the person has looked at what the
    page asked about (reporting/plausible.py).
    """

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    no_data = forms.BooleanField(label="ไม่มีข้อมูลในรอบนี้", required=False)
    no_data_reason = WordsField(label="เหตุผลที่ไม่มีข้อมูล", longest=LONGEST_REASON, rows=2)

    def __init__(self, *args: Any, report: Report, **kwargs: Any):
        locked = parts.locked(report)
        if locked and not kwargs.get("initial"):
            kwargs["initial"] = self.initial_of(report)
        super().__init__(*args, **kwargs)
        self.report = report
        self.leaves = leaves_of(report.indicator)
        for leaf in self.leaves:
            self.fields.update(leaffields.fields_of(leaf))
        for name, label in NARRATIVE.items():
            self.fields[name] = WordsField(label=label, longest=LONGEST_WORDS)
        for item in report.asked:
            self.fields[f"fixed_{item['part']}"] = forms.BooleanField(label="แก้แล้ว", required=False)
            self.fields[f"reply_{item['part']}"] = WordsField(label="คำตอบถึงผู้ส่งกลับ", longest=LONGEST_REASON, rows=2)
        for name, field in self.fields.items():
            field.disabled = self.part_of(name) in locked

    def part_of(self, name: str) -> str:
        """The part of the card a box belongs to; "" for what is always open."""
        if name in NARRATIVE:
            return name
        return parts.RESULT if self.is_result(name) or name in NO_DATA_BOXES else ""

    def is_result(self, name: str) -> bool:
        return any(name in group for group in self.boxes[: len(self.leaves)])

    @property
    def boxes(self) -> list[list[str]]:
        """The boxes that mean something only together, leaf by leaf first; each list is kept whole or not at all."""
        return [
            *(list(leaffields.fields_of(leaf)) for leaf in self.leaves),
            list(NO_DATA_BOXES),
            *([name] for name in NARRATIVE),
            *([f"fixed_{item['part']}", f"reply_{item['part']}"] for item in self.report.asked),
        ]

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
            initial |= leaffields.initial(entry)
        for item in report.asked:
            initial |= {f"fixed_{item['part']}": item["fixed"], f"reply_{item['part']}": item["reply"]}
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.said_no_data = {name for name, value in cleaned.items() if value is NO_DATA}
        for leaf in self.leaves:
            for name, sentence in leaffields.check(leaf, cleaned):
                self.add_error(name, sentence)
        if cleaned.get("no_data") and not cleaned.get("no_data_reason") and "no_data_reason" not in self.errors:
            self.add_error("no_data_reason", "กรุณาระบุเหตุผลที่ไม่มีข้อมูล")
        return cleaned

    def renewed(self, report: Report | None = None) -> CardForm:
        """The same typed text on a page that may be sent again: today's revision, the token it had."""
        report = report or Report.objects.get(pk=self.report.pk)
        data = self.data.copy()
        data["revision"] = report.revision
        form = CardForm(data, report=self.report)
        form.is_valid()
        return form

    def is_stored(self, name: str, saved: dict[str, Any]) -> bool:
        """Whether the box says what the card holds already."""
        return _blank_as_none(self.cleaned_data.get(name)) == _blank_as_none(saved.get(name))

    def differences(self, saved: dict[str, Any]) -> list[dict[str, str]]:
        """Fields whose stored value is not what was typed: label, and both values as text."""
        return [
            {
                "name": name,
                "label": str(field.label),
                "stored": shown(saved.get(name)),
                "mine": shown(self.cleaned_data.get(name)),
            }
            for name, field in self.fields.items()
            if name not in ("revision", "token") and not self.is_stored(name, saved)
        ]

    def facts(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
        """(Report's fields, ReportEntry's by indicator id) of clean values, the whole card at once."""
        answers = {name: values.get(name) or "" for name in ("no_data_reason", *NARRATIVE)}
        answers["no_data"] = bool(values.get("no_data"))
        if not answers["no_data"]:
            answers["no_data_reason"] = ""
        if self.report.asked:
            answers["asked"] = [
                {
                    **item,
                    "fixed": bool(values.get(f"fixed_{item['part']}")),
                    "reply": values.get(f"reply_{item['part']}") or "",
                }
                for item in self.report.asked
            ]
        return answers, {leaf.pk: leaffields.entry(leaf, values) for leaf in self.leaves}

    @property
    def answers(self) -> dict[str, Any]:
        return self.facts(self.cleaned_data)[0]

    @property
    def entries(self) -> dict[int, dict[str, Any]]:
        return self.facts(self.cleaned_data)[1]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Per leaf, its bound fields in the order a person fills them (for the template); `ratio`: the pair apart."""
        return [self._group(leaf) for leaf in self.leaves]

    def _group(self, leaf: Any) -> dict[str, Any]:
        pair = (f"num_{leaf.pk}", f"den_{leaf.pk}")
        ratio = [self[name] for name in pair] if leaffields.has_ratio(leaf) else []
        return {
            "leaf": leaf,
            "is_child": leaf.parent_id is not None,
            "fields": [self[name] for name in leaffields.fields_of(leaf) if name not in pair],
            "ratio": ratio,
            "ratio_open": any(field.value() not in (None, "") or field.errors for field in ratio),
        }

    @property
    def todo(self) -> list[dict[str, Any]]:
        """What was asked for when the card was sent back, each with its tick and its box for an answer."""
        return [
            {
                "part": item["part"],
                "label": PARTS[item["part"]],
                "reason": item["reason"],
                "fixed": self[f"fixed_{item['part']}"],
                "reply": self[f"reply_{item['part']}"],
            }
            for item in self.report.asked
        ]


def as_posted(value: Any) -> list[str]:
    """A stored value the way a browser would post its box; an empty list is a box without a tick."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return [str(choice) for choice in value]
    if isinstance(value, Decimal):
        return [format_number(value)]
    return [] if value is None else [str(value)]


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
