"""Actions on failed messages: queue one or all of them again."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, outbox
from kpiportal.machine import rules
from kpiportal.models import OutgoingMail, User
from kpiportal.workflow import Stale

audit.tells(**{"mail.sent_again": "ให้ส่งอีเมลที่ส่งไม่ได้อีกครั้ง", "mail.all_sent_again": "ให้ส่งอีเมลที่ส่งไม่ได้ทั้งหมดอีกครั้ง"})


@transaction.atomic
def send_again(mail: OutgoingMail, *, by: User, at: dt.datetime) -> OutgoingMail:
    """Queue a failed mail again. PermissionDenied; Stale when it is not failed."""
    duty = rules.can_send_again(by)
    if not duty:
        raise PermissionDenied
    row = OutgoingMail.objects.select_for_update(of=("self",)).select_related("to_user").get(pk=mail.pk)
    if row.state != OutgoingMail.State.FAILED:
        raise Stale("อีเมลฉบับนี้ไม่ได้อยู่ในสถานะส่งไม่ได้แล้ว")
    outbox.queue_again([row], at=at)
    audit.record("mail.sent_again", row, by=by, at=at, duty=duty, name=row.to_email)
    return row


@transaction.atomic
def send_all_again(*, by: User, at: dt.datetime) -> int:
    """Queue again every failed message this person may see, as after a day without a relay. Returns how many.
    PermissionDenied."""
    duty = rules.can_send_again(by)
    if not duty:
        raise PermissionDenied
    failed = OutgoingMail.objects.visible_to(by).filter(state=OutgoingMail.State.FAILED)
    rows = list(
        OutgoingMail.objects.filter(pk__in=failed.values("pk"), state=OutgoingMail.State.FAILED)
        .select_for_update(of=("self",))
        .select_related("to_user")
        .order_by("pk")
    )
    if rows:
        outbox.queue_again(rows, at=at)
        audit.record("mail.all_sent_again", by, by=by, at=at, duty=duty, count=len(rows))
    return len(rows)
