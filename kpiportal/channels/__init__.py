"""Delivery channels for outgoing messages: e-mail, LINE, SMS, webhook. The outbox drives them (kpiportal/outbox.py).

A channel is a class with `send(message)`, created for one sweep and closed after it. It returns when the other side
has accepted the message, and raises Later when it may be retried or Refused when it never will be accepted.
"""

from __future__ import annotations

from typing import Protocol

from kpiportal.models import OutgoingMail


class Later(Exception):
    """Not now: the relay is away, busy or says so."""


class Refused(Exception):
    """Never: the address does not exist or is not to be reached from here."""


class Way(Protocol):
    def send(self, message: OutgoingMail) -> None: ...
    def close(self) -> None: ...


class Ways:
    """Every way, opened when the first message needs it: `with Ways() as ways: ways.send(message)`."""

    def __init__(self) -> None:
        self._open: dict[str, Way] = {}

    def __enter__(self) -> Ways:
        return self

    def __exit__(self, *exc: object) -> None:
        for way in self._open.values():
            way.close()

    def send(self, message: OutgoingMail) -> None:
        if message.channel not in self._open:
            self._open[message.channel] = _made(message.channel)
        self._open[message.channel].send(message)


def _made(channel: str) -> Way:
    from kpiportal.channels import email, line, sms, webhook  # noqa: PLC0415 -- each knows this module

    ways = {"email": email.Email, "line": line.Line, "sms": sms.Sms, "webhook": webhook.WebhookWay}
    return ways[channel]()
