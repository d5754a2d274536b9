"""The whole table as it stands: one SQL, plain values, and what still keeps it from being agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import connection
from django.urls import reverse

from agreements import scoring
from agreements.criteria import K, as_scale, trimmed
from agreements.models import Assignment, Table
from agreements.negotiation import backtest, cells
from agreements.negotiation.cells import GO, KEEP, Said, Shape
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker

SIDES = ("party", "opdc")
HUNDRED = Decimal(100)

_SQL = """
SELECT l.id, l.version, l.added_by, l.parked_at IS NOT NULL AS parked, l.parked_owner, l.parked_until, l.parked_reason,
       i.id AS indicator, i.parent_id AS parent, i.number, i.name, i.unit, i."order",
       d.id AS dimension, d.parent_id AS dimension_parent, d.name AS dimension_name, d.weight AS dimension_weight,
       c.kind, c.direction, cardinality(c.steps) AS steps, cardinality(c.levels) AS levels, pc.kind AS parent_kind,
       ARRAY(SELECT b.fiscal_year FROM agreements_baseline b WHERE b.indicator_id = i.id ORDER BY 1) AS years,
       ARRAY(SELECT b.value FROM agreements_baseline b WHERE b.indicator_id = i.id ORDER BY b.fiscal_year) AS past,
       (SELECT coalesce(nullif(o.short_name, ''), o.name)
          FROM agreements_assignment a JOIN kpiportal_organization o ON o.id = a.organization_id
         WHERE a.indicator_id = i.id AND a.part = %(host)s) AS host,
       (SELECT json_agg(json_build_array(x.side, x.name, x.value::text, x.words, x.version))
          FROM agreements_cell x WHERE x.line_id = l.id) AS cells,
       (SELECT count(DISTINCT (f.version, f.side)) FROM agreements_offer f WHERE f.indicator_id = i.id) AS told
