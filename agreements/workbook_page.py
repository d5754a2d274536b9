"""The page of an uploaded workbook: mistakes, or before and after of everything it changes; and the plan, sealed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core import signing

from agreements import clusters, form_actions, form_page, weights, workbook, workbook_check
from agreements.form_cells import shown
from agreements.models import Agreement, Dimension, Indicator
from agreements.workbook_check import Finding, Plan, Row
from kpiportal.models import User
from kpiportal.xlsx import ReadSheet

GOOD_FOR = 3600  # seconds a checked workbook may wait for "apply"
_SALT = "agreements.workbook"
NUMBER = "ตัวชี้วัดที่"
Standing = dict[int, tuple[Indicator, Any, Any]]  # pk -> row, its boxes, what they hold


def look(sheets: Sequence[ReadSheet], agreement: Agreement) -> dict[str, Any]:
    """What workbook.html shows of an upload: `findings`, or `plan` with its preview."""
    plan, rows, findings = workbook_check.check(sheets, agreement)
    if not findings:
        standing = _standing(agreement)
        findings = _moved_on(plan, rows, standing) or _numbers_taken(plan, rows, standing)
    found = {"findings": findings, "plan": plan}
    return found if findings else {**found, **preview(plan, agreement)}


def _moved_on(plan: Plan, rows: Sequence[Row], standing: Standing) -> list[Finding]:
    """Boxes changed in the portal since the workbook was given out, and in the workbook to something else. What stands
    there already, of a file sent twice, is taken off the plan."""
    found = []
    for row in rows:
        edits = plan.edits.pop(str(row.pk), {})
        if row.pk and row.pk not in standing:
            allowed = "ลบแถวนี้ หรือดาวน์โหลดไฟล์ใหม่"
            found.append(Finding(workbook.FORM, row.at, "ทั้งแถว", "ตัวชี้วัดนี้ถูกนำออกจากระบบหลังดาวน์โหลด", allowed))
            continue
        if row.pk and plan.moves.get(str(row.pk)) == standing[row.pk][0].dimension_id:
            del plan.moves[str(row.pk)]
        for box, (was, new) in edits.items():
            _, cells, holder = standing[row.pk]
            now = cells[box].get(holder)
            if now == cells[box].clean(new):
                continue
            plan.edits.setdefault(str(row.pk), {})[box] = (was, new)
            if now == cells[box].clean(was):
                continue
            told = f"ในระบบแก้เป็น “{shown(now) or '(ว่าง)'}” หลังดาวน์โหลด ในไฟล์เป็น “{new or '(ว่าง)'}”"
            allowed = f"ใช้ “{shown(now) or '(ว่าง)'}” หรือดาวน์โหลดไฟล์ใหม่แล้วแก้"
            found.append(Finding(workbook.FORM, row.at, cells[box].label, told, allowed))
    return found


def _numbers_taken(plan: Plan, rows: Sequence[Row], standing: Standing) -> list[Finding]:
    """Numbers a row of the portal has and will keep: added or counted anew since, or brought by this file before."""
    given_up = {row.pk for row in rows if row.changed(NUMBER)} | set(plan.removes)
    taken = {row.number: row.name for pk, (row, *_) in standing.items() if pk not in given_up}
    allowed = "ใช้เลขอื่น ลบแถวนี้ หรือดาวน์โหลดไฟล์ใหม่แล้วแก้"
    return [
        Finding(workbook.FORM, row.at, NUMBER, f"เลขที่ {number} เป็นของ “{taken[number]}” ในระบบแล้ว", allowed)
        for row in rows
        if (number := row.texts[NUMBER]) in taken and (row.pk is None or row.changed(NUMBER))
    ]


def _standing(agreement: Agreement) -> Standing:
    """Every row as it stands now, with its boxes. Three queries."""
    rows = form_page.with_everything(Indicator.objects.filter(agreement=agreement))
    return {row.pk: (row, form_actions.cells_of(row), form_actions.holder_of(row)) for row in rows}


def preview(plan: Plan, agreement: Agreement) -> dict[str, Any]:
    """Rows edited with before and after, rows added, rows taken away, and the weights there would be."""
    standing = _standing(agreement)
    dimensions = dict(Dimension.objects.filter(framework=agreement.framework_id).values_list("pk", "name"))
    agencies = dict(clusters.agencies(agreement).values_list("pk", "name"))
    edited = []
    for pk, (row, cells, holder) in standing.items():
        changes = [
            {
                "label": cells[box].label,
                "before": _words(cells[box], cells[box].shown(holder)),
                "after": _words(cells[box], new),
            }
            for box, (_, new) in plan.edits.get(str(pk), {}).items()
        ]
        if place := plan.moves.get(str(pk)):
            changes.append({"label": workbook.DIMENSION, "before": row.dimension.name, "after": dimensions[place]})
        if host := plan.hosts.get(str(pk)):
            changes.append({"label": workbook.HOST, "before": "", "after": agencies[host]})
        if (co_hosts := plan.co_hosts.get(str(pk))) is not None:
            named = "; ".join(agencies[one] for one in co_hosts)
            changes.append({"label": workbook.CO_HOSTS, "before": "", "after": named or "(ไม่มี)"})
        if changes:
            edited.append({"row": row, "changes": changes})
    return {
        "edited": edited,
        "added": [{"number": add["boxes"].get("number", ""), "name": add["boxes"].get("name", ""),
                   "weight": add["boxes"].get("weight", ""), "dimension": dimensions[add["dimension"]]}
                  for add in plan.adds],
        "removed": [standing[pk][0] for pk in plan.removes if pk in standing],
        "weights": _weights(plan, agreement, standing),
    }  # fmt: skip


def _words(cell: Any, text: str) -> str:
    """As it will stand in its box: a choice by its name, a number in the digits of the page."""
    if not text:
        return ""
    value, choices = cell.clean(text), dict(getattr(cell.field, "choices", ()))
    return str(choices.get(value, text)) if choices else shown(value)


def _weights(plan: Plan, agreement: Agreement, standing: dict[int, Any]) -> dict[str, Any]:
    """The weights as they would stand: what is over or under is said before anybody applies it."""
    held: dict[int, Decimal] = {}
    for pk, (row, cells, holder) in standing.items():
        if row.parent_id is None and pk not in plan.removes:
            edit = plan.edits.get(str(pk), {}).get("weight")
            weight = cells["weight"].clean(edit[1]) if edit else cells["weight"].get(holder)
            place = plan.moves.get(str(pk), row.dimension_id)
            held[place] = held.get(place, Decimal(0)) + weight
    cells = workbook_check.form_cells.cells(
        tuple(agreement.framework.scale.points), agreement.fiscal_year, is_child=False
    )
    for add in plan.adds:
        if not add["parent"]:
            weight = cells["weight"].clean(add["boxes"].get("weight", ""))
            held[add["dimension"]] = held.get(add["dimension"], Decimal(0)) + weight
    leaves = Dimension.objects.filter(framework=agreement.framework_id, children=None).order_by("order")
    return weights.panel(weights.Weighed(one.name, held.get(one.pk, Decimal(0)), one.weight) for one in leaves)


def sealed(plan: Plan, agreement: Agreement, *, by: User) -> str:
    """The plan as the preview carries it to "apply": signed for this person and this form, for an hour."""
    return signing.dumps([by.pk, agreement.pk, dataclasses.asdict(plan)], salt=_SALT, compress=True)


def unsealed(text: str, agreement: Agreement, *, by: User) -> Plan:
    """Raises signing.BadSignature for a plan of somebody else, of another form, changed, or older than an hour."""
    person, form, facts = signing.loads(text, salt=_SALT, max_age=GOOD_FOR)
    if (person, form) != (by.pk, agreement.pk):
        raise signing.BadSignature("another person's or another form's plan")
    return Plan(**facts)
