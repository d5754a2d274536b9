"""Boxes of a form that are not the party's to change: of its cluster's indicators, and of compulsory ones."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from agreements.models import Compulsory, Indicator

# What a member province still says of an indicator its cluster reports (R31).
OF_MEMBER = frozenset({"number", "weight", "reason"})
_CRITERIA = ("kind", "direction", "target_level", "interval", "band_low", "band_high", "step_count")
_STANDARD = frozenset({"name", "unit", "definition", "formula", *_CRITERIA})
_LISTS = ("level_", "step_", "parts_")


OF_CLUSTER = "ตัวชี้วัดของกลุ่มจังหวัด แก้ไขได้ที่คำรับรองฯ ของกลุ่มจังหวัดเท่านั้น"
STANDARD = "ตัวชี้วัดบังคับ ใช้นิยามและเกณฑ์มาตรฐานของสำนักงาน ก.พ.ร."


class Lock(NamedTuple):
    """What is fixed of one row: all but a few boxes of a cluster's; of a compulsory one its standard or its weight."""

    of_cluster: bool = False
    is_child: bool = False
    standard: bool = False
    weight: Decimal | None = None

    def why(self, name: str, *, weight: Decimal) -> str:
        """Why this box stays as it is while the row weighs `weight` percent; "" where it may be changed. A weight that
        is not the framework's may be put right."""
        if self.of_cluster and name not in (frozenset({"number"}) if self.is_child else OF_MEMBER):
            return OF_CLUSTER
        if name == "weight" and self.weight is not None and weight == self.weight:
            return f"ตัวชี้วัดบังคับ กรอบกำหนดน้ำหนัก {self.weight.normalize():f}"
        return STANDARD if self.standard and (name in _STANDARD or name.startswith(_LISTS)) else ""

    @property
    def sentence(self) -> str:
        """What the editor says above the boxes; "" where all of them may be changed."""
        if self.of_cluster:
            return OF_CLUSTER if self.is_child else f"{OF_CLUSTER} ที่นี่แก้ได้เฉพาะเลขที่ น้ำหนัก และเหตุผล"
        return STANDARD if self.standard else ""


def lock_of(row: Indicator) -> Lock:
    """One query, only for a row that came from the library."""
    rule = rule_of(row) if row.library_id else None
    return Lock(
        of_cluster=bool((row.parent or row).cluster_source_id),
        is_child=row.parent_id is not None,
        standard=bool(rule and rule.fixed_criteria),
        weight=rule.weight if rule else None,
    )


def refused(row: Indicator, names: Iterable[str]) -> dict[str, str]:
    """box → why it stays as it is, for boxes that were changed on `row` in hand."""
    lock = lock_of(row)
    wrong = {name: lock.why(name, weight=row.weight) for name in names}
    if "weight" in wrong and lock.weight is not None:  # put right is not refused
        wrong["weight"] = lock.why("weight", weight=lock.weight) if row.weight != lock.weight else ""
    return {name: text for name, text in wrong.items() if text}


def rule_of(row: Indicator) -> Compulsory | None:
    """What the year's framework says of this library indicator."""
    found: Compulsory | None = Compulsory.objects.filter(
        framework__agreements=row.agreement_id, library=row.library_id
    ).first()
    return found
