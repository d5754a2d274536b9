"""The boxes of one scored leaf: which ones its criteria needs, what they mean together, and back from a stored row.

A leaf is the indicator itself or one child of a composite. Its boxes are named after what they hold and its id
(`value_12`); `names`, `initial`, `check` and `entry` are the only places that know.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms

from agreements import scoring
from agreements.criteria import KINDS_OF_NUMBER, KINDS_OF_STEPS, K
from kpiportal.fields import ResultNumberField
from kpiportal.numbers import NO_DATA, format_number
from reporting.scorecard import PER_STEP

if TYPE_CHECKING:
    from agreements.models import Indicator
    from reporting.models import ReportEntry

# What an entry keeps of a child is its figure: "no data" is said of the whole card, with its reason.
NOT_OF_A_CHILD = "ตัวชี้วัดย่อยเว้นว่างไว้ก่อนได้ ถ้าไม่มีข้อมูล ให้เลือก “ไม่มีข้อมูลในรอบนี้” ของทั้งตัวชี้วัด"
NONE_YET = 0  # the tick that says "no step has begun": a real answer, unlike an untouched list
MOST = Decimal(10) ** 14  # what a figure's column holds before the point
PERCENT = "ร้อยละ"


def has_ratio(leaf: Indicator) -> bool:
    """Whether the result may be given as numerator and denominator: a percentage that is measured."""
    return leaf.criteria.kind in KINDS_OF_NUMBER and leaf.unit == PERCENT


def declared_parts(leaf: Indicator) -> dict[int, list[tuple[str, str]]]:
    """Step -> [(words, share)] of the sub-points its criteria declares; empty when the part is typed as a number."""
    if leaf.criteria.kind != K.MILESTONE_PARTIAL:
        return {}
    return {step: [tuple(part) for part in parts] for step, parts in enumerate(leaf.criteria.parts, start=1) if parts}


def fields_of(leaf: Indicator) -> dict[str, forms.Field]:
    """The inputs this kind of criteria needs, in the order a person fills them."""
    return dict(_fields(leaf))


def _fields(leaf: Indicator) -> Iterator[tuple[str, forms.Field]]:
    kind, pk = leaf.criteria.kind, leaf.pk
    if kind in KINDS_OF_STEPS:
        yield f"steps_{pk}", _steps(leaf)
    for step, parts in declared_parts(leaf).items():
        yield f"points_{pk}_{step}", _points(step, parts)
    if kind == K.MILESTONE_PARTIAL and not declared_parts(leaf):
        yield f"part_{pk}", ResultNumberField(
            label="ส่วนที่ทำได้ของขั้นถัดไป", required=False, decimals=4, no_data=False,
            help_text="ตั้งแต่ 0 แต่ไม่ถึง 1 เช่น 0.25",
        )  # fmt: skip
    if kind in KINDS_OF_NUMBER or kind == K.MIXED:
        yield f"value_{pk}", ResultNumberField(
            label=f"ผลการดำเนินงาน ({leaf.unit})", required=False, percent=leaf.unit == PERCENT,
            no_data=leaf.parent_id is None, error_messages={"no_data": NOT_OF_A_CHILD},
        )  # fmt: skip
    if has_ratio(leaf):
        yield f"num_{pk}", ResultNumberField(label="ตัวตั้ง", required=False, no_data=False)
        yield f"den_{pk}", ResultNumberField(label="ตัวหาร", required=False, no_data=False)
    if kind == K.YES_NO:
        yield (
            f"answer_{pk}",
            forms.ChoiceField(
                label="ผลการดำเนินงาน",
                required=False,
                choices=[("yes", "ผ่าน"), ("no", "ไม่ผ่าน")],
                widget=forms.RadioSelect,
            ),
        )


def _steps(leaf: Indicator) -> forms.Field:
    choices = [(str(NONE_YET), "ยังไม่เริ่มขั้นใด")]
    choices += [(str(n), f"ขั้นที่ {n} {step}") for n, step in enumerate(leaf.criteria.steps, start=1)]
    label = "ประเด็นที่ดำเนินการแล้ว" if leaf.criteria.kind == K.COUNT else "ขั้นตอนที่ดำเนินการแล้ว"
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def _points(step: int, parts: list[tuple[str, str]]) -> forms.Field:
    choices = [
        (str(n), f"{words} ({format_number(Decimal(share))})") for n, (words, share) in enumerate(parts, start=1)
    ]
    return forms.MultipleChoiceField(
        label=f"ข้อย่อยของขั้นที่ {step} ที่ทำแล้ว", choices=choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text="นับเมื่อทำขั้นก่อนหน้าครบแล้ว",
    )  # fmt: skip


def initial(entry: ReportEntry) -> dict[str, Any]:
    """A stored answer as initial values. A result that was computed is not typed again: its two figures are."""
    pk = entry.indicator_id
    found: dict[str, Any] = {
        f"value_{pk}": entry.value if entry.numerator is None and entry.denominator is None else None,
        f"num_{pk}": entry.numerator,
        f"den_{pk}": entry.denominator,
        f"part_{pk}": entry.part,
    }
    if entry.steps_done is not None:
        found[f"steps_{pk}"] = [str(step) for step in entry.steps_done] or [str(NONE_YET)]
    for point in entry.sub_points or ():
        found.setdefault(f"points_{pk}_{point // PER_STEP}", []).append(str(point % PER_STEP))
    if entry.answer is not None:
        found[f"answer_{pk}"] = "yes" if entry.answer else "no"
    return found


def check(leaf: Indicator, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(box, sentence) for boxes that contradict each other; turns "-" and "N/A" into "no data" of the card."""
    pk = leaf.pk
    if cleaned.get(f"value_{pk}") is NO_DATA:
        # "-" or "N/A" in the box says the same as the tick: no data, and then a reason is owed.
        cleaned[f"value_{pk}"] = None
        cleaned["no_data"] = True
    steps = cleaned.get(f"steps_{pk}")
    if steps and str(NONE_YET) in steps and len(steps) > 1:
        yield f"steps_{pk}", "เลือก “ยังไม่เริ่มขั้นใด” พร้อมกับขั้นอื่นไม่ได้"
    part = cleaned.get(f"part_{pk}")
    if part is not None and not 0 <= part < 1:
        yield f"part_{pk}", "ส่วนของขั้นต้องตั้งแต่ 0 แต่ไม่ถึง 1 เช่น 0.25"
    elif part and not steps:
        yield f"part_{pk}", "เลือกขั้นที่ทำครบแล้วก่อน ถ้ายังไม่มีขั้นใดครบ ให้เลือก “ยังไม่เริ่มขั้นใด”"
    yield from _check_ratio(pk, cleaned)


