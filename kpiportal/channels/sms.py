"""SMS by whatever adapter the office has: KPI_SMS_ADAPTER is the dotted name of a class like `Adapter`. Off without."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kpiportal.models import OutgoingMail


class Adapter(Protocol):
    """Sends one short message. `key` is the same at every try, for gateways that know what they took. Raises
    channels.Later or channels.Refused."""

    def send(self, number: str, words: str, *, key: str) -> None: ...


class Sms:
    def __init__(self) -> None:
        self._adapter: Adapter = import_string(settings.KPI_SMS_ADAPTER)()

    def send(self, message: OutgoingMail) -> None:
        """The subject and where to look: a digest is too long for a telephone."""
        self._adapter.send(message.to_email, f"{message.subject} {settings.BASE_URL}/", key=message.message_id)

    def close(self) -> None:
        """The adapter's own business."""
