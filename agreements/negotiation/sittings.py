"""A session of negotiation: who sat there, from when to when, and what was decided meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from agreements.models import Offer, Sitting, Table
from agreements.negotiation import cells, ledger, pages, rules, sheet
from agreements.negotiation.sheet import SIDES, LineView
from kpiportal import audit, thai
from kpiportal.models import AuditEvent, Membership, Role, User
from kpiportal.workflow import Stale

_READING = {cells.WEIGHT: -4, cells.TARGET: -3, cells.LOW: -2, cells.HIGH: -1, cells.KEEP: 99}
_AT_THE_TABLE = {
    "party": [Role.GOVERNOR, Role.CLUSTER_HEAD, Role.OFFICE_HEAD, Role.COORDINATOR],
    "opdc": [Role.DIRECTOR, Role.NEGOTIATOR],
}


@transaction.atomic
def open_sitting(table: Table, *, place: str, by: User, at: dt.datetime) -> Sitting:
    """Begin. Everybody who could sit there stands on the list; whoever opens it is present."""
    table = ledger.lock(table.agreement_id)
    duty = rules.can_offer(by, table.agreement)
    if not duty:
        raise PermissionDenied
    if table.sittings.filter(closed_at=None).exists():
        raise Stale("มีการประชุมเจรจาที่ยังไม่ปิดอยู่แล้ว")
    sitting = Sitting.objects.create(
        table=table,
        number=table.sittings.count() + 1,
        place=place,
        opened_at=at,
        opened_by=by,
        attendance=_invited(table, by, thai.day_in_bangkok(at)),
    )
    audit.record("agreements.open_sitting", table.agreement, by=by, duty=duty, at=at, number=sitting.number)
    return sitting


@transaction.atomic
def note_attendance(sitting: Sitting, *, present: Iterable[int], guests: Iterable[Mapping[str, str]], by: User) -> None:
    """Who is there: places in the list, and people who were not on it (side, name, post)."""
    sitting = _open(sitting, by)
    there = set(present)
    rows = [{**row, "present": n in there} for n, row in enumerate(sitting.attendance)]
    sitting.attendance = [*rows, *({**guest, "present": True} for guest in guests)]
    sitting.save(update_fields=["attendance"])


@transaction.atomic
def close_sitting(sitting: Sitting, *, by: User, at: dt.datetime) -> Sitting:
    """End, and freeze what the minutes say."""
    sitting = _open(sitting, by)
    sitting.closed_at = at
    sitting.attendance = attendance_of(sitting)
    sitting.content = content_of(sitting)
    sitting.save(update_fields=["closed_at", "attendance", "content"])
    duty = rules.can_offer(by, sitting.table.agreement)
    audit.record("agreements.close_sitting", sitting.table.agreement, by=by, duty=duty, at=at, number=sitting.number)
    return sitting


def attendance_of(sitting: Sitting) -> list[dict[str, Any]]:
    """The list; whoever said something at the table meanwhile is present: nobody need tick what the ledger knows."""
    spoke = {row.by.full_name for row in _offers(sitting).select_related("by")}
    return [{**row, "present": row["present"] or row["name"] in spoke} for row in sitting.attendance]


def _offers(sitting: Sitting) -> QuerySet[Offer]:
    until = {"at__lte": sitting.closed_at} if sitting.closed_at else {}
    offers = Offer.objects.filter(table=sitting.table, at__gte=sitting.opened_at, **until)
    return offers.exclude(deed=Offer.Deed.LAID)


def content_of(sitting: Sitting) -> dict[str, Any]:
    """Decisions in order of time, what is parked, and how far the table is: plain strings."""
    found = sheet.read(sitting.table)
    by_indicator = {line.indicator: line for line in found.lines}
    offers = list(_offers(sitting))
    dropped = _dropped({row.indicator_id for row in offers} - set(by_indicator))
    decisions: dict[tuple[int, int, str], dict[str, Any]] = {}
    for row in offers:
        line = by_indicator.get(row.indicator_id)
        entry = decisions.setdefault(
            (row.version, row.indicator_id, row.side),
            {
                "at": thai.time_text(row.at).removeprefix("เวลา "),
                "number": row.number,
                "name": line.name if line else dropped.get(row.indicator_id, ""),
                "side": pages.side_label(sitting.table, row.side),
                "deed": row.get_deed_display(),
                "rows": [],
                "whole": line is not None and len(line.shape.names) + 1,
            },
        )
        entry["rows"].append(row)
    return {
        "decisions": [*(_decision(**entry) for entry in decisions.values()), *_assents(sitting)],
        "lines": [_standing(line, found) for line in found.lines],
        "parked": [_parked(line) for line in found.living if line.parked],
        "agreed": found.agreed_count,
        "count": len(found.tops),
        "weights": [[pages.side_label(found.table, s), pages.number(found.weight(s), 2)] for s in SIDES],
        "blockers": [blocker.text for blocker in found.blockers],
    }


def _parked(line: sheet.LineView) -> dict[str, str]:
    return {
        "number": line.number,
        "name": line.name,
        "reason": line.parked_reason,
        "owner": line.parked_owner,
        "until": thai.date_text(line.parked_until) if line.parked_until else "",
    }


def _dropped(gone: set[int]) -> dict[int, str]:
    """Names of indicators both sides dropped: the rows are gone, the trail keeps their words."""
    if not gone:
        return {}
    kept = AuditEvent.objects.filter(
        verb="agreements.drop_indicator", subject_type="agreements.indicator", subject_id__in=gone
    )
    return {event.subject_id: f"{event.before['name']} (ตัดออก)" for event in kept}


def _assents(sitting: Sitting) -> list[dict[str, Any]]:
    """A side's yes to all, said while they sat: the last thing that is decided."""
    until = {"at__lte": sitting.closed_at} if sitting.closed_at else {}
    return [
        {
            "at": thai.time_text(one.at).removeprefix("เวลา "),
            "number": "",
            "name": "ทั้งฉบับ",
            "side": pages.side_label(sitting.table, one.side),
            "deed": "ตกลงทั้งฉบับ",
            "cells": [],
        }
        for one in sitting.table.assents.filter(at__gte=sitting.opened_at, **until).order_by("at", "pk")
    ]


