"""The negotiation form as one sheet of boxes: one SQL, every value formatted once (like agreements/tree.py).

A form is looked at again after nearly every box that is typed: each worker remembers the HTML of a row under the very
values it was drawn from, so only rows that changed are judged and redrawn, and nothing has to be invalidated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import criteria_draft, form_locks, scoring, weights
from agreements.criteria import KINDS_OF_CHILDREN, KINDS_OF_NUMBER, KINDS_OF_STEPS, K, as_scale
from agreements.form_cells import past_years, shown
from agreements.models import Agreement, Assignment, Criteria
from agreements.pages import number
from agreements.tree import BESIDE
from kpiportal.prepared import Statement

_TABLE = Statement(f"""
SELECT d.id AS dimension_id, d.parent_id AS dimension_parent_id, d.name AS dimension_name, d.weight AS dimension_weight,
       EXISTS (SELECT 1 FROM agreements_dimension s WHERE s.parent_id = d.id) AS has_subs,
       i.id, i.parent_id, i.number, i.name, i.unit, i.target, i.weight, i.inner_weight, i.strategic_issue, i.objective,
       c.kind, c.direction, c.levels, c.steps, c.band_low, c.band_high, c.interval, p.kind AS parent_kind,
       t.number AS parent_number, coalesce(t.cluster_source_id, i.cluster_source_id) IS NOT NULL AS of_cluster,
       m.id IS NOT NULL AS compulsory, coalesce(m.fixed_criteria, false) AS standard, m.weight AS fixed_weight,
       b.years, b.past, coalesce(nullif(o.short_name, ''), o.name) AS host
