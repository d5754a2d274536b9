"""What is of one round only (R23): from which round an indicator counts, and weights that differ from the year's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from agreements import form_actions
from agreements.form_cells import ChoiceField, NumberField
from agreements.models import Indicator
from kpiportal import audit
from kpiportal.models import User
from kpiportal.numbers import format_number
from kpiportal.workflow import Stale


class RoundsForm(forms.Form):
    """A weight per round, empty where it is the year's; the round it begins with. `indicator.rounds`: months."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    start_months = ChoiceField(label="เริ่มนับตั้งแต่รอบ", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any):
        kept, start = indicator.round_weights, indicator.start_months
        initial = {f"weight_{months}": Decimal(kept[str(months)]) for months in indicator.rounds if str(months) in kept}
        super().__init__(*args, initial={**initial, "start_months": start, "was": stands(indicator)}, **kwargs)
        rounds = [(months, f"รอบ {months} เดือน") for months in indicator.rounds]
        self.fields["start_months"].choices = [("", "ตั้งแต่รอบแรก"), *rounds[1:]]
        for months, name in rounds:
            self.fields[f"weight_{months}"] = NumberField(label=f"น้ำหนัก{name}", decimals=2, digits=3, least=0, most=100)

    @property
    def weights(self) -> dict[int, Decimal]:
        found = {int(name.removeprefix("weight_")): self.cleaned_data[name] for name in self.weight_names}
        return {months: weight for months, weight in found.items() if weight is not None}

    @property
    def weight_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("weight_")]

    @property
    def weight_boxes(self) -> list[Any]:
        return [self[name] for name in self.weight_names]


def stands(indicator: Indicator) -> str:
    """What a page showed, as one comparable text."""
    kept = sorted((int(months), weight) for months, weight in indicator.round_weights.items())
    return f"{indicator.start_months} {kept}"


@transaction.atomic
def set_rounds(
    indicator: Indicator,
    weights: Mapping[int, Decimal],
    *,
    start_months: int | None,
    was: str,
    by: User,
    at: dt.datetime,
) -> Indicator:
    """Keep them in the form. Stale when somebody changed them since `was`; ValidationError for a child."""
    agreement = form_actions.locked(indicator.agreement)
    duty = form_actions.may_write(agreement, by)
    row = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if row.parent_id:
        raise ValidationError("ตัวชี้วัดย่อยใช้รอบของตัวชี้วัดหลัก")
    if was != stands(row):
        raise Stale("มีผู้อื่นแก้ไขน้ำหนักเฉพาะรอบไปก่อนแล้ว ตรวจค่าล่าสุดแล้วบันทึกอีกครั้ง")
    before = {"round_weights": row.round_weights, "start_months": row.start_months}
    row.round_weights = {str(months): format_number(weight, decimals=2) for months, weight in sorted(weights.items())}
    row.start_months = start_months
    row.revision += 1
    row.save(update_fields=["round_weights", "start_months", "revision"])
    after = {"round_weights": row.round_weights, "start_months": row.start_months}
    if before != after:
        audit.record(form_actions.EDIT, row, by=by, duty=duty, at=at, before=before, after=after)
    return row
