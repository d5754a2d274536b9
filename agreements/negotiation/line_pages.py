"""Pages of a single line: its whole story, what came between two people, and the projector's view."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from agreements import pages as agreement_pages
from agreements.models import Line
from agreements.negotiation import backtest, cells, elsewhere, pages, sheet
from agreements.negotiation.actions import Clash, Difference
from agreements.negotiation.cells import GO, KEEP, NOTHING, WEIGHT
from agreements.negotiation.forms import OfferForm
from agreements.negotiation.pages import Viewer, side_label
from agreements.negotiation.sheet import SIDES, LineView, Sheet
from kpiportal.numbers import format_number
from kpiportal.scalefigure import scale_figure


def detail(row: Line, viewer: Viewer) -> dict[str, Any]:
    """Every cell of both sides, all past results under both offers, the ledger and the notes."""
    found = sheet.read(row.table, only=row.pk)
    line = found.lines[0]
    own = viewer.speaks or "party"
    return {
        "line": row,
        "view": line,
        "agreement": row.table.agreement,
        "indicator": row.indicator,
        "sides": [(side, side_label(row.table, side)) for side in SIDES],
        "cells": [_cell(line, name, viewer) for name in line.shape.names],
        "chips": pages.chips(line),
        "speaks": viewer.speaks,
        "other": pages.after_a_word(side_label(row.table, pages.other(viewer.speaks))) if viewer.speaks else "",
        "can_accept": bool(viewer.speaks) and bool(line.said[pages.other(viewer.speaks)]) and not line.agreed,
        "they_drop": bool(viewer.speaks) and line.said[pages.other(viewer.speaks)].get(KEEP) == GO,
        "i_drop": bool(viewer.speaks) and line.said[viewer.speaks].get(KEEP) == GO,
        "past": _past(line, found),
        "elsewhere": _elsewhere(line, found, row),
        "figure": _figure(line, found, own),
        "problems": [problem.text for problem in line.problems(own, found.scale)],
        "ledger": pages.ledger(line),
        "remarks": [pages.remark(r) for r in row.remarks.readable_by(viewer.reads).select_related("by")],
        "parked": line.parked,
    }


def _cell(line: LineView, name: str, viewer: Viewer) -> dict[str, Any]:
    texts = {side: line.stands(side).get(name, NOTHING) for side in SIDES}
    decimals = 2 if name == WEIGHT and not line.is_child else None
    return {
        "name": name,
        "label": f"ขั้นที่ {name}" if name in line.shape.words else cells.label_of(name),
        "is_words": name in line.shape.words,
        "differs": name in line.differing and all(line.said.values()),
        "texts": [
            {
                "side": side,
                "mine": side == viewer.speaks,
                "text": said.words or ("" if said.value is None else format_number(said.value, decimals=decimals)),
                "spoken": bool(line.said[side]),
            }
            for side, said in texts.items()
        ],
    }


def _past(line: LineView, found: Sheet) -> list[dict[str, Any]]:
    """Each past year and what it would earn under either offer."""
    return [_earned(line, found, str(year), value) for year, value in line.past]


def _elsewhere(line: LineView, found: Sheet, row: Line) -> dict[str, Any]:
    """The same library indicator in other provinces, and what their results would earn under either offer."""
    values = elsewhere.results(row.indicator, row.table.agreement)
    rows = [_earned(line, found, name, value) for name, value in elsewhere.summary(values)]
    return {"count": len(values), "rows": rows}


def _earned(line: LineView, found: Sheet, name: str, value: Decimal) -> dict[str, Any]:
    scores = [backtest.score_of(line.shape, line.direction, line.stands(side), value, found.scale) for side in SIDES]
    shown = ["" if score is None else format_number(score, decimals=found.scale.decimals) for score in scores]
    return {"name": name, "result": format_number(value), "scores": shown}


def _figure(line: LineView, found: Sheet, side: str) -> dict[str, Any] | None:
    """Last year's result on the levels that side offers."""
    said = line.stands(side)
    values = [said.get(name, NOTHING).value for name in line.shape.numbers if name.isdigit()]
    points = found.scale.points
    if line.shape.words or len(values) != len(points) or None in values or line.shape.kind == "two_sided":
        return None
    lower = "lower" in (line.shape.kind, line.direction)
    levels = [(format_number(point), format_number(value), value) for point, value in zip(points, values, strict=True)]
    return scale_figure(levels, line.last_result, lower_is_better=lower)


def retry(row: Line, form: OfferForm | None, clash: Clash | None, says: str) -> dict[str, Any]:
    """Nothing was written: why, and everything typed in boxes that can be sent again."""
    found = sheet.read(row.table, only=row.pk).lines[0]
    differences = [_difference(difference) for difference in clash.differences] if clash else []
    errors = (
        [{"label": form.fields[name].label, "name": name, "text": list(said)[0]} for name, said in form.errors.items()]
        if form
        else []
    )
    return {
        "line": row,
        "says": says,
        "differences": differences,
        "errors": errors,
        "typed": [
            {"name": name, "label": cells.label_of(name), "text": text, "is_words": name in found.shape.words}
            for name, text in (form.typed() if form else [])
        ],
        "seen": clash.seen if clash else found.version,
        "cells": [entry["name"] for entry in (*differences, *errors)],
        "offers": form is not None,
        "url": reverse("agreements:line_offer", args=[row.pk]),
        "back": f"{reverse('agreements:table', args=[row.table.agreement_id])}#line-{row.pk}",
    }


def _difference(difference: Difference) -> dict[str, str]:
    return {
        "name": difference.name,
        "label": difference.label,
        "mine": difference.mine.text or "เว้นว่าง",
        "stored": difference.stored.text or "เว้นว่าง",
        "who": difference.by.full_name,
        "when": pages.short_time(difference.at),
    }


def show(row: Line, viewer: Viewer) -> dict[str, Any]:
    """One indicator in big type, and the ones before and after it."""
    found = sheet.read(row.table)
    place = next(n for n, line in enumerate(found.lines) if line.pk == row.pk)
    line = found.lines[place]
    neighbours = {"before": place - 1, "after": place + 1}
    return {
        "line": pages.lines(found, _reader(viewer), [line.pk])[0],
        "both": [
            pages.side_row(line, side, _reader(viewer), len(found.scale.points), set(), _scores(line, found), found)
            for side in SIDES
        ],
        "agreement": row.table.agreement,
        "indicator": row.indicator,
        "points": [agreement_pages.number(point) for point in found.scale.points],
        "place": place + 1,
        "count": len(found.lines),
        "figure": _figure(line, found, "opdc" if line.said["opdc"] else "party"),
        "version": row.table.version,
        "head": {"agreed": found.agreed_count, "count": len(found.tops)},
        **{
            name: reverse("agreements:line_show", args=[found.lines[n].pk]) if 0 <= n < len(found.lines) else ""
            for name, n in neighbours.items()
        },
    }


def _scores(line: LineView, found: Sheet) -> dict[str, Any]:
    return {side: line.score(side, found.scale) for side in SIDES}


def _reader(viewer: Viewer) -> Viewer:
    """On the wall nobody types, and no side's own notes are shown."""
    viewer.speaks = viewer.reads = ""
    return viewer
