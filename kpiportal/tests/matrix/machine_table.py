"""The machine room's part of the table."""

from __future__ import annotations

import uuid
from typing import Any

from kpiportal.models import OutgoingMail
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix.row import WRITERS, Row, each


def mail_to_the_collector(place: Any) -> list[int]:
    """A mail to the collector of this place's agency that was given up."""
    to = place.agency_duty.user
    mail = OutgoingMail.objects.create(
        to_user=to, to_email=to.email, subject="รายงานที่ต้องส่ง", body="…", message_id=f"<{uuid.uuid4()}@x>",
        state="failed", error="550", attempts=1, not_before=NOW, queued_at=NOW,
    )  # fmt: skip
    return [mail.pk]


MACHINE = [
    Row("machine:status", get=each("operator", "director", code=200), other=403, shared=True),
    Row("machine:mail_list", get=each(WRITERS, "neighbour", "operator", "director", code=200), other=403, shared=True),
    Row(
        "machine:mail_send_all_again",
        post=each(WRITERS, "neighbour", "operator", "director", code=302),
        other=403,
        shared=True,
    ),
    Row("machine:mail_send_again", mail_to_the_collector, post=each(WRITERS, "operator", "director", code=302)),
]
