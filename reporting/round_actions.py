"""Actions on one agency inside a round."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, deadlines
from kpiportal.models import Organization, User
from kpiportal.workflow import Blocker, NotReady, Stale
from reporting import notices, rules
from reporting.models import Report, Round
from reporting.states import EDITABLE, RoundState


@transaction.atomic
def extend_agency(
    round: Round, host: Organization, *, last_day: dt.date, reason: str, by: User, at: dt.datetime
) -> list[Report]:
    """Give one agency more time for what it still owes; reminders and "late" follow the new day.

    NotReady without a reason, or for a day before the present one or after the province's own; Stale when the round is
    not open or the agency owes nothing.
    """
    duty = rules.can_run_round(by, round)
    if not duty:
        raise PermissionDenied
    round = Round.objects.select_for_update().get(pk=round.pk)
    cards = list(Report.objects.select_for_update(of=("self",)).filter(round=round, host=host, state__in=EDITABLE))
    if round.state != RoundState.OPEN or not cards:
        raise Stale("หน่วยงานนี้ไม่มีรายงานค้างส่ง หรือรอบนี้ไม่ได้เปิดรับอยู่")
    before, due = max(card.due_at for card in cards), deadlines.due_instant(last_day)
    if found := _wrong(due, before, round, reason):
        raise NotReady(found)
    for card in cards:
        card.due_at = due
    Report.objects.bulk_update(cards, ["due_at"])
    days = {"before": {"due": deadlines.due_text(before)}, "after": {"due": deadlines.due_text(due)}}
    audit.record("reporting.extend", round, by=by, duty=duty, at=at, name=host.full_name, reason=reason.strip(), **days)
    notices.due_extended(round, host, cards, reason=reason.strip(), at=at)
    return cards


def _wrong(due: dt.datetime, before: dt.datetime, round: Round, reason: str) -> list[Blocker]:
    found = []
    if not reason.strip():
        found.append(Blocker("กรุณาระบุเหตุผลที่ขยายกำหนด", field="reason"))
    if not deadlines.gives_more_time(due, before):
        found.append(Blocker(f"ต้องหลังกำหนดเดิม ({deadlines.due_text(before)})", field="last_day"))
    elif deadlines.gives_more_time(due, round.opdc_due_at):
        text = f"ต้องไม่เกินวันที่จังหวัดส่งสำนักงาน ก.พ.ร. ({deadlines.due_text(round.opdc_due_at)})"
        found.append(Blocker(text, field="last_day"))
    return found
