"""What is typed on an agenda, turned into clean values."""

from __future__ import annotations

from typing import Any

from django import forms

from kpiportal.fields import LineField, WordsField
from meetings.models import AgendaItem
from meetings.models.agenda import Section


def _section() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="ระเบียบวาระที่", choices=[(s.value, f"{s.value} {s.label}") for s in Section], coerce=int,
        initial=Section.PROPOSED.value,
        error_messages={"required": "กรุณาเลือกวาระ", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip


class ItemForm(forms.Form):
    """A sub-item: where, what, by whom."""

    section = _section()
    title = LineField(label="เรื่อง", longest=500, ask="กรุณาพิมพ์เรื่อง", widget=forms.Textarea(attrs={"rows": 2}))
    presenter = LineField(label="ผู้เสนอ", longest=200)
    note = WordsField(label="รายละเอียด", longest=4_000, rows=3)


class EditForm(ItemForm):
    """The same for one that is there, with a paper that goes with it."""

    upload = forms.FileField(label="เอกสารประกอบ", required=False, widget=forms.FileInput)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @staticmethod
    def initial_of(item: AgendaItem) -> dict[str, Any]:
        return {name: getattr(item, name) for name in ("section", "title", "presenter", "note", "revision")}


class MoveForm(forms.Form):
    """Where an item goes: before another one of that section, or to its end."""

    section = _section()
    before = forms.IntegerField(min_value=1, required=False)
