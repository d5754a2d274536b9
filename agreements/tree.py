"""The agreement as one table, its dimensions and indicators in their order: one SQL, every number formatted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString

from agreements.models import Agreement, Assignment, Criteria
from agreements.pages import level_texts, number

YEARS_SHOWN = 3  # columns of past results: the three latest years anybody gave

# Every dimension comes, with or without indicators; the indicator's columns are empty in the latter case.
_SQL = """
SELECT d.id AS dimension_id, d.parent_id AS dimension_parent_id, d.name AS dimension_name, d.weight AS dimension_weight,
       i.id, i.parent_id, i.number, i.name, i.unit, i.target, i.weight, i.inner_weight,
       c.kind, c.levels, cardinality(c.steps) AS steps,
       ARRAY(SELECT b.fiscal_year FROM agreements_baseline b WHERE b.indicator_id = i.id ORDER BY 1) AS years,
       ARRAY(SELECT b.value FROM agreements_baseline b WHERE b.indicator_id = i.id ORDER BY b.fiscal_year) AS past,
       (SELECT coalesce(nullif(o.short_name, ''), o.name)
          FROM agreements_assignment a JOIN kpiportal_organization o ON o.id = a.organization_id
         WHERE a.indicator_id = i.id AND a.part = %(host)s) AS host
FROM agreements_dimension d
LEFT JOIN agreements_indicator i ON i.dimension_id = d.id AND i.agreement_id = %(agreement)s
LEFT JOIN agreements_criteria c ON c.id = i.criteria_id
WHERE d.framework_id = %(framework)s
ORDER BY d."order", i."order"
"""
_KINDS = dict(Criteria.Kind.choices)


class Row(NamedTuple):
    """One line: a dimension's heading or an indicator. All strings.

    A tuple, so that the template unpacks it once per line; numbers and addresses, which this module writes itself, are
    marked safe (escaping costs more than printing them), people's words are not.
    """

    kind: str  # "dimension" | "sub" | "indicator" | "child"
    number: str
    name: str
    unit: str
    baseline: list[str]
    target: str
    weight: str
    levels: list[str]
    criteria: str
    host: str
    url: str


def build(agreement: Agreement) -> dict[str, Any]:
    """What agreement_detail.html shows. `agreement` comes with framework.scale selected; one query."""
    table = _read(agreement)
    years = sorted({year for row in table for year in row["years"]})[-YEARS_SHOWN:]
    tops = [row for row in table if row["id"] and row["parent_id"] is None]
    points = [number(point) for point in agreement.framework.scale.points]
    return {
        "rows": list(_rows(table, years)),
        "count": len(tops),
        "weight": number(sum((row["weight"] for row in tops), Decimal(0)), 2),
        "points": points,
        "years": years,
        # colspans around the weight column
        "before_weight": 3 + len(years),
        "after_weight": 1 + len(points),
    }


def _read(agreement: Agreement) -> list[dict[str, Any]]:
    values = {
        "agreement": agreement.pk,
        "framework": agreement.framework_id,
        "host": Assignment.Part.HOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rows(table: list[dict[str, Any]], years: list[int]) -> Iterable[Row]:
    page = reverse("agreements:indicator_detail", args=[0])  # resolved once, not once per line
    dimension = None
    for row in table:
        if row["dimension_id"] != dimension:
            dimension = row["dimension_id"]
            yield _heading(row)
        if row["id"]:
            yield _indicator(row, years, page)


def _heading(row: Mapping[str, Any]) -> Row:
    return Row(
        kind="sub" if row["dimension_parent_id"] else "dimension",
        number="",
        name=row["dimension_name"],
        unit="",
        baseline=[],
        target="",
        weight=number(row["dimension_weight"], 2),
        levels=[],
        criteria="",
        host="",
        url="",
    )


def _indicator(row: Mapping[str, Any], years: list[int], page: str) -> Row:
    past = dict(zip(row["years"], row["past"], strict=True))
    is_child = row["parent_id"] is not None
    return Row(
        kind="child" if is_child else "indicator",
        number=row["number"],
        name=row["name"],
        unit=row["unit"],
        baseline=[number(past.get(year)) for year in years],
        target=number(row["target"]),
        weight=number(row["inner_weight"] if is_child else row["weight"], 2),
        levels=level_texts(row["steps"], row["levels"]),
        criteria=_KINDS[row["kind"]],
        host=row["host"] or "",
        url=SafeString(page.replace("/0/", f"/{row['id']}/")),
    )
