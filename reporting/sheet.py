"""The summary of a round (ตารางสรุปผลการปฏิบัติราชการตามคำรับรองฯ): one SQL, every number formatted once.

The same rows feed the screen, the PDF and later the workbook, so they cannot differ. Columns follow DOMAIN.md 4.4.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import scoring
from agreements.criteria import as_scale
from agreements.models import AgreementVersion
from kpiportal import deadlines
from kpiportal.lines import Lines
from kpiportal.numbers import format_number
from kpiportal.prepared import Statement
from reporting.models import Round
from reporting.scorecard import next_points
from reporting.states import EDITABLE, ReportState

STATE_LABELS = dict(ReportState.choices)
# How a state looks on a chip (templates/components/chip.html); always beside its words, never colour alone.
TONES = {
    ReportState.NOT_STARTED: "none",
    ReportState.DRAFT: "wait",
    ReportState.SENT: "wait",
    ReportState.CERTIFIED: "wait",
    ReportState.RETURNED: "due",
    ReportState.ACCEPTED: "ok",
    ReportState.CANCELLED: "none",
}
# Tables a worker remembers. Most looks at one come between two changes of it, and _drawn is a pure function of
# everything that was read: what changed is another table.
REMEMBERED = 32
Fact = tuple[tuple[str, Any], ...]  # one row of the table as (column, value)
_NONE = SafeString("")
_SAFE_LABELS = {state: SafeString(label) for state, label in STATE_LABELS.items()}
_SAFE_TONES = {state: SafeString(tone) for state, tone in TONES.items()}

# Every dimension comes, with or without indicators; the indicator's columns are empty in the latter case.
_TABLE = Statement("""
SELECT d.id AS dimension_id, d.parent_id AS dimension_parent_id, d.name AS dimension_name, d.weight AS dimension_weight,
       i.id, i.number, i.name, i.unit, i.target, i.weight, i.round_weights, i.start_months, i.cancelled_months,
       r.id AS report_id, r.version_id, v.is_replaced AS is_older,
       r.state, r.state_since, r.score, r.no_data, r.due_at, r.filed_at, r.host_id,
       e.value, e.steps_done, e.part, e.sub_points, e.answer, coalesce(nullif(o.short_name, ''), o.name) AS host,
       c.children, c.answered
FROM agreements_dimension d
LEFT JOIN agreements_indicator i
       ON i.dimension_id = d.id AND i.agreement_id = %(agreement)s AND i.parent_id IS NULL
LEFT JOIN reporting_report r ON r.indicator_id = i.id AND r.round_id = %(round)s
LEFT JOIN agreements_agreementversion v ON v.id = r.version_id
LEFT JOIN reporting_reportentry e ON e.report_id = r.id AND e.indicator_id = i.id
LEFT JOIN kpiportal_organization o ON o.id = r.host_id
LEFT JOIN (
    SELECT below.parent_id, count(*) AS children,
           count(coalesce(x.value, cardinality(x.steps_done), x.answer::int)) AS answered
    FROM agreements_indicator below
    LEFT JOIN (reporting_report y JOIN reporting_reportentry x ON x.report_id = y.id)
           ON y.round_id = %(round)s AND y.indicator_id = below.parent_id AND x.indicator_id = below.id
    WHERE below.agreement_id = %(agreement)s AND below.parent_id IS NOT NULL
    GROUP BY below.parent_id
) c ON c.parent_id = i.id
WHERE d.framework_id = %(framework)s
ORDER BY d."order", i."order"
""")
# As _TABLE selects them.
COLUMNS = ("dimension_id", "dimension_parent_id", "dimension_name", "dimension_weight", "id", "number", "name", "unit",
           "target", "weight", "round_weights", "start_months", "cancelled_months", "report_id", "version_id",
           "is_older", "state", "state_since", "score", "no_data", "due_at", "filed_at", "host_id", "value",
           "steps_done", "part", "sub_points", "answer", "host", "children", "answered")  # fmt: skip


@cache
def _late_chip() -> SafeString:
    return SafeString(" " + render_to_string("components/chip.html", {"kind": "late", "text": "เกินกำหนด"}).strip())


class Dimension(NamedTuple):
    pk: int
    parent_id: int | None
    name: str
    weight: Decimal


class Line(NamedTuple):
    """One line of the table: a dimension's heading with its subtotal, or an indicator. All strings.

    What this module writes itself (numbers, states, addresses) is marked safe: escaping it would cost more than
    printing it. `number`, `name`, `unit` and `host` are people's words and are escaped like any.
    """

    kind: str  # "dimension" | "sub" | "indicator"
    number: str
    name: str
    unit: str
    target: str
    weight: str
    result: str
    score: str
    weighted: str
    state: str
    tone: str
    late: bool
    host: str
    href: str  # the attribute that makes a link of the name; "" without a card to open

    @property
    def late_chip(self) -> SafeString:
        return _late_chip() if self.late else _NONE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A round's table with both running figures (R24), ready to print."""

    lines: Lines[Line]
    total: str
    passed_total: str
    weight: str
    on_100: str
    accepted: int
    count: int
    working: list[str]
    figures: scoring.Total