def _check_ratio(pk: int, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
    numerator, denominator, typed = (cleaned.get(f"{name}_{pk}") for name in ("num", "den", "value"))
    if denominator is not None and not denominator:
        yield f"den_{pk}", "ตัวหารเป็น 0 ไม่ได้"
    elif numerator is not None and denominator is not None:
        value = ratio(numerator, denominator)
        if abs(value) >= MOST:
            yield f"den_{pk}", "ตัวหารน้อยเกินไปเมื่อเทียบกับตัวตั้ง"
        elif typed is not None and scoring.half_up(value, -typed.as_tuple().exponent) != typed:
            text = f"ไม่ตรงกับตัวตั้ง × 100 ÷ ตัวหาร ซึ่งได้ {format_number(value)} ลบช่องนี้ หรือลบตัวตั้งและตัวหาร"
            yield f"value_{pk}", text


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Per cent, half-up to the six decimals a result keeps."""
    return scoring.half_up(Fraction(numerator) * 100 / Fraction(denominator), 6)


def entry(leaf: Indicator, values: dict[str, Any]) -> dict[str, Any]:
    """ReportEntry's columns from the card's clean values."""
    pk = leaf.pk
    steps, answer = values.get(f"steps_{pk}") or None, values.get(f"answer_{pk}") or None
    numerator, denominator = values.get(f"num_{pk}"), values.get(f"den_{pk}")
    value = values.get(f"value_{pk}")
    if numerator is not None and denominator is not None:
        value = ratio(numerator, denominator)
    points = [
        step * PER_STEP + int(point)
        for step in declared_parts(leaf)
        for point in sorted(values.get(f"points_{pk}_{step}") or (), key=int)
    ]
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "steps_done": None if steps is None else sorted(int(step) for step in steps if int(step) != NONE_YET),
        "part": values.get(f"part_{pk}"),
        "sub_points": points or None,
        "answer": None if answer is None else answer == "yes",
    }