def _decision(*, rows: list[Offer], whole: int, **facts: str) -> dict[str, Any]:
    """The cells in reading order; taking over a whole line says just that."""
    rows = sorted(rows, key=lambda row: _READING.get(row.name, int(row.name) if row.name.isdigit() else 0))
    accepted_whole = rows[0].deed == Offer.Deed.ACCEPT and len(rows) == whole
    return {**facts, "cells": ["ทั้งรายการ"] if accepted_whole else [pages.ledger_cell(row) for row in rows]}


def _standing(line: LineView, found: sheet.Sheet) -> dict[str, Any]:
    """One line of the annexed table: both sides' figures, or the agreed ones."""
    points = len(found.scale.points)
    return {
        "number": line.number,
        "name": line.name,
        "unit": line.unit,
        "agreed": line.agreed,
        "goes": line.goes,
        "rows": [
            [pages.side_label(found.table, side), *pages.texts(line, side, points)]
            for side in (SIDES[:1] if line.agreed else SIDES)
            if line.said[side]
        ],
    }


def _open(sitting: Sitting, by: User) -> Sitting:
    fresh = Sitting.objects.select_for_update().select_related("table__agreement__framework__scale").get(pk=sitting.pk)
    if not rules.can_offer(by, fresh.table.agreement):
        raise PermissionDenied
    if fresh.closed_at:
        raise Stale("การประชุมนี้ปิดแล้ว")
    return fresh


def _invited(table: Table, by: User, on: dt.date) -> list[dict[str, Any]]:
    """Both sides' people, each once, with the post printed in the minutes."""
    found: dict[int, dict[str, Any]] = {}
    for side in SIDES:
        duties = Membership.objects.in_force(on).filter(role__in=_AT_THE_TABLE[side], user__is_active=True)
        if side == "party":
            duties = duties.filter(organization=table.agreement.owner_id)
        for duty in duties.select_related("user").order_by("pk"):
            facts = {"side": side, "name": duty.user.full_name, "post": duty.post or duty.user.position}
            found.setdefault(duty.user_id, {**facts, "present": duty.user_id == by.pk})
    return list(found.values())