FROM agreements_dimension d
LEFT JOIN agreements_indicator i ON i.dimension_id = d.id AND i.agreement_id = %(agreement)s
LEFT JOIN agreements_criteria c ON c.id = i.criteria_id
LEFT JOIN agreements_indicator t ON t.id = i.parent_id
LEFT JOIN agreements_criteria p ON p.id = t.criteria_id
LEFT JOIN agreements_compulsory m ON m.framework_id = d.framework_id AND m.library_id = i.library_id
{BESIDE}WHERE d.framework_id = %(framework)s
ORDER BY d."order", coalesce(t."order", i."order"), i.parent_id NULLS FIRST, i."order"
""")  # noqa: S608 -- made of constants
# As _TABLE selects them.
COLUMNS = ("dimension_id", "dimension_parent_id", "dimension_name", "dimension_weight", "has_subs",
           "id", "parent_id", "number", "name", "unit", "target", "weight", "inner_weight", "strategic_issue",
           "objective", "kind", "direction", "levels", "steps", "band_low", "band_high", "interval", "parent_kind",
           "parent_number", "of_cluster", "compulsory", "standard", "fixed_weight", "years", "past",
           "host")  # fmt: skip
_KINDS = dict(Criteria.Kind.choices)
LINES = "agreements/_form_lines.html"
REMEMBERED = 4_000  # rows of about 4 kB: some sixty forms of sixty indicators
Fact = tuple[tuple[str, Any], ...]  # a row as (column, value)
Box = tuple[str, str, str, str]  # name, value, what is wrong with it, why it is not this form's to change


class Line(NamedTuple):
    """One line of the sheet. A tuple, unpacked once per line by the template.

    `boxes`: the number columns, `levels` those of the levels or empty, then `instead` says what stands there; `problem`
    is the first thing wrong in the row, `origin` whose row it is where that is not the party's own.
    """

    kind: str  # "dimension" | "sub" | "issue" | "objective" | "indicator" | "child" | "adding"
    pk: int
    number: str
    name: str
    unit: Box
    boxes: tuple[Box, ...]
    levels: tuple[Box, ...]
    instead: str
    problem: str
    origin: str
    host: str
    parent: int | None  # whom a new child goes under
    add: int | None  # the dimension rows stand in and new ones go under
    weight: str
    edit: str  # addresses of the row's editor and of its moves
    place: str


def build(agreement: Agreement) -> dict[str, Any]:
    """What form_sheet.html shows. `agreement` comes with framework.scale selected; one query."""
    facts = _read(agreement)
    table = [dict(fact) for fact in facts]
    scale = as_scale(agreement.framework.scale)
    years = tuple(past_years(agreement.fiscal_year))
    held: dict[int, Decimal] = {}
    for row in table:
        if row["id"] and row["parent_id"] is None:
            held[row["dimension_id"]] = held.get(row["dimension_id"], Decimal(0)) + row["weight"]
    leaves = {row["dimension_id"]: row for row in table if not row["has_subs"]}
    return {
        "lines": list(_lines(facts, table, years, scale)),
        "count": sum(1 for row in table if row["id"] and row["parent_id"] is None),
        "points": [number(point) for point in scale.points],
        "years": years,
        "weights": weights.panel(
            weights.Weighed(row["dimension_name"], held.get(pk, Decimal(0)), row["dimension_weight"])
            for pk, row in leaves.items()
        ),
    }


def _read(agreement: Agreement) -> list[Fact]:
    values = {"agreement": agreement.pk, "framework": agreement.framework_id, "host": Assignment.Part.HOST}
    return [tuple(zip(COLUMNS, map(_fixed, row), strict=True)) for row in _TABLE.rows(**values)]


def _fixed(value: Any) -> Any:
    """Arrays come as lists, which cannot be remembered by."""
    return tuple(value) if isinstance(value, list) else value


def _lines(
    facts: list[Fact], table: list[dict[str, Any]], years: tuple[int, ...], scale: scoring.Scale
) -> Iterator[SafeString]:
    dimension, said = None, ("", "")
    shape = (len(years), len(scale.points))
    for fact, row, after in zip(facts, table, [*table[1:], None], strict=True):
        if row["dimension_id"] != dimension:
            dimension, said = row["dimension_id"], ("", "")
            yield _draw(_heading(row), *shape)
        if not row["id"]:
            continue
        told = (row["strategic_issue"], row["objective"])
        if row["parent_id"] is None and told != said:
            for line in _issue(row, said):
                yield _draw(line, *shape)
            said = told
        yield _draw_indicator(fact, years, scale)
        family = row["parent_id"] or (row["id"] if row["kind"] in KINDS_OF_CHILDREN else None)
        if family and (after is None or after["parent_id"] != family):
            of = row["parent_number"] or row["number"]
            yield _draw(_EMPTY._replace(kind="adding", parent=family, number=of), *shape)


@lru_cache(maxsize=REMEMBERED)
def _draw_indicator(fact: Fact, years: tuple[int, ...], scale: scoring.Scale) -> SafeString:
    row = dict(fact)
    edit, place = (SafeString(reverse(f"agreements:indicator_{name}", args=[row["id"]])) for name in ("edit", "place"))
    return _render(_indicator(row, years, scale)._replace(edit=edit, place=place), len(years), len(scale.points))


@lru_cache(maxsize=REMEMBERED)
def _draw(line: Line, years: int, levels: int) -> SafeString:
    return _render(line, years, levels)


def _render(line: Line, years: int, levels: int) -> SafeString:
    """The line among columns of so many past years and levels."""
    context = {"lines": [line], "levels_wide": levels, "span": years + 2, "width": 4 + years + 1 + levels}
    return render_to_string(LINES, context)


_EMPTY = Line("", 0, "", "", ("unit", "", "", ""), (), (), "", "", "", "", None, None, "", "", "")


def _heading(row: Mapping[str, Any]) -> Line:
    return _EMPTY._replace(
        kind="sub" if row["dimension_parent_id"] else "dimension",
        name=row["dimension_name"],
        weight=number(row["dimension_weight"], 2),
        add=None if row["has_subs"] else row["dimension_id"],
    )


def _issue(row: Mapping[str, Any], said: tuple[str, str]) -> Iterator[Line]:
    """The branches above a row: its strategic issue where that changes, its objective."""
    issue, objective = row["strategic_issue"], row["objective"]
    if issue and issue != said[0]:
        yield _EMPTY._replace(kind="issue", name=issue)
    if objective:
        yield _EMPTY._replace(kind="objective", name=objective)


def _box(name: str, value: Any, marks: Mapping[str, str], why: str) -> Box:
    return name, SafeString(shown(value)), marks.get(name, ""), why


def _indicator(row: Mapping[str, Any], years: tuple[int, ...], scale: scoring.Scale) -> Line:
    past = dict(zip(row["years"], row["past"], strict=True))
    is_child = row["parent_id"] is not None
    marks = _marks(row, scale)
    share = "inner_weight" if is_child else "weight"
    lock = form_locks.Lock(row["of_cluster"], is_child, row["standard"], row["fixed_weight"])
    why = partial(lock.why, weight=row["weight"])
    levels, instead = _levels(row, scale, marks, why)
    boxes = [_box(f"base_{year}", past.get(year), {}, why(f"base_{year}")) for year in years]
    boxes.append(_box("target", row["target"], marks, why("target")))
    boxes.append((share, number(row[share], 4 if is_child else 2), "", why(share)))
    return _EMPTY._replace(
        kind="child" if is_child else "indicator",
        pk=row["id"],
        number=row["number"],
        name=row["name"],
        unit=("unit", row["unit"], "", why("unit")),
        boxes=tuple(boxes),
        levels=levels,
        instead=instead,
        problem=next(iter(marks.values()), ""),
        origin="ของกลุ่มจังหวัด" if row["of_cluster"] else "บังคับ" if row["compulsory"] else "",
        host=row["host"] or "",
        add=row["dimension_id"],
    )


def _levels(
    row: Mapping[str, Any], scale: scoring.Scale, marks: Mapping[str, str], why: Callable[[str], str]
) -> tuple[tuple[Box, ...], str]:
    """The boxes of the levels; for criteria that are no row of numbers, the words that stand in their place."""
    kind = row["kind"]
    if row["parent_kind"] == K.PERCENT_OF_TARGET:
        return (), "ใช้ร้อยละของเป้าหมายตามตัวชี้วัดหลัก"
    if kind not in KINDS_OF_NUMBER:
        steps = sum(1 for step in row["steps"] if step)
        return (), f"{_KINDS[kind]} {steps} ขั้น" if kind in KINDS_OF_STEPS and steps else _KINDS[kind]
    values = [*row["levels"], *[None] * len(scale.points)][: len(scale.points)]
    names = [f"level_{n}" for n in range(1, len(values) + 1)]
    return tuple(_box(name, value, marks, why(name)) for name, value in zip(names, values, strict=True)), ""


def _marks(row: Mapping[str, Any], scale: scoring.Scale) -> dict[str, str]:
    """Boxes of this line that are wrong (not those merely empty); only rows of numbers are judged on the sheet."""
    if row["kind"] not in KINDS_OF_NUMBER or row["parent_kind"] == K.PERCENT_OF_TARGET:
        return {}
    if row["kind"] == K.TWO_SIDED and (row["band_low"] is None or row["band_high"] is None):
        return {}
    band = (row["band_low"], row["band_high"]) if row["kind"] == K.TWO_SIDED else None
    made = scoring.criteria_from(row["kind"], direction=row["direction"], levels=row["levels"], band=band)
    return criteria_draft.marks(scoring.check(made, scale, target=row["target"]))
