"""LINE Messaging API: a push to a person who joined their account; what LINE tells us back is believed by its
signature. Off while there is no KPI_LINE_TOKEN."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

from django.conf import settings

from kpiportal import sealed_links
from kpiportal.channels import Later, Refused, outward
from kpiportal.models import OutgoingMail

LONGEST = 5000  # characters of one text message
TAKEN, TAKEN_BEFORE = 200, 409
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Line:
    def send(self, message: OutgoingMail) -> None:
        """The Message-ID's number is LINE's retry key: what it has taken once it does not show again."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.KPI_LINE_TOKEN}",
            "X-Line-Retry-Key": _UUID.findall(message.message_id)[0],
        }
        body = {"to": message.to_email, "messages": [{"type": "text", "text": text_of(message)}]}
        url = f"{settings.KPI_LINE_API}/v2/bot/message/push"
        answer = outward.post(url, json.dumps(body, ensure_ascii=False).encode(), headers)
        if answer.status in (TAKEN, TAKEN_BEFORE):
            return
        raise (Refused if answer.status == 400 else Later)(f"LINE {answer.status} {answer.words}")

    def close(self) -> None:
        """Every push is a call of its own."""


def text_of(message: OutgoingMail) -> str:
    """Subject and body, cut at a line when they are too long; secrets stay in the mail."""
    words = f"{message.subject}\n\n{sealed_links.without(message.body, instead='[อยู่ในอีเมล]')}".strip()
    if len(words) <= LONGEST:
        return words
    end = f"\n…\n{settings.BASE_URL}/"
    return words[: LONGEST - len(end)].rpartition("\n")[0] + end


def signature(body: bytes) -> str:
    """What LINE puts into X-Line-Signature: HMAC-SHA256 of the body under the channel's secret, in base64."""
    return base64.b64encode(hmac.new(settings.KPI_LINE_SECRET.encode(), body, hashlib.sha256).digest()).decode()


def is_from_line(body: bytes, said: str) -> bool:
    return bool(settings.KPI_LINE_SECRET) and hmac.compare_digest(signature(body).encode(), said.encode())