FROM agreements_line l
JOIN agreements_indicator i ON i.id = l.indicator_id
JOIN agreements_dimension d ON d.id = i.dimension_id
JOIN agreements_criteria c ON c.id = i.criteria_id
LEFT JOIN agreements_indicator pi ON pi.id = i.parent_id
LEFT JOIN agreements_criteria pc ON pc.id = pi.criteria_id
WHERE l.table_id = %(table)s{only}
ORDER BY d."order", coalesce(pi."order", i."order"), i.parent_id IS NOT NULL, i."order"
"""


@dataclass(frozen=True)
class LineView:
    """One indicator on the table, read from the database and nothing more."""

    pk: int
    version: int
    indicator: int
    parent: int | None
    number: str
    name: str
    unit: str
    host: str
    dimension: int
    dimension_name: str
    dimension_weight: Decimal
    shape: Shape
    direction: str
    added_by: str
    parked: bool
    parked_owner: str
    parked_until: dt.date | None
    parked_reason: str
    past: list[tuple[int, Decimal]]
    said: dict[str, dict[str, Said]]
    versions: dict[tuple[str, str], int]
    told: int

    @property
    def is_child(self) -> bool:
        return self.parent is not None

    @cached_property
    def agreed(self) -> bool:
        return cells.is_agreed(self.shape, self.said["party"], self.said["opdc"])

    @property
    def goes(self) -> bool:
        """Both sides say that it goes."""
        return all(self.said[side].get(KEEP) == GO for side in SIDES)

    @cached_property
    def differing(self) -> frozenset[str]:
        return frozenset(cells.differing(self.shape, self.said["party"], self.said["opdc"]))

    def stands(self, side: str) -> dict[str, Said]:
        """What a side says, or, where it has said nothing yet, what is before it."""
        other = "opdc" if side == "party" else "party"
        return self.said[side] or self.said[other]

    @property
    def last_result(self) -> Decimal | None:
        return self.past[-1][1] if self.past else None

    def score(self, side: str, scale: scoring.Scale) -> Decimal | None:
        """Last year's result under that side's offer."""
        return backtest.score_of(self.shape, self.direction, self.stands(side), self.last_result, scale)

    def problems(self, side: str, scale: scoring.Scale) -> Sequence[scoring.Problem]:
        return backtest.problems(self.shape, self.direction, self.stands(side), scale)


@dataclass(frozen=True)
class Sheet:
    """Every line of a table, children under their parent, in the form's order."""

    table: Table
    scale: scoring.Scale
    lines: list[LineView]

    @cached_property
    def tops(self) -> list[LineView]:
        return [line for line in self.lines if not line.is_child]

    @cached_property
    def _gone(self) -> set[int]:
        return {line.indicator for line in self.tops if line.goes}

    @cached_property
    def living(self) -> list[LineView]:
        """Lines that stay, or may stay: a child goes with its parent."""
        return [line for line in self.lines if not line.goes and line.parent not in self._gone]

    @cached_property
    def open_lines(self) -> list[LineView]:
        return [line for line in self.living if not line.agreed]

    @property
    def agreed_count(self) -> int:
        """Top lines that are settled, their children included."""
        waiting = {line.parent or line.indicator for line in self.open_lines}
        return sum(line.indicator not in waiting for line in self.tops)

    def weight(self, side: str) -> Decimal:
        return sum((self._weight(line, side) for line in self.tops), Decimal(0))

    @property
    def agreed_weight(self) -> Decimal:
        lines = (line for line in self.tops if line.agreed and not line.goes)
        return sum((backtest.weight_of(line.said["party"]) for line in lines), Decimal(0))

    def by_dimension(self, side: str) -> list[tuple[str, Decimal, Decimal]]:
        """(dimension, sum of weights, weight the framework gives it), in order."""
        found: dict[int, tuple[str, Decimal, Decimal]] = {}
        for line in self.tops:
            name, total, given = found.get(line.dimension, (line.dimension_name, Decimal(0), line.dimension_weight))
            found[line.dimension] = (name, total + self._weight(line, side), given)
        return list(found.values())

    @staticmethod
    def _weight(line: LineView, side: str) -> Decimal:
        said = line.stands(side)
        return Decimal(0) if said.get(KEEP) == GO else backtest.weight_of(said)

    def backtest(self, side: str) -> scoring.Total | None:
        """The total that last year's results would earn under a side's offers, over the lines that have one."""
        scored = [(line.number, self._weight(line, side), line.score(side, self.scale)) for line in self.tops]
        return backtest.total([(n, w, raw) for n, w, raw in scored if raw is not None and w], self.scale)

    @cached_property
    def blockers(self) -> list[Blocker]:
        """Why "ตกลงทั้งฉบับ" cannot be pressed yet; each sentence leads to its line."""
        return [*self._open(), *self._parked(), *self._weights(), *self._problems()]

    def _open(self) -> list[Blocker]:
        if not self.open_lines:
            return []
        numbers = ", ".join(line.number for line in self.open_lines[:5])
        more = len(self.open_lines) - 5
        text = f"ยังไม่ตกลง {len(self.open_lines)} รายการ: {numbers}" + (f" และอีก {more} รายการ" if more > 0 else "")
        return [Blocker(text, url=self.url(self.open_lines[0]))]

    def _parked(self) -> list[Blocker]:
        return [
            Blocker(f"ตัวชี้วัด {line.number} พักไว้ รอ {line.parked_owner}", url=self.url(line))
            for line in self.living
            if line.parked
        ]

    def _weights(self) -> list[Blocker]:
        """Only once every line is agreed: until then the two sides' sums say it on the page."""
        if self.open_lines:
            return []
        total = self.weight("party")
        found = [] if total == HUNDRED else [Blocker(f"น้ำหนักที่ตกลงรวมได้ {_two(total)} ต้องเป็น 100")]
        for name, has, given in self.by_dimension("party"):
            if has != given:
                found.append(Blocker(f"{name}: น้ำหนักที่ตกลงรวมได้ {_two(has)} กรอบกำหนด {_two(given)}"))
        return found

    def _problems(self) -> list[Blocker]:
        return [
            Blocker(f"ตัวชี้วัด {line.number}: {problem.text}", url=self.url(line))
            for line in self.living
            if line.agreed
            for problem in line.problems("party", self.scale)
        ]

    def url(self, line: LineView) -> str:
        return f"{reverse('agreements:table', args=[self.table.agreement_id])}#line-{line.pk}"


def read(table: Table, only: int | None = None) -> Sheet:
    """`table` comes with agreement.framework.scale selected. One query. `only`: one line alone, by its key."""
    values = {"table": table.pk, "host": Assignment.Part.HOST, "only": only}
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(only=" AND l.id = %(only)s" if only else ""), values)
        names = [column.name for column in cursor.description]
        lines = [_line(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return Sheet(table, as_scale(table.agreement.framework.scale), lines)


def _line(row: dict) -> LineView:
    said: dict[str, dict[str, Said]] = {"party": {}, "opdc": {}}
    versions = {}
    for side, name, value, words, version in row["cells"] or ():
        said[side][name] = Said(None if value is None else trimmed(Decimal(value)), words)
        versions[side, name] = version
    shape = Shape(
        kind=row["kind"],
        steps=row["steps"],
        levels=row["levels"],
        is_child=row["parent"] is not None,
        is_project=row["parent_kind"] == K.PERCENT_OF_TARGET,
    )
    return LineView(
        pk=row["id"], version=row["version"], indicator=row["indicator"], parent=row["parent"], number=row["number"],
        name=row["name"], unit=row["unit"], host=row["host"] or "", dimension=row["dimension"],
        dimension_name=row["dimension_name"], dimension_weight=row["dimension_weight"], shape=shape,
        direction=row["direction"], added_by=row["added_by"], parked=row["parked"], parked_owner=row["parked_owner"],
        parked_until=row["parked_until"], parked_reason=row["parked_reason"], said=said, versions=versions,
        past=[(y, trimmed(v)) for y, v in zip(row["years"], row["past"], strict=True) if v is not None],
        told=row["told"],
    )  # fmt: skip


def _two(weight: Decimal) -> str:
    return format_number(weight, decimals=2)
