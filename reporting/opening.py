"""Loading a card for editing: locked, checked that it is this person's, and still open."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from kpiportal.models import Membership, User
from kpiportal.workflow import Stale
from reporting import cardrows, dressed, parts, rules
from reporting.models import Report, Round
from reporting.states import EDITABLE, RoundState

MayChange = Callable[[User, Report], Membership | None]


def open_card(report: Report, by: User, *, part: str = "", allowed: MayChange = rules.can_file) -> Report:
    """Lock the card for a change by whom `allowed` lets. 403 to others, 409 where it, or this part, is not open."""
    return check_open(lock(report), by, part=part, allowed=allowed)


def lock(report: Report) -> Report:
    """The card as it is now, its row locked: one query.

    What `report` has brought of the agreement's side (indicator, framework, host) hangs on the locked card as well:
    only an amendment changes that, and after one it is read again.
    """
    card = cardrows.locked(report.pk)
    if Report.version.is_cached(report) and _same_words(report, card):
        card.version = report.version
        for name in ("indicator", "host"):
            _hang_on(card, report, name)
        if Report.round.is_cached(report):
            for name in ("agreement", "plan"):
                _hang_on(card.round, report.round, name)
    return card


def _same_words(known: Report, now: Report) -> bool:
    return (known.version_id, known.version.is_replaced) == (now.version_id, now.version.is_replaced)


def _hang_on(row: Report | Round, known: Report | Round, name: str) -> None:
    if getattr(type(row), name).is_cached(known) and getattr(row, f"{name}_id") == getattr(known, f"{name}_id"):
        setattr(row, name, getattr(known, name))


def check_open(card: Report, by: User, *, part: str = "", allowed: MayChange = rules.can_file) -> Report:
    """The locked card in its own version's words, for whom `allowed` lets while it, and this part, is open."""
    if not allowed(by, card):
        raise PermissionDenied
    if card.round.state != RoundState.OPEN:
        raise Stale("รอบนี้ปิดรับรายงานแล้ว หากต้องแก้ไขกรุณาติดต่อผู้ประสานงานจังหวัด")
    if card.state not in EDITABLE:
        raise Stale(f"รายงานนี้อยู่ในสถานะ “{card.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    if part in parts.locked(card):
        raise Stale(f"{parts.PARTS[part]}ไม่ได้ถูกส่งกลับให้แก้ไข จึงแก้ไขไม่ได้")
    return dressed.dress(card)
