"""Applying a checked workbook: everything in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements import actions, form_actions
from agreements.form_actions import Edit
from agreements.models import Agreement, Assignment, Dimension, Indicator
from agreements.workbook_check import Plan
from kpiportal import audit
from kpiportal.models import Organization, User
from kpiportal.workflow import Blocker, NotReady, Stale


@transaction.atomic
def apply_workbook(agreement: Agreement, plan: Plan, *, by: User, at: dt.datetime, reason: str = "") -> Agreement:
    """Remove, move, edit, add and host as the plan says; each is told in the history of its row, the whole once.

    Raises Clash where the portal no longer holds what the workbook was made from, NotReady without a `reason` for
    removals that need one; then nothing of it has happened.
    """
    agreement = form_actions.locked(agreement)
    duty = form_actions.may_write(agreement, by)
    rows = {row.pk: row for row in agreement.indicators.all()}
    for pk in plan.removes:
        if row := Indicator.objects.filter(pk=pk, agreement=agreement).first():
            form_actions.remove_indicator(row, by=by, at=at, reason=reason)
    for key, dimension in plan.moves.items():
        form_actions.place_indicator(_row(rows, key), dimension=dimension, by=by, at=at)
    for key, boxes in plan.edits.items():
        _edit(_row(rows, key), boxes, by, at)
    for add in sorted(plan.adds, key=lambda one: bool(one["parent"])):  # parents before their children
        _add(agreement, add, by, at)
    for key in [*plan.hosts, *(key for key in plan.co_hosts if key not in plan.hosts)]:
        _host(_row(rows, key), plan.hosts.get(key), plan.co_hosts.get(key), by, at)
    _number_once(agreement)
    counts = {"edited": len(plan.edits), "added": len(plan.adds), "removed": len(plan.removes)}
    audit.record("agreements.apply_workbook", agreement, by=by, duty=duty, at=at, **counts)
    return agreement


def _number_once(agreement: Agreement) -> None:
    """The database says so, too, but only on commit, when nobody can be told which number."""
    numbers = Counter(agreement.indicators.values_list("number", flat=True))
    if twice := [number for number, count in numbers.items() if count > 1]:
        raise Stale(f"เลขที่ {', '.join(twice)} มีในระบบแล้ว")


def _row(rows: dict[int, Indicator], key: str) -> Indicator:
    if int(key) not in rows:
        raise Stale("มีตัวชี้วัดในไฟล์ที่ถูกนำออกจากระบบไปแล้ว ดาวน์โหลดไฟล์ใหม่แล้วกรอกอีกครั้ง")
    return rows[int(key)]


def _edit(row: Indicator, boxes: dict[str, tuple[str, str]], by: User, at: dt.datetime) -> None:
    cells = form_actions.cells_of(row)
    edits = {box: Edit(cells[box].clean(was), cells[box].clean(new)) for box, (was, new) in boxes.items()}
    try:
        form_actions.edit_indicator(row, edits, by=by, at=at, as_typed=True)
    except ValidationError as refusal:  # what the cluster or OPDC has fixed (agreements/form_locks.py)
        texts = dict.fromkeys(refusal.messages)
        raise NotReady(Blocker(f"ตัวชี้วัด {row.number}: {text}") for text in texts) from refusal


def _add(agreement: Agreement, add: dict, by: User, at: dt.datetime) -> None:
    parent = None
    if add["parent"]:
        parent = agreement.indicators.select_related("criteria", "dimension").get(number=add["parent"])
    dimension = parent.dimension if parent else Dimension.objects.get(pk=add["dimension"])
    row = form_actions.add_blank(agreement, dimension=dimension, parent=parent, name="", by=by, at=at)
    row.agreement = agreement
    cells, holder = form_actions.cells_of(row), form_actions.holder_of(row)
    edits = {box: Edit(cells[box].get(holder), cells[box].clean(new)) for box, new in add["boxes"].items()}
    form_actions.edit_indicator(row, edits, by=by, at=at, as_typed=True)
    if add["host"]:
        _host(row, add["host"], add["co_hosts"], by, at)


def _host(row: Indicator, host: int | None, co_hosts: list[int] | None, by: User, at: dt.datetime) -> None:
    """Whoever is not named in the plan stays."""
    before = {part: [] for part in Assignment.Part}
    for one in row.assignments.select_related("organization"):
        before[Assignment.Part(one.part)].append(one.organization)
    main = Organization.objects.get(pk=host) if host else before[Assignment.Part.HOST][0]
    others = before[Assignment.Part.CO_HOST]
    if co_hosts is not None:
        others = list(Organization.objects.filter(pk__in=co_hosts))
    actions.appoint_hosts(row, host=main, co_hosts=others, by=by, at=at)
