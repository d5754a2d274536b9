"""What a browser sends about an agreement, turned into clean values."""

from __future__ import annotations

from typing import Any

from django import forms

from agreements import workflow
from kpiportal.fields import BEDateField, WordsField
from kpiportal.workflow import Blocker, Transition


class MoveForm(forms.Form):
    """One step of the workflow: the revision looked at, and what this step asks for besides."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.transition = transition
        if transition.asks_reason:
            self.fields["reason"] = WordsField(label="เหตุผล", longest=4_000)
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
