"""Forms about an agreement: raw input to clean values."""

from __future__ import annotations

from typing import Any

from django import forms

from agreements import clusters, workflow
from agreements.models import Agreement, Dimension, Indicator
from kpiportal import moves
from kpiportal.fields import BEDateField, LineField
from kpiportal.models import Organization
from kpiportal.workflow import Blocker, Transition


class MoveForm(moves.MoveForm):
    """One step of the workflow: the revision looked at, and what this step asks for besides."""

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any):
        super().__init__(*args, transition=transition, **kwargs)
        self.transition = transition
        if transition is workflow.SIGN:
            self.fields["signed_on"] = BEDateField(label="วันที่ลงนาม")

    def take(self, blockers: list[Blocker]) -> list[Blocker]:
        """Put the sentences that concern a box of this form beside it; return the others."""
        for blocker in blockers:
            if blocker.field in self.fields:
                self.add_error(blocker.field, blocker.text)
        return [blocker for blocker in blockers if blocker.field not in self.fields]

    def renewed(self, revision: int) -> MoveForm:
        """The same words and sentences on a page that may be sent again: at the revision that page shows."""
        self.data = self.data.copy()
        self.data["revision"] = revision
        return self


class AddForm(forms.Form):
    """A new row of the form: under a dimension, or under a parent (whose dimension it shares)."""

    dimension = forms.ModelChoiceField(
        Dimension.objects.none(), required=False, error_messages={"invalid_choice": "เลือกจากรายการ"}
    )
    parent = forms.ModelChoiceField(Indicator.objects.none(), required=False)
    name = LineField(label="ชื่อตัวชี้วัด", longest=500)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["dimension"].queryset = agreement.framework.dimensions.all()
        self.fields["parent"].queryset = agreement.indicators.filter(parent=None)
        self.fields["parent"].queryset = self.fields["parent"].queryset.select_related("criteria", "dimension")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if parent := cleaned.get("parent"):
            cleaned["dimension"] = parent.dimension
        elif not cleaned.get("dimension") and not self.errors:
            self.add_error("dimension", "เลือกประเด็นการประเมินผลที่จะเพิ่มตัวชี้วัด")
        return cleaned


class PlaceForm(forms.Form):
    """Where a row goes: one place up or down, or into a dimension, before another row or at its end."""

    to = forms.ChoiceField(choices=[("up", ""), ("down", "")], required=False)
    before = forms.IntegerField(required=False)
    dimension = forms.IntegerField(required=False)


class HostsForm(forms.Form):
    """One host and any number of co-hosts, of the agencies of this party."""

    host = forms.ModelChoiceField(
        Organization.objects.none(),
        error_messages={"required": "เลือกเจ้าภาพหลักหนึ่งหน่วยงาน", "invalid_choice": "เลือกจากรายการ"},
    )
    co_hosts = forms.ModelMultipleChoiceField(
        Organization.objects.none(), required=False, error_messages={"invalid_choice": "เลือกจากรายการ"}
    )
    was = forms.CharField(required=False)  # who stood there on the page: form_page.hosts

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        agencies = clusters.agencies(agreement)
        self.fields["host"].queryset = self.fields["co_hosts"].queryset = agencies


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label="ไฟล์แบบฟอร์มที่กรอกแล้ว (.xlsx)",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            name: "กรุณาเลือกไฟล์ Excel ที่กรอกแล้ว" for name in ("required", "invalid", "missing", "empty", "max_length")
        },
    )


class EnclosureForm(forms.Form):
    """A paper that goes with the form; what is in the file is judged by kpiportal/uploads."""

    title = LineField(label="ชื่อเอกสาร", longest=200, help_text="เว้นว่างไว้ ใช้ชื่อไฟล์")
    upload = forms.FileField(
        label="ไฟล์",
        help_text="PDF รูปภาพ Word Excel PowerPoint",
        error_messages={name: "กรุณาเลือกไฟล์" for name in ("required", "invalid", "missing", "empty", "max_length")},
    )
