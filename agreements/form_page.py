"""The editor of one indicator: its boxes in groups, what is wrong in them, the score of a tried result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery

from agreements import clusters, criteria_draft, form_check, form_locks, pages, scoring
from agreements.criteria import KINDS_OF_CHILDREN, KINDS_OF_NUMBER, KINDS_OF_STEPS, K, as_scale, trimmed
from agreements.form_actions import Edit, cells_of, holder_of, needs_reason
from agreements.form_cells import Cell, Holder, past_years, shown
from agreements.form_rounds import RoundsForm
from agreements.models import Assignment, Indicator, RoundPlan
from kpiportal import audit, thai
from kpiportal.numbers import InvalidNumber, format_number, parse_number

WORDS = ("definition", "formula", "source", "method", "conditions", "reason")


class Broken(ValueError):
    """The page's own hidden boxes did not come back."""


class IndicatorForm(forms.Form):
    """The boxes of one indicator for drawing: stored values, or, after a refusal, what was typed with its sentences.

    The fields are the cells' own, shared and never changed; cleaning is `read_edits`' business.
    """

    def __init__(self, cells: Mapping[str, Cell], holder: Holder, *, typed: Any = None, errors: Mapping[str, Any]):
        super().__init__(
            data={**{name: cell.shown(holder) for name, cell in cells.items()}, **(typed.dict() if typed else {})}
        )
        self.fields = {name: cell.field for name, cell in cells.items()}
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for name, sentences in errors.items():
            self.add_error(name if name in self.fields else None, sentences)


def read_edits(cells: Mapping[str, Cell], data: Mapping[str, str]) -> dict[str, Edit]:
    """The boxes a browser sent that say something else than before: name, and `was_` name beside it.

    Raises ValidationError by box name, Broken where the page forgot what stood there.
    """
    edits, wrong = {}, {}
    for name in [name for name in cells if name in data]:
        cell = cells[name]
        try:
            was = cell.clean(data[f"was_{name}"])
        except (KeyError, ValidationError) as error:
            raise Broken(name) from error
        try:
            new = cell.clean(data[name])
        except ValidationError as error:
            wrong[name] = error
            continue
        if new != was:
            edits[name] = Edit(was, new)
    if wrong:
        raise ValidationError(wrong)
    return edits


def context(
    indicator: Indicator,
    *,
    typed: Any = None,
    errors: Mapping[str, Any] | None = None,
    clash: Any = None,
    whole: bool = True,
) -> dict[str, Any]:
    """Everything indicator_edit.html shows. `indicator` comes from `with_everything`; not `whole`: for the parts of
    the page that a save draws again, of any indicator."""
    cells, holder = cells_of(indicator), holder_of(indicator)
    form = IndicatorForm(cells, holder, typed=typed, errors={**criteria_marks(indicator), **(errors or {})})
    was = {name: cell.shown(holder) for name, cell in cells.items()}
    lock = form_locks.lock_of(indicator)
    stored = {name: shown(value) for name, value in clash.stored.items()} if clash else {}

    def box(name: str) -> dict[str, Any]:
        why, field = lock.why(name, weight=indicator.weight), form[name]
        fixed = {"disabled" if isinstance(field.field.widget, forms.Select) else "readonly": True, "data-fixed": True}
        control = field.as_widget(attrs=fixed) if why else field
        return {"field": field, "control": control, "was": was[name], "their": stored.get(name), "why": why}

    return {
        "indicator": indicator,
        "agreement": indicator.agreement,
        "lock": lock,
        "clash": clash,
        **_boxes(indicator, box),
        "is_project": _is_project(indicator),
        "needs_reason": needs_reason(indicator.agreement),
        "rounds_form": RoundsForm(indicator=indicator) if whole and not indicator.parent_id else None,
        "neighbours": neighbours(indicator),
        "tried": tried(indicator, ""),
        "history": audit.history(indicator)[:12],
        **criteria_boxes(indicator, box, holder),
        **checks(indicator),
    }


