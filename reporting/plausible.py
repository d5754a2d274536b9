"""What a person is asked before sending, and never refused: results that look mistyped, parts that have not come.

The answer "yes, it is right" is the `mark` of exactly these questions, so a figure
changed afterwards is asked about again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from agreements.criteria import KINDS_OF_NUMBER, leaves_of
from kpiportal.numbers import format_number
from reporting.leaffields import has_ratio

if TYPE_CHECKING:
    from agreements.models import Indicator
    from reporting.models import Report, ReportEntry

FAR = 3  # times the spread of the levels and past results, beyond either end


def questions(report: Report, entries: Mapping[int, ReportEntry]) -> list[str]:
    """One Thai sentence for each figure worth a second look; `entries` by indicator id. No data: nothing to ask."""
    if report.no_data:
        return []
    found = []
    for leaf in leaves_of(report.indicator):
        if (entry := entries.get(leaf.pk)) and leaf.criteria.kind in KINDS_OF_NUMBER:
            past = [] if leaf.parent_id else [b.value for b in leaf.baselines.all() if b.value is not None]
            found += [f"{leaf.number} {text}" if leaf.parent_id else text for text in _of_leaf(leaf, entry, past)]
    return found


def without_their_part(report: Report) -> list[str]:
    """Co-hosts that have supplied nothing for this card; cardrows.load_facts has brought who they are."""
    hosts = [one for one in report.indicator.assignments.all() if one.part == "co_host"]
    if not hosts or report.no_data:
        return []
    there = {part.organization_id for part in report.contributions.all()}
    missing = [host.organization.label for host in hosts if host.organization_id not in there]
    return [f"{name} (เจ้าภาพร่วม) ยังไม่ได้ส่งข้อมูลในระบบ ส่งรายงานโดยไม่รอหรือไม่" for name in missing]


def mark(found: Iterable[str]) -> str:
    """What the page's tick posts back: it stands for these questions and no others."""
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


def _of_leaf(leaf: Indicator, entry: ReportEntry, past: list[Decimal]) -> Iterable[str]:
    value, numerator, denominator = entry.value, entry.numerator, entry.denominator
    if numerator is not None and denominator is not None and abs(numerator) > abs(denominator):
        yield f"ตัวตั้ง {format_number(numerator)} มากกว่าตัวหาร {format_number(denominator)} ถูกต้องหรือไม่"
        return
    known = [*(level for level in leaf.criteria.levels if level is not None), *past]
    known += [bound for bound in (leaf.criteria.band_low, leaf.criteria.band_high) if bound is not None]
    if value is None or not known:
        return
    low, high = min(known), max(known)
    if has_ratio(leaf) and not min(low, Decimal(0)) <= value <= max(high, Decimal(100)):
        yield f"ผลร้อยละ {format_number(value)} อยู่นอกช่วง 0 ถึง 100 ถูกต้องหรือไม่"
    elif not low - FAR * (high - low) <= value <= high + FAR * (high - low):
        text = f"ผล {format_number(value)} ห่างจากเกณฑ์และผลปีก่อน ({format_number(low)} ถึง {format_number(high)}) มาก"
        yield f"{text} ถูกต้องหรือไม่"
