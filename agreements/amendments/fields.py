"""What of a signed indicator may be asked to change: fields as groups of the form's own boxes, kept as their texts.

A row of a request holds {"target": "80"}: the text a box shows, which typed again gives the same value. So a request
reads the same whatever becomes of the indicator later, and every text goes through the very box that checks the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agreements import criteria_draft, form_actions
from agreements.criteria import KINDS_OF_NUMBER, KINDS_OF_STEPS, K, as_scale
from agreements.form_cells import Cell
from agreements.models import Criteria, Indicator

CANCEL, CRITERIA, KIND, WEIGHT = "cancel", "criteria", "kind", "weight"
CANCELLED = "ยกเลิก"
WORDS = ("name", "unit", "definition", "formula", "source", "method", "conditions")
LABELS = {
    "target": "ค่าเป้าหมาย",
    CRITERIA: "เกณฑ์การให้คะแนน",
    KIND: "ประเภทเกณฑ์ พร้อมเป้าหมายและเกณฑ์ใหม่",
    WEIGHT: "น้ำหนัก",
    **{name: str(Indicator._meta.get_field(name).verbose_name) for name in WORDS},
    CANCEL: "ยกเลิกตัวชี้วัด",
}
Texts = dict[str, str]
# Kinds a request may change to: what is scored by children, or by parts of steps, is another indicator.
KINDS_ASKED = (K.HIGHER, K.LOWER, K.BANDED, K.TWO_SIDED, K.MILESTONE, K.COUNT, K.YES_NO)
_WORDS_OF = {"kind": dict(Criteria.Kind.choices), "direction": dict(Criteria.Direction.choices)}


def offered(indicator: Indicator) -> list[str]:
    """The fields of this indicator a request may name, in the order of the list."""
    return [field for field in LABELS if boxes(indicator, field)]


def boxes(indicator: Indicator, field: str) -> list[str]:
    """The boxes of a field; none where this kind of indicator has no such field."""
    if field == CANCEL:
        return [CANCEL] if indicator.parent_id is None and indicator.cancelled_months is None else []
    if field == WEIGHT:
        return ["inner_weight" if indicator.parent_id else WEIGHT]
    if field == CRITERIA:
        return _criteria_boxes(indicator)
    if field == KIND:
        return _kind_boxes(indicator)
    if field == "target":
        return [] if indicator.criteria.kind in (K.YES_NO, K.COMPOSITE) else ["target"]
    return [field]


def _criteria_boxes(indicator: Indicator) -> list[str]:
    kind, size = indicator.criteria.kind, len(indicator.agreement.framework.scale.points)
    if indicator.parent and indicator.parent.criteria.kind == K.PERCENT_OF_TARGET:
        return []  # a project is scored on its parent's levels
    places = range(1, size + 1)
    if kind in KINDS_OF_NUMBER or kind == K.PERCENT_OF_TARGET:
        band = ["band_low", "band_high"] if kind == K.TWO_SIDED else []
        return [*band, *(f"level_{n}" for n in places)]
    if kind == K.MIXED:
        steps = len(indicator.criteria.steps)
        return [f"step_{n}" if n <= steps else f"level_{n}" for n in places]
    if kind in KINDS_OF_STEPS:
        parts = [f"parts_{n}" for n in places] if kind == K.MILESTONE_PARTIAL else []
        return [f"step_{n}" for n in places] + parts
    return []


def _kind_boxes(indicator: Indicator) -> list[str]:
    """Every box any of those kinds uses: the request keeps them all, `in_use` says which are asked for."""
    if indicator.parent_id or indicator.criteria.kind not in KINDS_ASKED:
        return []
    places = range(1, len(indicator.agreement.framework.scale.points) + 1)
    lists = [f"{name}_{n}" for name in ("level", "step") for n in places]
    return ["kind", "target", "direction", "band_low", "band_high", *lists]


def saying_the_same(field: str) -> list[str]:
    """Fields that may not stand beside this one in a request: a new kind brings its target and criteria along."""
    if field == KIND:
        return [KIND, CRITERIA, "target"]
    return [field, KIND] if field in (CRITERIA, "target") else [field]


def in_use(field: str, texts: Mapping[str, str]) -> list[str]:
    """Of the boxes of a request's row those that say something: under a kind, only what that kind is made of."""
    if field != KIND:
        return list(texts)
    kind = texts["kind"]
    used = {
        "kind": True,
        "target": kind != K.YES_NO,
        "direction": kind in criteria_draft.DIRECTED_KINDS,
        "band": kind == K.TWO_SIDED,
        "level": kind in KINDS_OF_NUMBER,
        "step": kind in KINDS_OF_STEPS,
    }
    order = list(used)  # JSON keeps none
    found = [name for name in texts if used[name.partition("_")[0]]]
    return sorted(found, key=lambda name: (order.index(name.partition("_")[0]), name != "band_low", name))