def build(
    round: Round,
    *,
    at: dt.datetime,
    table: list[dict[str, Any]] | None = None,
    open_cards: frozenset[int] | None = None,
) -> Sheet:
    """The table as it stands. `round` comes with agreement.framework.scale selected; one query, or none when the
    caller has read `table` already. `open_cards`: those the looker may open, only they are links; None: all."""
    table = read(round) if table is None else table
    late = tuple(_is_late(row, at) for row in table)
    facts = tuple(tuple(row.items()) for row in table)
    return _drawn(facts, late, as_scale(round.agreement.framework.scale), round.months, open_cards)


@lru_cache(maxsize=REMEMBERED)
def _drawn(
    facts: tuple[Fact, ...],
    late: tuple[bool, ...],
    scale: scoring.Scale,
    months: int,
    open_cards: frozenset[int] | None,
) -> Sheet:
    table = [{**dict(row), "late": is_late} for row, is_late in zip(facts, late, strict=True)]
    for row in table:
        row["opens"] = bool(row["report_id"]) and (open_cards is None or row["report_id"] in open_cards)
    dimensions, rows = dimensions_of(table), [row for row in table if row["id"]]
    total = rolled_up(table, scale, months)
    lines, places = Lines(_lines(dimensions, rows, total, scale.decimals)), scale.decimals
    figure = total.all_active
    return Sheet(
        lines=lines,
        total=_number(figure.score, places),
        passed_total=_number(total.passed.score, places),
        weight=format_number(_decimal(figure.weight), decimals=2),
        on_100=_number(total.on_100, places),
        accepted=sum(row["state"] == ReportState.ACCEPTED for row in rows),
        count=len(rows),
        working=[step.text for step in figure.working],
        figures=total,
    )


def read(round: Round) -> list[dict[str, Any]]:
    """One row per indicator of the round with its dimension, card and answer; a dimension without any stands alone."""
    agreement = round.agreement
    values = {"round": round.pk, "agreement": agreement.pk, "framework": agreement.framework_id}
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _TABLE.rows(**values)]
    for row in rows:
        row["steps_done"] = None if row["steps_done"] is None else tuple(row["steps_done"])
    if any(row["is_older"] for row in rows):
        _dress(rows)
    return rows


def _dress(rows: Iterable[dict[str, Any]]) -> None:
    """Cards of before an amendment are listed in the words of their own version; one query."""
    older = {row["version_id"] for row in rows if row["is_older"]}
    contents = AgreementVersion.objects.filter(pk__in=older).values_list("pk", "content")
    said = {(pk, facts["number"]): facts for pk, content in contents for facts in content["indicators"]}
    for row in rows:
        if facts := said.get((row["version_id"], row["number"])):
            target = facts["target"]
            row |= {"name": facts["name"], "unit": facts["unit"], "target": None if target is None else Decimal(target)}


def dimensions_of(table: Iterable[Mapping[str, Any]]) -> list[Dimension]:
    """The dimensions of a table read, top to bottom, each once."""
    return list({_dimension(row): None for row in table})


def rolled_up(table: Iterable[Mapping[str, Any]], scale: scoring.Scale, months: int) -> scoring.Total:
    """Both running figures of a table read: its rows by key i<indicator>, its dimensions by d<dimension>."""
    rows = [row for row in table if row["id"]]
    return scoring.roll_up(_tree(dimensions_of(table), rows), scale, at_round=months)


def _is_late(row: Mapping[str, Any], at: dt.datetime) -> bool:
    """Not filed, or not filed in time. A card that can be edited again is late by now, not by what was sent before."""
    if not row["due_at"]:
        return False
    editable = (row["state"] or ReportState.NOT_STARTED) in EDITABLE
    return not deadlines.in_time(at if editable or not row["filed_at"] else row["filed_at"], row["due_at"])


def _dimension(row: Mapping[str, Any]) -> Dimension:
    names = ("dimension_id", "dimension_parent_id", "dimension_name", "dimension_weight")
    return Dimension(*(row[name] for name in names))


