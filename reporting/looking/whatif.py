"""What the year would end with, if: an assumed result for every indicator, scored by the one engine. Nothing is kept.

Each indicator stays as its last report has it, or is taken to reach its target, or gets a figure typed by the person:
a result where results are numbers, a score where they are steps or several children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from agreements import scoring
from agreements.criteria import KINDS_OF_NUMBER, as_criteria, as_scale
from agreements.form_cells import ChoiceField, NumberField
from agreements.models import Agreement, Indicator
from kpiportal.models import User
from kpiportal.numbers import format_number
from reporting.evaluation import policy
from reporting.looking import lights
from reporting.models import Report
from reporting.sar.facts import FILED

LAST, TARGET, TYPED = "last", "target", "typed"
CHOICES = {LAST: "ตามรายงานล่าสุด", TARGET: "ถึงเป้าหมาย", TYPED: "ระบุเอง"}


@dataclass(frozen=True)
class Assumed:
    """One indicator with what is assumed of it. `problem`: why the typed figure makes no score."""

    indicator: Indicator
    last: Decimal | None
    score: Decimal | None
    weighted: Decimal | None = None
    problem: str = ""


class AssumptionForm(forms.Form):
    """how_<pk> and value_<pk> for every indicator; what is not sent stays as last reported."""

    def __init__(self, data: Any = None, *, indicators: list[Indicator]):
        super().__init__(data, auto_id="assume-%s")
        for one in indicators:
            self.fields[f"how_{one.pk}"] = ChoiceField(
                label=f"สมมติ {one.number}", choices=list(CHOICES.items()), required=False, initial=LAST
            )
            unit = "ผล" if one.criteria.kind in KINDS_OF_NUMBER else "คะแนน"
            self.fields[f"value_{one.pk}"] = NumberField(label=f"{unit} {one.number}")


def indicators_of(agreement: Agreement) -> list[Indicator]:
    """Of the year's end: whatever was cancelled is out."""
    rows = agreement.indicators.filter(parent=None, cancelled_months=None).select_related("criteria")
    return list(rows.prefetch_related("children__criteria").order_by("order"))


def last_scores(agreement: Agreement, by: User) -> dict[int, Decimal | None]:
    """The latest score sent, by indicator, as far as this person may see the cards."""
    cards = Report.objects.visible_to(by).filter(round__agreement=agreement, state__in=FILED)
    rows = cards.order_by("round__months").values_list("indicator", "score")
    return {indicator: score for indicator, score in rows if score is not None}


def assume(
    indicators: list[Indicator],
    last: Mapping[int, Decimal | None],
    said: Mapping[str, Any],
    scale: scoring.Scale,
    *,
    months: int,
) -> tuple[list[Assumed], scoring.Total]:
    """The rows and the total of the year's last round (`months`), whoever typed what."""
    rows = [_assumed(one, last.get(one.pk), said, scale) for one in indicators]
    leaves = [_leaf(row) for row in rows]
    total = scoring.roll_up(leaves, scale, at_round=months)
    counted = [total.rows[leaf.key].weighted for leaf in leaves]
    return [
        Assumed(row.indicator, row.last, row.score, weighted.shown if weighted else None, row.problem)
        for row, weighted in zip(rows, counted, strict=True)
    ], total


def _leaf(row: Assumed) -> scoring.Leaf:
    one = row.indicator
    weights = {int(months): Decimal(weight) for months, weight in one.round_weights.items()}
    return scoring.Leaf(f"i{one.pk}", one.weight, raw=row.score, start_round=one.start_months, round_weights=weights)


def _assumed(one: Indicator, last: Decimal | None, said: Mapping[str, Any], scale: scoring.Scale) -> Assumed:
    how, value = said.get(f"how_{one.pk}") or LAST, said.get(f"value_{one.pk}")
    if how == TARGET:
        score, problem = _at_target(one, scale)
    elif how == TYPED and value is not None:
        score, problem = _of_figure(one, value, scale)
    else:
        score, problem = last, "" if how == LAST else "พิมพ์ตัวเลขที่สมมติ"
    return Assumed(one, last, last if problem else score, problem=problem)


def _at_target(one: Indicator, scale: scoring.Scale) -> tuple[Decimal | None, str]:
    if one.criteria.target_level:
        return scale.rounded(scale.at_level(one.criteria.target_level)), ""
    if one.target is None:
        return None, "ตัวชี้วัดนี้ไม่มีค่าเป้าหมาย"
    return _of_figure(one, one.target, scale)


def _of_figure(one: Indicator, value: Decimal, scale: scoring.Scale) -> tuple[Decimal | None, str]:
    if one.criteria.kind in KINDS_OF_NUMBER:
        try:
            return scoring.score(as_criteria(one), scoring.Measured(value), scale).raw, ""
        except (scoring.CriteriaError, scoring.ResultError) as refusal:
            return None, str(refusal)
    if not 0 <= value <= scale.highest:
        return None, f"คะแนนต้องอยู่ระหว่าง 0 ถึง {scoring.plain(scale.highest)}"
    return scale.rounded(value), ""


def last_months(agreement: Agreement) -> int:
    """The year's last round: 12 where the framework says nothing."""
    return max((round.months for round in agreement.rounds.all()), default=12)


def context(agreement: Agreement, by: User, data: Any = None) -> dict[str, Any]:
    """Of the page: the rows as they are assumed, the total beside what it would be if nothing changed."""
    scale, months = as_scale(agreement.framework.scale), last_months(agreement)
    bands = policy.bands(agreement.framework.scale.bands)
    indicators, last = indicators_of(agreement), last_scores(agreement, by)
    form = AssumptionForm(data or None, indicators=indicators)
    form.is_valid()  # a box that cannot be read says so; the others count all the same
    said = form.cleaned_data if form.is_bound else {}
    rows, total = assume(indicators, last, said, scale, months=months)
    _, before = assume(indicators, last, {}, scale, months=months)
    end, now = total.all_active.score, before.all_active.score
    return {
        "agreement": agreement,
        "form": form,
        "total": _number(end, scale),
        "before": _number(now, scale),
        "change": _change(end, now, scale),
        "light": lights.light(end, bands),
        "working": [step.text for step in total.all_active.working],
        "rows": [_shown(row, form, scale, bands) for row in rows],
    }


def _shown(row: Assumed, form: AssumptionForm, scale: scoring.Scale, bands: Sequence[scoring.Band]) -> dict[str, Any]:
    one = row.indicator
    return {
        "indicator": one,
        "how": form[f"how_{one.pk}"],
        "value": form[f"value_{one.pk}"],
        "unit": one.unit if one.criteria.kind in KINDS_OF_NUMBER else "คะแนน",
        "target": "" if one.target is None else format_number(one.target),
        "last": _number(row.last, scale),
        "score": _number(row.score, scale),
        "weighted": _number(row.weighted, scale),
        "light": lights.light(row.score, bands),
        "problem": row.problem,
    }


def _number(value: Decimal | None, scale: scoring.Scale) -> str:
    return "" if value is None else format_number(value, decimals=scale.decimals)


def _change(end: Decimal | None, now: Decimal | None, scale: scoring.Scale) -> str:
    if end is None or now is None or end == now:
        return ""
    return f"{'+' if end > now else '−'}{_number(abs(end - now), scale)}"
