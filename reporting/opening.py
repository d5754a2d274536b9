"""The one way to a card that is about to be changed by those who fill it: locked, theirs, and still open."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from kpiportal.models import Membership, User
from kpiportal.workflow import Stale
from reporting import dressed, parts, rules
from reporting.models import Report
from reporting.states import EDITABLE, RoundState


def open_card(
    report: Report,
    by: User,
    *,
    part: str = "",
    allowed: Callable[[User, Report], Membership | None] = rules.can_file,
) -> Report:
    """Lock the card for a change by whom `allowed` lets. 403 to others, 409 where it, or this part, is not open."""
    cards = Report.objects.select_for_update(of=("self",)).select_related("round__agreement", "version")
    card = cards.defer("version__content").get(pk=report.pk)
    if not allowed(by, card):
        raise PermissionDenied
    if card.round.state != RoundState.OPEN:
        raise Stale("รอบนี้ปิดรับรายงานแล้ว หากต้องแก้ไขกรุณาติดต่อผู้ประสานงานจังหวัด")
    if card.state not in EDITABLE:
        raise Stale(f"รายงานนี้อยู่ในสถานะ “{card.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    if part in parts.locked(card):
        raise Stale(f"{parts.PARTS[part]}ไม่ได้ถูกส่งกลับให้แก้ไข จึงแก้ไขไม่ได้")
    return dressed.dress(card)