def cells(indicator: Indicator) -> dict[str, Cell]:
    return form_actions.cells_of(indicator)


def read(indicator: Indicator, field: str) -> Texts:
    """What stands there now. `indicator` comes with criteria, parent__criteria and agreement__framework__scale."""
    if field == CANCEL:
        return {CANCEL: CANCELLED if indicator.cancelled_months else ""}
    known, holder = cells(indicator), form_actions.holder_of(indicator, with_past=False)
    return {name: known[name].shown(holder) for name in boxes(indicator, field)}


def write(indicator: Indicator, changes: Mapping[str, Texts], *, from_months: int, rounds: list[int]) -> None:
    """Put texts into the row and its criteria, in memory. `changes`: texts by field; `rounds`: the year's rounds.

    What was weighed before `from_months` stays weighed so (R23). A cancelled indicator weighs nothing from then on.
    """
    before = indicator.weight
    known, holder = cells(indicator), form_actions.holder_of(indicator, with_past=False)
    for field, texts in changes.items():
        if field == CANCEL:
            indicator.cancelled_months, indicator.weight = from_months, before * 0
            continue
        for name, text in texts.items():
            known[name].put(holder, known[name].clean(text))
    if CRITERIA in changes or KIND in changes:
        scale = as_scale(indicator.agreement.framework.scale)
        criteria_draft.fill(holder.draft, indicator.target, {"level_1"}, scale)  # levels as typed; the interval follows
        for name, value in criteria_draft.columns(holder.draft).items():
            setattr(indicator.criteria, name, value)
    if indicator.weight != before:
        kept = {str(months): format(before, "f") for months in rounds if months < from_months}
        indicator.round_weights = {**kept, **_earlier(indicator.round_weights, from_months)}


def _earlier(round_weights: Mapping[str, str], from_months: int) -> dict[str, str]:
    """A weight of its own for a later round gives way to what is decided now."""
    return {months: weight for months, weight in round_weights.items() if int(months) < from_months}


def shown(field: str, texts: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Texts as a page or paper prints them: one line per box, its label only where there are several."""
    if not texts:
        return []
    several = len(texts) > 1
    return [
        {"label": label_of(name) if several else "", "text": _WORDS_OF.get(name, {}).get(text, text) or "(ว่าง)"}
        for name, text in ((name, texts[name]) for name in in_use(field, texts))
        if text or not several
    ]


def label_of(box: str) -> str:
    """level_3 → ระดับ 3; step_2 → ขั้นที่ 2."""
    kind, _, place = box.rpartition("_")
    words = {"level": "ระดับ", "step": "ขั้นที่", "parts": "ส่วนย่อยของขั้นที่"}
    if kind in words:
        return f"{words[kind]} {place}"
    return {"band_low": "ตั้งแต่", "band_high": "ถึง", "kind": "ประเภทเกณฑ์", "direction": "ทิศทาง"}.get(
        box, LABELS.get(box, box)
    )
