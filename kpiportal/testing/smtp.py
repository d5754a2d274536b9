"""A real SMTP server on a free port: mail in tests goes over a socket, as it would in an office."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from kpiportal.embedded import ports


class Inbox:
    """What arrived; `answers` and `recipient_answers` are given, one each, before the server says yes again."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answers: list[str] = []
        self.recipient_answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- aiosmtpd's name
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


class LocalSmtp:
    """`with LocalSmtp() as inbox`: the server runs in a thread; `inbox.port` is where."""

    def __enter__(self) -> Inbox:
        self.inbox = Inbox()
        self.inbox.port = ports.free_port()
        self.controller = Controller(self.inbox, hostname="127.0.0.1", port=self.inbox.port)
        self.controller.start()
        return self.inbox

    def __exit__(self, *exc) -> None:
        self.controller.stop()
