"""Another system of an organization hears of its people's reminders: signed JSON, tried again, never in our network.

Header `KPI-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>` under the key shown when it was set up.
`KPI-Delivery` is the same at every try.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from kpiportal.boxes import Box
from kpiportal.channels import Later, Refused, outward
from kpiportal.models import OutgoingMail, Webhook

_BOX = Box("kpiportal.channels.webhook")
GONE = 410  # the other side wants no more


def new_key() -> tuple[str, str]:
    """(the key to show once, what the row keeps of it)."""
    key = secrets.token_urlsafe(32)
    return key, _BOX.close(key)


def signature(key: str, seconds: int, body: bytes) -> str:
    digest = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


class WebhookWay:
    def send(self, message: OutgoingMail) -> None:
        hook = Webhook.objects.filter(organization=int(message.to_email)).first()
        if hook is None:
            raise Refused("เลิกใช้ระบบปลายทางนี้แล้ว")
        body = message.body.encode()
        seconds = int((message.sending_since or message.queued_at).timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "KPI-Delivery": message.message_id.strip("<>"),
            "KPI-Signature": signature(_BOX.open(hook.hidden), seconds, body),
        }
        answer = outward.post(hook.url, body, headers)
        if not 200 <= answer.status < 300:
            raise (Refused if answer.status == GONE else Later)(f"HTTP {answer.status} {answer.words}")

    def close(self) -> None:
        """Every call is one of its own."""