def _tree(dimensions: list[Dimension], rows: Sequence[Mapping[str, Any]]) -> tuple[scoring.Branch, ...]:
    """Dimensions as branches, indicators as leaves; dimensions without indicators drop out."""

    def branch(dimension: Dimension) -> scoring.Branch:
        inside = [branch(d) for d in dimensions if d.parent_id == dimension.pk]
        inside += [_leaf(row) for row in rows if row["dimension_id"] == dimension.pk]
        return scoring.Branch(f"d{dimension.pk}", tuple(inside), dimension.weight)

    return tuple(branch(d) for d in dimensions if d.parent_id is None)


def _leaf(row: Mapping[str, Any]) -> scoring.Leaf:
    return scoring.Leaf(
        key=f"i{row['id']}",
        weight=row["weight"],
        raw=row["score"],
        passed=row["state"] == ReportState.ACCEPTED,
        start_round=row["start_months"],
        cancelled_round=row["cancelled_months"],
        round_weights=_round_weights(row["round_weights"]),
    )


def _round_weights(text: str) -> dict[int, Decimal]:
    if text == "{}":
        return {}
    return {int(months): Decimal(weight) for months, weight in json.loads(text).items()}


def _lines(
    dimensions: list[Dimension], rows: list[dict[str, Any]], total: scoring.Total, places: int
) -> Iterable[Line]:
    """`places`: decimals of a score, as the year's scale has them (R20)."""
    # Resolved once: sixty reversals cost more than the SQL.
    card = ' href="{}"'.format(reverse("reporting:report_detail", args=[0]).replace("/0/", "/%d/"))
    for dimension in dimensions:
        figure = total.subtotals[f"d{dimension.pk}"].all_active
        kind = "sub" if dimension.parent_id else "dimension"
        yield Line(
            kind=kind,
            number=_NONE,
            name=dimension.name,
            unit=_NONE,
            target=_NONE,
            weight=_number(dimension.weight, 2),
            result=_NONE,
            score=_number(figure.score, places),
            weighted=_number(figure.contribution, places),
            state=_NONE,
            tone=_NONE,
            late=False,
            host=_NONE,
            href=_NONE,
        )
        for row in rows:
            if row["dimension_id"] == dimension.pk:
                yield _indicator_line(row, total.rows[f"i{row['id']}"], card, places)


def _indicator_line(row: Mapping[str, Any], scored: scoring.Row, card: str, places: int) -> Line:
    state = row["state"] or ReportState.NOT_STARTED
    return Line(
        kind="indicator",
        number=row["number"],
        name=row["name"],
        unit=row["unit"],
        target=_number(row["target"]),
        weight=_number(_decimal(scored.weight) if scored.weight else row["weight"], 2),
        result=SafeString(result_text(row)),
        score=_number(row["score"], places),
        weighted=_NONE if scored.weighted is None or row["score"] is None else _number(scored.weighted.shown, places),
        state=_SAFE_LABELS[state],
        tone=_SAFE_TONES[state],
        late=row["late"],
        host=row["host"] or "",
        href=SafeString(card % row["report_id"]) if row["opens"] else _NONE,
    )


def result_text(row: Mapping[str, Any]) -> str:
    """The result as people write it: a number, ขั้น 1-4 + 0.25, ผ่าน; N/A without data; blank is blank (R33)."""
    if row["no_data"]:
        return "N/A"
    parts = []
    if row["steps_done"]:
        parts.append(steps_text(row["steps_done"]) + _part_text(row))
    elif row["steps_done"] is not None:
        parts.append("ยังไม่เริ่มขั้นใด")
    if row["value"] is not None:
        parts.append(format_number(row["value"]))
    if row["answer"] is not None:
        parts.append("ผ่าน" if row["answer"] else "ไม่ผ่าน")
    if 0 < (answered := row.get("answered") or 0) < (children := row.get("children") or 0):
        parts.append(f"กรอกแล้ว {answered} ใน {children} ตัวชี้วัดย่อย")
    return " · ".join(parts)


def _part_text(row: Mapping[str, Any]) -> str:
    """What is done of the next step: " + 0.25", or " + ข้อย่อย 1, 2" where its parts are declared and ticked."""
    if row["part"]:
        return f" + {format_number(row['part'])}"
    points = sorted(next_points(frozenset(row["steps_done"]), row.get("sub_points") or ()))
    return f" + ข้อย่อย {', '.join(map(str, points))}" if points else ""


def steps_text(steps: Iterable[int]) -> str:
    """ขั้น 1-3, 5."""
    runs: list[list[int]] = []
    for step in sorted(steps):
        if runs and step == runs[-1][-1] + 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    return "ขั้น " + ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _number(value: Decimal | None, decimals: int | None = None) -> SafeString:
    return _NONE if value is None else SafeString(format_number(value, decimals=decimals))


def _decimal(value: Fraction) -> Decimal:
    """A weight after spreading may be a long fraction; two decimals are shown (R20)."""
    return scoring.half_up(value, 2)
