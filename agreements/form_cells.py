"""The boxes of one indicator in the negotiation form: name, label, how typed text becomes a value, where it is kept.

The sheet, the editor, the workbook and the list of what is missing all name the same boxes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.criteria_draft import Draft, Parts
from agreements.models import Criteria, Indicator
from kpiportal.fields import LineField, ResultNumberField, WordsField
from kpiportal.numbers import NO_DATA, InvalidNumber, format_number, parse_number
from kpiportal.thai import clean_line

PAST_YEARS = 3  # boxes for the results of the three years before (DOMAIN.md 4.2)
LONGEST_WORDS = 10_000


class NumberField(ResultNumberField):
    """A number between bounds, or nothing. `blank` is what nothing means."""

    def __init__(self, *, least: int | None = None, most: int | None = None, blank: Any = None, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "no_data": False} | kwargs)
        self.least, self.most, self.blank = least, most, blank

    def clean(self, value: Any) -> Decimal | None:
        number = super().clean(value)
        if number is None or number is NO_DATA:
            return self.blank
        if self.least is not None and number < self.least:
            raise ValidationError(f"ต้องไม่น้อยกว่า {self.least}", code="too_small")
        if self.most is not None and number > self.most:
            raise ValidationError(f"ต้องไม่เกิน {self.most}", code="too_large")
        return number


class ChoiceField(forms.TypedChoiceField):
    default_error_messages = {"invalid_choice": "เลือกค่าที่มีในรายการ"}


class PartsField(forms.CharField):
    """The parts of a step, one per line: ร่างแผน = 0.5. Cleaned to [["ร่างแผน", "0.5"], ...] as Criteria keeps them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs={"rows": 2})} | kwargs)

    def clean(self, value: Any) -> Parts:
        return [self._part(line) for line in super().clean(value).splitlines() if line.strip()]

    @staticmethod
    def _part(line: str) -> list[str]:
        words, sign, share = line.rpartition("=")
        try:
            number = parse_number(share, decimals=4, digits=3) if sign else None
        except InvalidNumber as refusal:
            raise ValidationError(str(refusal)) from refusal
        if not isinstance(number, Decimal) or not clean_line(words):
            raise ValidationError("พิมพ์บรรทัดละหนึ่งส่วน เช่น ร่างแผนแล้ว = 0.5")
        return [clean_line(words), format_number(number)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One box. `get` reads its value from (indicator, draft criteria, baselines), `put` writes it there."""

    name: str
    label: str
    field: forms.Field
    get: Callable[[Holder], Any]
    put: Callable[[Holder, Any], None]

    def clean(self, typed: str) -> Any:
        """The value of typed text. Raises ValidationError with a Thai sentence."""
        return self.field.clean(typed.replace("\r\n", "\n"))

    def shown(self, holder: Holder) -> str:
        return shown(self.get(holder))


@dataclass
class Holder:
    """What the boxes of one indicator are kept in."""

    indicator: Indicator
    draft: Draft
    past: dict[int, Decimal | None]


def shown(value: Any) -> str:
    """A value as its box shows it: the text that, typed again, gives the same value."""
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, list):
        return "\n".join(f"{words} = {share}" for words, share in value)
    return "" if value is None else str(value)


def _of_indicator(name: str, field: forms.Field, label: str = "") -> Cell:
    def put(holder: Holder, value: Any) -> None:
        setattr(holder.indicator, name, value)

    label = label or str(Indicator._meta.get_field(name).verbose_name)
    return Cell(name, label, field, lambda holder: getattr(holder.indicator, name), put)


def _of_draft(name: str, field: forms.Field, label: str = "") -> Cell:
    def put(holder: Holder, value: Any) -> None:
        setattr(holder.draft, name, value)

    label = label or str(Criteria._meta.get_field(name).verbose_name)
    return Cell(name, label, field, lambda holder: getattr(holder.draft, name), put)


def _in_list(name: str, place: int, label: str, field: forms.Field) -> Cell:
    def put(holder: Holder, value: Any) -> None:
        getattr(holder.draft, name)[place] = value

    box = {"levels": "level", "steps": "step", "parts": "parts"}[name]
    return Cell(f"{box}_{place + 1}", label, field, lambda holder: getattr(holder.draft, name)[place], put)


def _of_year(year: int) -> Cell:
    def put(holder: Holder, value: Decimal | None) -> None:
        holder.past[year] = value

    field = NumberField(no_data=True)
    return Cell(f"base_{year}", f"ผลปี {year}", field, lambda holder: holder.past.get(year), put)


@cache
def cells(points: tuple[Decimal, ...], fiscal_year: int, *, is_child: bool) -> dict[str, Cell]:
    """Every box of an indicator of this year on this scale, in the order of the editor. Fields are only ever read."""
    weight = (
        _of_indicator("inner_weight", NumberField(decimals=4, digits=2, least=0, blank=Decimal(0)))
        if is_child
        else _of_indicator("weight", NumberField(decimals=2, digits=3, least=0, most=100, blank=Decimal(0)))
    )
    made = [
        _of_indicator("number", LineField(longest=20)),
        _of_indicator("name", LineField(longest=500)),
        _of_indicator("strategic_issue", LineField(longest=500)),
        _of_indicator("objective", LineField(longest=500)),
        _of_indicator("unit", LineField(longest=60)),
        weight,
        *(_of_year(year) for year in past_years(fiscal_year)),
        _of_indicator("target", NumberField()),
        *_criteria_cells(points),
        *(
            _of_indicator(name, WordsField(longest=LONGEST_WORDS, rows=2))
            for name in ("definition", "formula", "source", "method", "conditions", "reason")
        ),
    ]
    for cell in made:
        cell.field.label = cell.label
    return {cell.name: cell for cell in made}


def _criteria_cells(points: tuple[Decimal, ...]) -> list[Cell]:
    places = [(place, format_number(point)) for place, point in enumerate(points)]
    levels = [("", "–"), *((place + 1, f"ระดับ {point}") for place, point in places)]
    whole = {"coerce": int, "empty_value": None, "required": False}
    return [
        _of_draft("kind", ChoiceField(choices=Criteria.Kind.choices)),
        _of_draft("direction", ChoiceField(choices=Criteria.Direction.choices)),
        _of_draft("target_level", ChoiceField(choices=levels, **whole)),
        _of_draft("interval", NumberField(), "ช่วงปรับเกณฑ์ต่อ 1 ระดับ (+/-)"),
        _of_draft("band_low", NumberField(), "ช่วงที่กำหนด ตั้งแต่"),
        _of_draft("band_high", NumberField(), "ถึง"),
        _of_draft(
            "step_count",
            ChoiceField(choices=[(n, f"{n} ขั้นแรก") for n in range(1, len(points))], **whole | {"empty_value": 1}),
            "ระดับที่วัดเป็นขั้นตอน",
        ),
        *(_in_list("levels", place, f"ระดับ {point}", NumberField()) for place, point in places),
        *(_in_list("steps", place, f"ขั้นที่ {place + 1}", WordsField(longest=2_000, rows=1)) for place, _ in places),
        *(_in_list("parts", place, f"ส่วนย่อยของขั้นที่ {place + 1}", PartsField()) for place, _ in places),
    ]


def past_years(fiscal_year: int) -> list[int]:
    return list(range(fiscal_year - PAST_YEARS, fiscal_year))
