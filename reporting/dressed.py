"""A card is shown and scored by its own version of the agreement.

Rows hold the newest version. A card stands on the version of its round; where that is an older one (the change counts
only from a later round), the indicator gets the older version's values before anything is shown or scored.
"""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from agreements import freeze
from agreements.criteria import KINDS_OF_CHILDREN
from agreements.models import Indicator
from agreements.versions import differences
from kpiportal.workflow import Stale
from reporting.models import Report


def dress(report: Report) -> Report:
    """The card's indicator as the card's own version has it; no query unless that version was replaced."""
    if report.version.is_replaced:
        indicator = report.indicator
        if indicator.criteria.kind in KINDS_OF_CHILDREN:
            prefetch_related_objects([indicator], Prefetch("children", Indicator.objects.select_related("criteria")))
        freeze.thaw(indicator, report.version.content)
    return report


def same_version(report: Report, known: str) -> None:
    """Stale when the page was opened under another version of the agreement: what changed is said, nothing is kept
    or sent under words nobody has read. `known`: the number the page shows; empty where a page knows none."""
    if not known.isdigit() or int(known) == report.version.number:
        return
    before = report.version.agreement.versions.filter(number=int(known)).first()
    numbers = {report.indicator.number, *(child.number for child in report.indicator.children.all())}
    lines = differences(before.content, report.version.content) if before else []
    said = "; ".join(f"{one.label} {one.before} → {one.after}" for one in lines if one.number in numbers)
    text = f"คำรับรองฯ แก้ไขเป็น{report.version} แล้วขณะที่หน้านี้เปิดอยู่"
    raise Stale(f"{text} ({said}) โปรดดูเกณฑ์ใหม่ก่อนทำต่อ" if said else f"{text} โปรดดูเกณฑ์ใหม่ก่อนทำต่อ")
