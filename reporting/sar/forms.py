"""Forms about a SAR."""

from __future__ import annotations

from django import forms

from kpiportal.fields import BEDateField, LineField, WordsField
from reporting.models import Chapter

LONGEST = 50_000


class ChaptersForm(forms.Form):
    """One box per chapter, named by its kind; `revision` is chapters.revision_of as the page knew it."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in Chapter.Kind:
            self.fields[kind.value] = WordsField(label=kind.label, longest=LONGEST, rows=8)

    @property
    def facts(self) -> dict:
        """As chapters.save takes them."""
        texts = {kind: self.cleaned_data[kind] for kind in Chapter.Kind.values}
        return {"texts": texts, "revision": self.cleaned_data["revision"] or 0}


class RedraftForm(forms.Form):
    revision = forms.IntegerField(min_value=0)
    choice = forms.ChoiceField(choices=[("new", "ใช้ร่างใหม่"), ("mine", "คงของเดิม"), ("both", "ต่อท้ายของเดิม")])


class PaperSignatureForm(forms.Form):
    """What was signed with a pen; what is in the file is judged by kpiportal/uploads."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    signer = LineField(label="ผู้ลงนาม", longest=200, ask="กรุณาพิมพ์ชื่อผู้ลงนาม")
    signer_post = LineField(label="ตำแหน่ง", longest=200, ask="กรุณาพิมพ์ตำแหน่งผู้ลงนาม")
    signed_on = BEDateField(label="ลงนามเมื่อ")
    file = forms.FileField(
        label="ไฟล์สแกนฉบับลงนาม",
        help_text="PDF หรือภาพถ่าย",
        error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์นี้ว่างเปล่า"},
    )


class TickForm(forms.Form):
    field = forms.RegexField(r"\A[a-z0-9_.:-]{1,80}\Z")
    on = forms.BooleanField(required=False)
