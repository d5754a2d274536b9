"""The negotiation form as a workbook: OPDC's columns, one row per indicator, drop-downs, and a hidden copy of what was
given out, so that what comes back is compared with what the person had, not with what stands in the portal by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements import clusters, form_actions, form_cells, form_page
from agreements.criteria import KINDS_OF_STEPS, K
from agreements.form_cells import past_years, shown
from agreements.models import Agreement, Criteria, Indicator
from kpiportal import xlsx
from kpiportal.numbers import format_number
from kpiportal.xlsx import Column, Sheet

FORM, LISTS, GIVEN, KEYS = "แบบฟอร์มการเจรจา", "ค่าที่ใช้ได้", "ต้นฉบับ", "กุญแจ"
VERSION = "2"
MOST_ROWS = 500

PK, DIMENSION, PARENT, HOST = "รหัสในระบบ", "ประเด็นการประเมินผล", "อยู่ใต้ตัวชี้วัดที่", "เจ้าภาพหลัก"
WEIGHT = "น้ำหนัก (ร้อยละ)"
CO_HOSTS = "เจ้าภาพร่วม (คั่นด้วย ;)"
KINDS = dict(Criteria.Kind.choices)
DIRECTIONS = dict(Criteria.Direction.choices)


@dataclass(frozen=True)
class Field:
    """A column of the form. `box`: the box it fills (form_cells), or "" where it says where the row belongs."""

    header: str
    box: str
    width: int = 14
    choices: str = ""  # the name of a list on the second sheet
    number: bool = False
    hidden: bool = False


def fields(agreement: Agreement) -> list[Field]:
    """The columns, in OPDC's order (DOMAIN.md 4.2), then what the indicator's template asks besides."""
    years = past_years(agreement.fiscal_year)
    points = [format_number(point) for point in agreement.framework.scale.points]
    return [
        Field(PK, "", 8, hidden=True),
        Field(DIMENSION, "", 22, choices="dimensions"),
        Field("ประเด็นยุทธศาสตร์", "strategic_issue", 26),
        Field("เป้าประสงค์", "objective", 24),
        Field("ตัวชี้วัดที่", "number", 10),
        Field(PARENT, "", 10),
        Field("ชื่อตัวชี้วัด", "name", 40),
        Field("หน่วยวัด", "unit", 12),
        Field(WEIGHT, "weight", 10, number=True),
        *(Field(f"ผลปี {year}", f"base_{year}", 10, number=True) for year in years),
        Field("ค่าเป้าหมาย", "target", 11, number=True),
        Field("ประเภทเกณฑ์", "kind", 22, choices="kinds"),
        *(Field(f"ระดับ {point}", f"level_{n}", 13) for n, point in enumerate(points, start=1)),
        Field("ทิศทาง (เป็นช่วง/ผสม)", "direction", 14, choices="directions"),
        Field("ช่วงที่กำหนด ตั้งแต่", "band_low", 11, number=True),
        Field("ช่วงที่กำหนด ถึง", "band_high", 11, number=True),
        Field(HOST, "", 30, choices="agencies"),
        Field("เหตุผลของข้อเสนอ", "reason", 34),
        *(
            Field(str(Indicator._meta.get_field(name).verbose_name), name, 34)
            for name in ("definition", "formula", "source", "method", "conditions")
        ),
        Field(CO_HOSTS, "", 34),
        *(Field(f"ส่วนย่อยของขั้นที่ {n}", f"parts_{n}", 26) for n in range(1, len(points) + 1)),
    ]


def build(agreement: Agreement, *, at: dt.datetime) -> bytes:
    """This party's workbook as its form stands now. `agreement` comes with framework.scale selected."""
    columns = fields(agreement)
    lists = lists_of(agreement)
    rows = list(rows_of(agreement, columns))
    ranges = {name: (n, len(values)) for n, (name, values) in enumerate(lists.items())}
    made = [_column(field, ranges) for field in columns]
    depth = max(len(values) for values in lists.values())
    allowed = [[values[n] if n < len(values) else None for values in lists.values()] for n in range(depth)]
    keys = [("version", VERSION), ("agreement", str(agreement.pk)), ("fiscal_year", str(agreement.fiscal_year)),
            ("owner", agreement.owner.full_name)]  # fmt: skip
    return xlsx.write_workbook(
        [
            Sheet(FORM, made, [_written(row, columns) for row in rows], form=True),
            Sheet(
                LISTS, [Column(title, 34) for title in (DIMENSION, "ประเภทเกณฑ์", "ทิศทาง", HOST)], allowed, locked=True
            ),
            Sheet(GIVEN, [Column(field.header) for field in columns], rows, locked=True, hidden=True),
            Sheet(KEYS, [Column("ชื่อ"), Column("ค่า")], keys, locked=True, hidden=True),
        ],
        at=at,
    )


