"""What a SAR stands on, in two queries: the round's figures and the words of what was filed.

Only cards that were sent count and are quoted: a draft of an agency is not a report. All values are JSON values,
numbers plain strings; `mark_of` tells whether anything of it has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from agreements import scoring
from agreements.criteria import as_scale
from agreements.freeze import plain, sha256_of
from reporting import sheet
from reporting.models import Report, ReportVersion, Round
from reporting.states import ReportState

WORDS = ("explanation", "supporting_factors", "obstacles", "suggestions")
# What an agency has sent and nobody has sent back.
FILED = (ReportState.SENT, ReportState.CERTIFIED, ReportState.ACCEPTED)
_RESULT = ("score", "value", "steps_done", "part", "sub_points", "answer", "answered")


def facts_of(round: Round) -> dict[str, Any]:
    """`lines` are the table's (dimensions, indicators); `words` the narrative of every card sent; `lacking` the cards
    that have not passed. `round` comes with agreement.owner and agreement.framework.scale selected. Two queries."""
    table = [_as_filed(row) for row in sheet.read(round)]
    scale = as_scale(round.agreement.framework.scale)
    total = sheet.rolled_up(table, scale, round.months)
    return plain(
        {
            **_head(round),
            "points": list(scale.points),
            "decimals": scale.decimals,
            "missing": scale.missing_score,
            "totals": _totals(table, total),
            "lines": list(_lines(table, total)),
            "lacking": [_lacking(row) for row in _active(table, total) if row["state"] != ReportState.ACCEPTED],
            "words": _words(round),
        }
    )


def mark_of(facts: dict[str, Any], chapters: Iterable[tuple[str, str]] = ()) -> str:
    """sha256 of the facts and the chapters as (kind, text)."""
    return sha256_of({"facts": facts, "chapters": [list(chapter) for chapter in chapters]})


def _as_filed(row: dict[str, Any]) -> dict[str, Any]:
    """What is still being written, or was sent back, is no result."""
    row["state"] = row["state"] or ReportState.NOT_STARTED
    return row if row["state"] in FILED else row | dict.fromkeys(_RESULT) | {"no_data": False}


def _head(round: Round) -> dict[str, Any]:
    agreement = round.agreement
    return {
        "owner": agreement.owner.full_name,
        "fiscal_year": agreement.fiscal_year,
        "round": round.name,
        "months": round.months,
        "period_end": round.period_end.isoformat(),
        "framework": agreement.framework.name,
    }


def _active(table: list[dict[str, Any]], total: scoring.Total) -> list[dict[str, Any]]:
    return [row for row in table if row["id"] and total.rows[f"i{row['id']}"].standing is scoring.Standing.ACTIVE]


def _totals(table: list[dict[str, Any]], total: scoring.Total) -> dict[str, Any]:
    active = _active(table, total)
    return {
        "score": total.all_active.score,
        "passed": total.passed.score,
        "on_100": total.on_100,
        "weight": total.all_active.shown_weight,
        "passed_weight": total.passed.shown_weight,
        "count": len(active),
        "accepted": sum(row["state"] == ReportState.ACCEPTED for row in active),
        "working": [step.text for step in total.all_active.working],
        "passed_working": [step.text for step in total.passed.working],
    }


def _lines(table: list[dict[str, Any]], total: scoring.Total) -> Iterable[dict[str, Any]]:
    for dimension in sheet.dimensions_of(table):
        figure = total.subtotals[f"d{dimension.pk}"]
        yield {
            "kind": "sub" if dimension.parent_id else "dimension",
            "name": dimension.name,
            "weight": dimension.weight,
            "score": figure.all_active.score,
            "weighted": figure.all_active.contribution,
            "passed": figure.passed.score,
        }
        for row in table:
            if row["id"] and row["dimension_id"] == dimension.pk:
                yield _indicator(row, total.rows[f"i{row['id']}"])


def _indicator(row: dict[str, Any], scored: scoring.Row) -> dict[str, Any]:
    """`value` where the result is one number, else only its text in `result`."""
    is_number = row["value"] is not None and not row["steps_done"] and row["answer"] is None
    return {
        "kind": "indicator",
        "number": row["number"],
        "name": row["name"],
        "unit": row["unit"],
        "target": row["target"],
        "weight": scored.shown_weight if scored.weight else row["weight"],
        "value": row["value"] if is_number else None,
        "result": sheet.result_text(row),
        "score": row["score"],
        "weighted": scored.weighted.shown if scored.weighted and row["score"] is not None else None,
        "counted": scored.counted,
        "state": row["state"],
        "host": row["host"] or "",
        "remarks": [step.text for step in scored.remarks],
    }


def _lacking(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "name": row["name"],
        "state": row["state"],
        "host": row["host"] or "",
        "host_id": row["host_id"],
        "report": row["report_id"],
        "since": row["state_since"].isoformat() if row["state_since"] else None,
        "has_score": row["score"] is not None,
    }


def _words(round: Round) -> list[dict[str, Any]]:
    """`sent`: the hash of what the agency sent last; with it everything else of the card is as it was."""
    newest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
    rows = Report.objects.filter(round=round, state__in=FILED)
    rows = rows.annotate(sent=Subquery(newest.values("sha256")[:1])).order_by("indicator__order", "pk")
    return list(rows.values("indicator__number", "indicator__name", "no_data_reason", "sent", *WORDS))


def day_of(facts: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(facts["period_end"])


def number(value: str | None) -> Decimal | None:
    """A figure of the facts as a number again."""
    return None if value is None else Decimal(value)
