"""What the pages of the table show, as ready strings: numbers formatted once here, never in templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import scoring
from agreements.models import Offer, Remark, Table
from agreements.negotiation import cells, rules, sheet
from agreements.negotiation.cells import GO, KEEP, NOTHING, TARGET, WEIGHT, Said
from agreements.negotiation.sheet import SIDES, LineView, Sheet
from agreements.pages import number
from agreements.states import AgreementState
from kpiportal import thai
from kpiportal.bars import weight_bar
from kpiportal.models import User
from kpiportal.numbers import format_number

PAST_SHOWN = 3
SIDE_LABELS = {"party": "จังหวัด", "opdc": "ก.พ.ร."}
REMARKS_SHOWN = 2


def side_label(table: Table, side: str) -> str:
    """จังหวัด, กลุ่มจังหวัด or ก.พ.ร., as the table's columns call them."""
    return table.agreement.owner.get_kind_display() if side == "party" else SIDE_LABELS[side]


def after_a_word(side: str) -> str:
    """รับตามจังหวัด, but รับตาม ก.พ.ร.: an abbreviation stands apart."""
    return f" {side}" if side.endswith(".") else side


class Viewer:
    """For whom the table is rendered: what may be typed (`speaks`) and whose notes are read (`reads`)."""

    def __init__(self, user: User, table: Table):
        agreement = table.agreement
        self.is_open = agreement.state == AgreementState.NEGOTIATING
        self.reads = rules.side_of(user, agreement)
        self.speaks = rules.speaks_for(user, agreement) if self.is_open else ""