def lists_of(agreement: Agreement) -> dict[str, list[str]]:
    """What the drop-downs offer."""
    agencies = clusters.agencies(agreement).in_thai_order()
    return {
        "dimensions": list(agreement.framework.dimensions.filter(children=None).values_list("name", flat=True)),
        "kinds": list(KINDS.values()),
        "directions": list(DIRECTIONS.values()),
        "agencies": [agency.name for agency in agencies],
    }


def _column(field: Field, ranges: dict[str, tuple[int, int]]) -> Column:
    choices = ""
    if field.choices and ranges[field.choices][1]:
        place, count = ranges[field.choices]
        letter = chr(65 + place)
        choices = f"{LISTS}!{letter}2:{letter}{count + 1}"
    kind = "number" if field.number else "text"
    return Column(field.header, field.width, kind, decimals=None, choices=choices, hidden=field.hidden)


def rows_of(agreement: Agreement, columns: Sequence[Field]) -> Iterable[list[str]]:
    """Every indicator as the texts of its columns: what the hidden copy keeps, too."""
    indicators = form_page.with_everything(agreement.indicators).prefetch_related("assignments__organization")
    for indicator in indicators.order_by("dimension__order", "order"):
        yield texts(indicator, columns)


def texts(indicator: Indicator, columns: Sequence[Field]) -> list[str]:
    cells, holder = form_actions.cells_of(indicator), form_actions.holder_of(indicator)
    assigned = [(a.part, a.organization.name) for a in indicator.assignments.all()]
    host = next((name for part, name in assigned if part == "host"), "")
    own = {
        PK: str(indicator.pk),
        DIMENSION: indicator.dimension.name,
        PARENT: indicator.parent.number if indicator.parent else "",
        HOST: host,
        CO_HOSTS: "; ".join(sorted(name for part, name in assigned if part == "co_host")),
        WEIGHT: shown(indicator.inner_weight if indicator.parent else indicator.weight),
        "ประเภทเกณฑ์": KINDS[holder.draft.kind],
        "ทิศทาง (เป็นช่วง/ผสม)": _direction(holder.draft),
    }
    return [own[f.header] if f.header in own else _text(f.box, cells, holder) for f in columns]


def _direction(draft: form_page.criteria_draft.Draft) -> str:
    return DIRECTIONS[draft.direction] if draft.kind in form_page.criteria_draft.DIRECTED_KINDS else ""


def _text(box: str, cells: dict[str, form_cells.Cell], holder: form_cells.Holder) -> str:
    if not box.startswith("level_"):
        return cells[box].shown(holder)
    return cells[level_box(box, holder.draft.kind, holder.draft.step_count)].shown(holder)


def level_box(box: str, kind: str, step_count: int) -> str:
    """The box under a column “ระดับ n”: a level where it is a number, a step where it is words."""
    place = int(box.removeprefix("level_"))
    if kind == K.MIXED:
        return box if place > step_count else f"step_{place}"
    return f"step_{place}" if kind in KINDS_OF_STEPS else box


def _written(row: Sequence[str], columns: Sequence[Field]) -> list[str | Decimal | None]:
    """Numbers as numbers, so that Excel counts with them; words as words."""
    written: list[str | Decimal | None] = []
    for text, field in zip(row, columns, strict=True):
        plain = text.replace(",", "")
        is_number = (field.number or field.box.startswith("level_")) and plain.lstrip("-").replace(".", "", 1).isdigit()
        written.append(None if not text else Decimal(plain) if is_number and plain.isascii() else text)
    return written
