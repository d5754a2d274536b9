"""Boxes of a form that are not the party's to change: of its cluster's indicators, and of compulsory ones."""

from __future__ import annotations

from collections.abc import Iterable

from agreements.models import Compulsory, Indicator

# What a member province still says of an indicator its cluster reports (R31).
OF_MEMBER = frozenset({"number", "weight", "reason"})
_CRITERIA = ("kind", "direction", "target_level", "interval", "band_low", "band_high", "step_count")
_STANDARD = frozenset({"name", "unit", "definition", "formula", *_CRITERIA})
_LISTS = ("level_", "step_", "parts_")


def refused(row: Indicator, names: Iterable[str]) -> dict[str, str]:
    """box → why it stays as it is. One query, only for a row that came from the library."""
    wrong: dict[str, str] = {}
    top = row.parent or row
    if top.cluster_source_id:
        allowed = OF_MEMBER if row.parent_id is None else frozenset({"number"})
        text = "ตัวชี้วัดของกลุ่มจังหวัด แก้ไขได้ที่คำรับรองฯ ของกลุ่มจังหวัดเท่านั้น"
        wrong |= {name: text for name in names if name not in allowed}
    if row.library_id and (rule := rule_of(row)):
        for name in names:
            if name == "weight" and rule.weight is not None and row.weight != rule.weight:
                wrong[name] = f"ตัวชี้วัดบังคับ กรอบกำหนดน้ำหนัก {rule.weight.normalize():f}"
            elif rule.fixed_criteria and (name in _STANDARD or name.startswith(_LISTS)):
                wrong[name] = "ตัวชี้วัดบังคับ ใช้นิยามและเกณฑ์มาตรฐานของสำนักงาน ก.พ.ร."
    return wrong


def rule_of(row: Indicator) -> Compulsory | None:
    """What the year's framework says of this library indicator."""
    found: Compulsory | None = Compulsory.objects.filter(
        framework__agreements=row.agreement_id, library=row.library_id
    ).first()
    return found