def _boxes(indicator: Indicator, box: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The boxes of the page by the part they stand in; those of the criteria come by themselves."""
    return {
        "head": [box(name) for name in ("number", "name")],
        "measure": [box("unit"), box("inner_weight" if indicator.parent_id else "weight")],
        "place": [box(name) for name in ("strategic_issue", "objective")] if not indicator.parent_id else [],
        "past": [box(f"base_{year}") for year in past_years(indicator.agreement.fiscal_year)],
        "kind": box("kind"),
        "words": [box(name) for name in WORDS],
    }


def with_everything(indicators: Any) -> Any:
    """Annotated: `rounds`, the months of the framework's rounds."""
    plans = RoundPlan.objects.filter(framework=OuterRef("agreement__framework")).order_by("months")
    found = indicators.select_related(
        "agreement__owner", "agreement__framework__scale", "dimension", "criteria", "parent__criteria"
    )
    return found.annotate(rounds=ArraySubquery(plans.values("months"))).prefetch_related(
        "baselines", "children__criteria"
    )


def _is_project(indicator: Indicator) -> bool:
    """Scored on its parent's percent levels: it has no criteria of its own (R14)."""
    return indicator.parent_id is not None and indicator.parent.criteria.kind == K.PERCENT_OF_TARGET


def criteria_boxes(indicator: Indicator, box: Any, holder: Holder) -> dict[str, Any]:
    """The boxes this kind of criteria needs, in the order a person fills them."""
    draft, kind = holder.draft, holder.draft.kind
    size = range(1, draft.size + 1)
    levels: list[str] = []
    steps: list[str] = []
    if kind in KINDS_OF_NUMBER or kind == K.PERCENT_OF_TARGET:
        levels = [f"level_{n}" for n in size]
    elif kind == K.MIXED:
        levels = [f"level_{n}" for n in size if n > draft.step_count]
        steps = [f"step_{n}" for n in size if n <= draft.step_count]
    elif kind in KINDS_OF_STEPS:
        steps = [f"step_{n}" for n in size]
    return {
        "rule": [box(name) for name in _rule_boxes(kind)] if not _is_project(indicator) else [box("target")],
        "levels": [box(name) for name in levels] if not _is_project(indicator) else [],
        "steps": [box(name) for name in steps],
        "parts": [box(f"parts_{n}") for n in size] if kind == K.MILESTONE_PARTIAL else [],
        "kind_value": kind,
        "of_children": kind in KINDS_OF_CHILDREN,
        "tried_in": "steps" if steps and not levels else "number" if kind in KINDS_OF_NUMBER else "",
        "step_choices": [0, *size],
        "help": HELP.get(kind, ""),
    }


HELP = {
    K.HIGHER: "พิมพ์ค่าเป้าหมาย ระดับของเป้าหมาย และช่วงปรับเกณฑ์ ระบบเติมให้ครบทุกระดับ หรือพิมพ์แต่ละระดับเองก็ได้",
    K.LOWER: "พิมพ์ค่าเป้าหมาย ระดับของเป้าหมาย และช่วงปรับเกณฑ์ ระบบเติมให้ครบทุกระดับ หรือพิมพ์แต่ละระดับเองก็ได้",
    K.BANDED: "ผลถึงระดับใดได้คะแนนระดับนั้นเต็ม ไม่คิดเศษระหว่างระดับ",
    K.TWO_SIDED: "ผลที่อยู่ในช่วงได้คะแนนสูงสุด นอกช่วงคิดจากระยะห่าง พิมพ์ระยะห่างของแต่ละระดับ จากมากไปน้อย",
    K.MILESTONE: "ทำตามลำดับ ข้ามขั้นไม่ได้ ได้คะแนนเท่าขั้นสุดท้ายที่ทำครบต่อเนื่องกัน",
    K.MILESTONE_PARTIAL: "เหมือนขั้นตอน แต่ขั้นที่ทำได้บางส่วนนับเป็นเศษ ส่วนย่อยของแต่ละขั้นรวมกันได้ 1",
    K.COUNT: "ทำครบกี่ประเด็นได้คะแนนเท่านั้น ไม่ต้องเรียงลำดับ",
    K.MIXED: "ระดับต้นวัดเป็นขั้นตอน ระดับที่เหลือวัดเป็นตัวเลข",
    K.COMPOSITE: "คะแนนมาจากตัวชี้วัดย่อย ถ่วงด้วยน้ำหนักภายในซึ่งรวมกันได้ 1 หรือ 100 ค่าเป้าหมายคือคะแนนที่ตั้งใจ เช่น 3",
    K.PERCENT_OF_TARGET: "แต่ละโครงการคิดเป็นร้อยละของเป้าหมายของตน แล้วเฉลี่ยถ่วงน้ำหนัก ค่าเป้าหมายคือคะแนนที่ตั้งใจ เช่น 3 "
    "เว้นระดับว่างไว้ใช้ร้อยละ 60, 70, 80, 90, 100 ของเป้าหมาย",
    K.YES_NO: "ผ่านได้คะแนนสูงสุด ไม่ผ่านได้คะแนนต่ำสุด",
}


def _rule_boxes(kind: str) -> list[str]:
    target = [] if kind == K.YES_NO else ["target"]
    if kind in criteria_draft.SPREAD_KINDS:
        target += ["target_level", "interval"]
    if kind in criteria_draft.DIRECTED_KINDS:
        target.append("direction")
    if kind == K.MIXED:
        target.append("step_count")
    return [*target, "band_low", "band_high"] if kind == K.TWO_SIDED else target


def criteria_marks(indicator: Indicator) -> dict[str, str]:
    if _is_project(indicator):
        return {}
    scale = indicator.agreement.framework.scale
    return criteria_draft.marks(form_check.lacking(indicator, scale))


def checks(indicator: Indicator) -> dict[str, Any]:
    """What this row still lacks before sending, each with its box on this page."""
    found = form_check.lacking(indicator, indicator.agreement.framework.scale)
    return {"lacking": [{"text": p.text, "box": criteria_draft.boxes(p)[0]} for p in found]}


def neighbours(indicator: Indicator) -> dict[str, Any]:
    """The rows before and after in the order of the sheet: an editor is walked through without going back."""
    rows = list(
        Indicator.objects.filter(agreement=indicator.agreement_id)
        .order_by("dimension__order", "order")
        .values_list("pk", "number")
    )
    place = next((n for n, row in enumerate(rows) if row[0] == indicator.pk), 0)
    return {
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
        "place": f"{place + 1} จาก {len(rows)}",
    }


def tried(indicator: Indicator, typed: str) -> dict[str, Any]:
    """ถ้าได้ [82.35] คะแนน = 3.4700, with the working: the stored criteria, scored by the one engine."""
    scale = indicator.agreement.framework.scale
    shown_figure = pages.figure(indicator, scale) if len(indicator.criteria.levels) == len(scale.points) else None
    empty = {"figure": shown_figure, "score": "", "working": [], "error": ""}
    if not typed.strip():
        return empty
    kind = indicator.criteria.kind
    draft = holder_of(indicator, with_past=False).draft
    try:
        value = parse_number(typed, percent=True)
        criteria = criteria_draft.engine(draft)
        if not isinstance(value, Decimal) or criteria is None:
            return {**empty, "error": "พิมพ์ผลเป็นตัวเลข เช่น 82.35" if criteria is not None else ""}
        result: Any = scoring.Measured(value)
        if kind in KINDS_OF_STEPS:
            result = scoring.StepsDone(frozenset(range(1, int(value) + 1)))
        score = scoring.score(criteria, result, as_scale(scale))
    except (InvalidNumber, scoring.CriteriaError, scoring.ResultError) as refusal:
        return {**empty, "error": str(refusal)}
    working = [step.text for step in score.working]
    if indicator.weight:
        working.append(scoring.weigh(score.raw, trimmed(indicator.weight), places=scale.decimals).step.text)
    figure = pages.figure(indicator, scale, value) if shown_figure and kind in KINDS_OF_NUMBER else None
    return {
        "figure": figure,
        "score": format_number(score.raw, decimals=scale.decimals),
        "working": working,
        "error": "",
    }


def hosts(indicator: Indicator) -> dict[str, Any]:
    """Who answers, and the province's agencies to choose from."""
    part = indicator.assignments.filter(organization=OuterRef("pk")).values("part")[:1]
    agencies = clusters.agencies(indicator.agreement).annotate(part=Subquery(part))
    found = [{"pk": a.pk, "name": a.name, "part": a.part or ""} for a in agencies.in_thai_order()]
    host = next((a["pk"] for a in found if a["part"] == Assignment.Part.HOST), None)
    was = " ".join(sorted(f"{a['pk']}:{a['part']}" for a in found if a["part"]))
    return {"agencies": found, "host": host, "was": was or "-"}


def clock_text(at: dt.datetime) -> str:
    return f"บันทึกแล้ว {thai.time_text(at).removeprefix('เวลา ')}"


def values(names: Iterable[str], cells: Mapping[str, Cell], holder: Holder) -> dict[str, str]:
    return {name: cells[name].shown(holder) for name in names}
