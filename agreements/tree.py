"""The agreement as one table, its dimensions and indicators in their order: one SQL, every number formatted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agreements.models import Agreement, Assignment, Criteria
from agreements.pages import level_texts, number
from kpiportal.lines import Lines
from kpiportal.prepared import Statement

YEARS_SHOWN = 3  # columns of past results: the three latest years anybody gave

# Joined to a row `i` of the agreement's indicators: `b.years` and `b.past`, its past results; `o`, its host.
BESIDE = """CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(fiscal_year ORDER BY fiscal_year), '{}') AS years,
           coalesce(array_agg(value ORDER BY fiscal_year), '{}') AS past
    FROM agreements_baseline WHERE indicator_id = i.id) b
LEFT JOIN agreements_assignment a ON a.indicator_id = i.id AND a.part = %(host)s
LEFT JOIN kpiportal_organization o ON o.id = a.organization_id
"""
# Every dimension comes, with or without indicators; the indicator's columns are empty in the latter case.
_TABLE = Statement(f"""
SELECT d.id AS dimension_id, d.parent_id AS dimension_parent_id, d.name AS dimension_name, d.weight AS dimension_weight,
       i.id, i.parent_id, i.number, i.name, i.unit, i.target, i.weight, i.inner_weight,
       c.kind, c.levels, cardinality(c.steps) AS steps, b.years, b.past,
       coalesce(nullif(o.short_name, ''), o.name) AS host
FROM agreements_dimension d
LEFT JOIN agreements_indicator i ON i.dimension_id = d.id AND i.agreement_id = %(agreement)s
LEFT JOIN agreements_criteria c ON c.id = i.criteria_id
{BESIDE}WHERE d.framework_id = %(framework)s
ORDER BY d."order", i."order"
""")  # noqa: S608 -- made of constants
# As _TABLE selects them.
COLUMNS = ("dimension_id", "dimension_parent_id", "dimension_name", "dimension_weight", "id", "parent_id", "number",
           "name", "unit", "target", "weight", "inner_weight", "kind", "levels", "steps", "years", "past",
           "host")  # fmt: skip
_KINDS = dict(Criteria.Kind.choices)
# Tables a worker remembers: most looks at one come between two changes of it, and _drawn is a pure function of
# everything that was read.
REMEMBERED = 32
Fact = tuple[Any, ...]
_NONE = SafeString("")


class Row(NamedTuple):
    """One line: a dimension's heading or an indicator. All strings.

    Numbers, addresses and cells, which this module writes itself, are marked safe (escaping costs more than printing
    them); people's words are not.
    """

    kind: str  # "dimension" | "sub" | "indicator" | "child"
    number: str
    name: str
    unit: str
    past: str  # cells of past results
    target: str
    weight: str
    criteria: str  # cells of the levels, or one over all of them
    host: str
    url: str
    before_weight: str  # columns a heading spans
    after_weight: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The table of agreement_detail.html, ready to print."""

    rows: Lines[Row]
    count: int
    weight: str
    points: tuple[str, ...]
    years: tuple[int, ...]
    before_weight: int
    after_weight: int


def build(agreement: Agreement) -> Tree:
    """`agreement` comes with framework.scale selected; one query."""
    return _drawn(_read(agreement), tuple(agreement.framework.scale.points))


@lru_cache(maxsize=REMEMBERED)
def _drawn(facts: tuple[Fact, ...], scale_points: tuple[Decimal, ...]) -> Tree:
    table = [dict(zip(COLUMNS, row, strict=True)) for row in facts]
    years = tuple(sorted({year for row in table for year in row["years"]})[-YEARS_SHOWN:])
    tops = [row for row in table if row["id"] and row["parent_id"] is None]
    points = tuple(number(point) for point in scale_points)
    before, after = 3 + len(years), 1 + len(points)
    return Tree(
        rows=Lines(_rows(table, years, str(before), str(after))),
        count=len(tops),
        weight=number(sum((row["weight"] for row in tops), Decimal(0)), 2),
        points=points,
        years=years,
        before_weight=before,
        after_weight=after,
    )


def _read(agreement: Agreement) -> tuple[Fact, ...]:
    values = {
        "agreement": agreement.pk,
        "framework": agreement.framework_id,
        "host": Assignment.Part.HOST,
    }
    return tuple(tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in _TABLE.rows(**values))


def _rows(table: list[dict[str, Any]], years: tuple[int, ...], before: str, after: str) -> Iterable[Row]:
    page = reverse("agreements:indicator_detail", args=[0])  # resolved once, not once per line
    dimension = None
    for row in table:
        if row["dimension_id"] != dimension:
            dimension = row["dimension_id"]
            yield _heading(row, before, after)
        if row["id"]:
            yield _indicator(row, years, page, after)


def _heading(row: Mapping[str, Any], before: str, after: str) -> Row:
    return Row(
        kind="sub" if row["dimension_parent_id"] else "dimension",
        number=_NONE,
        name=row["dimension_name"],
        unit=_NONE,
        past=_NONE,
        target=_NONE,
        weight=number(row["dimension_weight"], 2),
        criteria=_NONE,
        host=_NONE,
        url=_NONE,
        before_weight=before,
        after_weight=after,
    )


def _indicator(row: Mapping[str, Any], years: tuple[int, ...], page: str, after: str) -> Row:
    past = dict(zip(row["years"], row["past"], strict=True))
    is_child = row["parent_id"] is not None
    return Row(
        kind="child" if is_child else "indicator",
        number=row["number"],
        name=row["name"],
        unit=row["unit"],
        past=format_html_join("", '<td class="num past">{}</td>', ([number(past.get(year))] for year in years)),
        target=number(row["target"]),
        weight=number(row["inner_weight"] if is_child else row["weight"], 2),
        criteria=_criteria(row, after),
        host=row["host"] or "",
        url=SafeString(page.replace("/0/", f"/{row['id']}/")),
        before_weight=_NONE,
        after_weight=_NONE,
    )


def _criteria(row: Mapping[str, Any], after: str) -> SafeString:
    if levels := level_texts(row["steps"], row["levels"]):
        return format_html_join("", '<td class="num" data-label="ระดับ {}">{}</td>', enumerate(levels, start=1))
    span = int(after) - 1
    return format_html('<td colspan="{}" class="mid muted small">{}</td>', span, _KINDS[row["kind"]])