def lines(found: Sheet, viewer: Viewer, only: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """The lines as the template draws them, or those of the given keys."""
    wanted = None if only is None else set(only)
    drawn = [line for line in found.lines if wanted is None or line.pk in wanted]
    remarks = _remarks(found.table, viewer, wanted)
    points = len(found.scale.points)
    return [_line(line, found, viewer, points, remarks.get(line.pk, [])) for line in drawn]


def _line(line: LineView, found: Sheet, viewer: Viewer, points: int, remarks: list[dict[str, str]]) -> dict[str, Any]:
    bad = {side: _bad_cells(line.problems(side, found.scale)) for side in SIDES}
    scores = {side: line.score(side, found.scale) for side in SIDES}
    whose = [viewer.speaks] if line.agreed and viewer.speaks else ["party"] if line.agreed else list(SIDES)
    return {
        "pk": line.pk,
        "version": line.version,
        "number": line.number,
        "name": line.name,
        "unit": line.unit,
        "host": line.host,
        "is_child": line.is_child,
        "url": reverse("agreements:line", args=[line.pk]),
        "past": [{"year": year, "text": number(value)} for year, value in line.past[-PAST_SHOWN:]],
        "agreed": line.agreed,
        "goes": line.goes,
        "chips": chips(line),
        "rows": len(SIDES) if not line.agreed else 1,
        "sides": [side_row(line, side, viewer, points, bad[side], scores, found) for side in whose],
        "can_accept": bool(viewer.speaks) and bool(line.said[other(viewer.speaks)]) and not line.agreed,
        "accept": _accept_label(line, found, viewer),
        "speaks": viewer.speaks,
        "problems": [problem.text for problem in line.problems(viewer.speaks or "party", found.scale)],
        "remarks": remarks,
        "told": line.told,
        "columns": points,
    }


def _accept_label(line: LineView, found: Sheet, viewer: Viewer) -> str:
    """Taking over an offer to drop drops the indicator: the button says so."""
    if not viewer.speaks:
        return ""
    theirs = other(viewer.speaks)
    verb = "ตัดออกตาม" if line.said[theirs].get(KEEP) == GO else "รับตาม"
    return verb + after_a_word(side_label(found.table, theirs))


def side_row(
    line: LineView,
    side: str,
    viewer: Viewer,
    points: int,
    bad: set[str],
    scores: dict[str, Decimal | None],
    found: Sheet,
) -> dict[str, Any]:
    spoken, stands = bool(line.said[side]), line.stands(side)
    mine = side == viewer.speaks
    return {
        "side": side,
        "label": side_label(found.table, side),
        "mine": mine,
        "spoken": spoken,
        "goes": stands.get(KEEP) == GO,
        "cells": [
            _cell(line, name, stands, mine, name in bad) for name in (WEIGHT, TARGET, *map(str, range(1, points + 1)))
        ],
        "score": "" if scores[side] is None else number(scores[side], found.scale.decimals),
        "change": _change(side, scores, found.scale) if spoken else "",
        "worse": side == "opdc" and None not in scores.values() and scores["opdc"] < scores["party"],
    }


def _cell(line: LineView, name: str, stands: dict[str, Said], mine: bool, is_bad: bool) -> dict[str, Any]:
    said = stands.get(name, NOTHING)
    is_words = name in line.shape.words
    exists = name in line.shape.names
    return {
        "name": name,
        "label": cells.label_of(name),
        "text": SafeString(f"ขั้น {name}") if is_words else _said(said, name, line.shape),
        "title": said.words,
        "exists": exists,
        "input": mine and exists and not is_words,
        "differs": name in line.differing and all(line.said.values()),
        "bad": is_bad,
    }


def _said(said: Said, name: str, shape: cells.Shape) -> SafeString:
    return number(said.value, 2 if name == WEIGHT and not shape.is_child else None)


def _bad_cells(problems: Iterable[scoring.Problem]) -> set[str]:
    """The cells a problem points at: two levels out of order, a target on no level."""
    found: set[str] = set()
    for problem in problems:
        found |= {str(level) for level in problem.levels}
        if problem.field == TARGET:
            found.add(TARGET)
    return found


def _change(side: str, scores: dict[str, Decimal | None], scale: scoring.Scale) -> str:
    """ลด 0.6000 against the party's offer, on the other side's line."""
    if side == "party" or None in scores.values():
        return ""
    gap = scores["opdc"] - scores["party"]
    if not gap:
        return "เท่ากัน"
    return f"{'ลด' if gap < 0 else 'เพิ่ม'} {format_number(abs(gap), decimals=scale.decimals)}"


def chips(line: LineView) -> list[tuple[str, str]]:
    found = []
    if not line.agreed:
        found += [("late", f"{SIDE_LABELS[side]} เสนอตัดออก") for side in SIDES if line.said[side].get(KEEP) == GO]
        if line.added_by:
            found.append(("wait", f"{SIDE_LABELS[line.added_by]} เสนอเพิ่ม"))
    if line.parked and line.parked_until:
        until = thai.date_text(line.parked_until, short=True)
        found.append(("due", f"พักไว้ {line.parked_owner} ภายใน {until}"))
    return found


def head(found: Sheet, viewer: Viewer) -> dict[str, Any]:
    """What stands above the table: how far it is, the weights, what last year's results would add up to."""
    own = viewer.speaks or viewer.reads or "party"
    weight = found.weight(own)
    gap = sheet.HUNDRED - weight
    assents = {assent.side: assent for assent in found.table.assents.select_related("by")}
    parts = [(f"{name} {number(has, 2)} จาก", number(given, 2), has) for name, has, given in found.by_dimension(own)]
    return {
        "agreed": found.agreed_count,
        "count": len(found.tops),
        "agreed_weight": number(found.agreed_weight, 2),
        "weights": [(side_label(found.table, side), number(found.weight(side), 2)) for side in SIDES],
        "own_weight": number(weight, 2),
        "gap": "" if not gap else f"{'ขาดอีก' if gap > 0 else 'เกิน'} {number(abs(gap), 2)}",
        "over": gap < 0,
        "bar": weight_bar(parts),
        "totals": [_total(found, side) for side in SIDES],
        "blockers": found.blockers,
        "assents": [_assent(found.table, side, assents.get(side)) for side in SIDES],
        "mine_said": viewer.speaks in assents,
        "speaks": viewer.speaks,
        "is_open": viewer.is_open,
        "unspoken": sum(not line.said[viewer.speaks] for line in found.lines) if viewer.speaks else 0,
        "other_label": after_a_word(side_label(found.table, other(viewer.speaks))) if viewer.speaks else "",
        "version": found.table.version,
        "agreement": found.table.agreement,
    }


def _total(found: Sheet, side: str) -> dict[str, str]:
    total = found.backtest(side)
    shown = "" if total is None or total.score is None else number(total.score, found.scale.decimals)
    over = "" if total is None else f"{len(total.rows)} ตัวชี้วัด น้ำหนัก {number(total.all_active.shown_weight, 2)}"
    return {"label": after_a_word(side_label(found.table, side)), "score": shown, "over": over}


def _assent(table: Table, side: str, assent: Any) -> dict[str, str]:
    who = f"{assent.by.full_name} {thai.datetime_text(assent.at, short=True)}" if assent else ""
    return {"label": side_label(table, side), "who": who}


def _remarks(table: Table, viewer: Viewer, only: set[int] | None) -> dict[int, list[dict[str, str]]]:
    """The last notes of each line that this person may read; one query."""
    rows = Remark.objects.readable_by(viewer.reads).filter(line__table=table).select_related("by")
    if only is not None:
        rows = rows.filter(line__in=only)
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(remark(row))
    return {pk: said[-REMARKS_SHOWN:] for pk, said in found.items()}


def remark(row: Remark) -> dict[str, Any]:
    return {
        "who": SIDE_LABELS[row.side],
        "person": row.by.full_name,
        "when": short_time(row.at),
        "words": row.words,
        "own": not row.shared,
    }


def ledger(line: LineView) -> list[dict[str, str]]:
    """Every offer ever made on this line, newest first: when, who, which side, what it did to which cells."""
    rows = Offer.objects.filter(indicator=line.indicator).select_related("by").order_by("-id")
    found: list[dict[str, Any]] = []
    for row in rows:
        key = (row.version, row.side)
        text = ledger_cell(row)
        if found and found[-1]["key"] == key:
            found[-1]["cells"].append(text)
            continue
        found.append(
            {
                "key": key,
                "when": thai.datetime_text(row.at, short=True),
                # The form was the party's; whoever opened the table only laid it there.
                "who": "" if row.deed == Offer.Deed.LAID else row.by.full_name,
                "side": SIDE_LABELS[row.side],
                "deed": row.get_deed_display(),
                "cells": [text],
            }
        )
    for row in found:
        row["cells"].reverse()  # newest action first, but its cells as they are read
    return found


def ledger_cell(row: Offer) -> str:
    """ระดับ 3: 80; ตัดออก."""
    if row.name == KEEP:
        return "คงไว้" if row.value else "ตัดออก"
    return f"{cells.label_of(row.name)}: {Said(row.value, row.words).text or 'เว้นว่าง'}"


def texts(line: LineView, side: str, points: int) -> list[str]:
    """Weight, target and the columns of one side, as the table prints them."""
    said, shape = line.stands(side), line.shape
    return [
        f"ขั้น {name}" if name in shape.words else _said(said.get(name, NOTHING), name, shape)
        for name in (WEIGHT, TARGET, *map(str, range(1, points + 1)))
    ]


def short_time(at: dt.datetime) -> str:
    """18 พ.ย. 2558 10.44 น."""
    return thai.datetime_text(at, short=True)


def other(side: str) -> str:
    return "opdc" if side == "party" else "party"
