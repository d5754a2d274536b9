"""Bounced mail: delivery status notifications (RFC 3464) read from the mailbox that KPI_BOUNCES names.

A permanent failure marks the mail "ส่งไม่ได้", which the person's office sees together with the address; whoever stands
in for that person is notified from the next morning on. Other messages stay in the mailbox.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
import logging
import mailbox
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from urllib.parse import unquote, urlsplit

from django.conf import settings

from kpiportal import outbox

log = logging.getLogger(__name__)
MOST = 500  # messages looked at in one go, the newest: what is no bounce stays, and must not hide what is
_POLICY = email.policy.default


@dataclass(frozen=True)
class Bounce:
    """`message_id` of the mail that came back, and what the other side says of it."""

    message_id: str
    said: str


def collect() -> int:
    """Read the mailbox, give up what came back for good. Returns how many mails. Safe to run twice."""
    if not settings.KPI_BOUNCES:
        return 0
    found = 0
    with _opened(settings.KPI_BOUNCES) as letters:
        for letter in letters:
            if bounce := _parsed(letter.content):
                found += outbox.came_back(bounce.message_id, bounce.said)
                letter.remove()
    return found


def _parsed(content: bytes) -> Bounce | None:
    """As `parse`. Anybody may write to this mailbox, and Python's parser raises all sorts of things at a mangled head:
    one such mail stays where it is and holds up no other."""
    try:
        return parse(content)
    except Exception:
        log.exception("a mail that cannot be read stays among the bounces")
        return None


def parse(content: bytes) -> Bounce | None:
    """A permanent failure of one of our mails; None for anything else: a delay, a holiday note, spam."""
    letter = email.message_from_bytes(content, policy=_POLICY)
    if letter.get_content_type() != "multipart/report":
        return None
    status = next((part for part in letter.walk() if part.get_content_type() == "message/delivery-status"), None)
    number = next(filter(None, map(_original, letter.walk())), "")
    if status is None or not number:
        return None
    for block in status.get_payload():
        if str(block.get("Action", "")).strip().lower() == "failed" and str(block.get("Status", "")).startswith("5"):
            said = str(block.get("Diagnostic-Code", block["Status"])).partition(";")[2].strip() or str(block["Status"])
            return Bounce(number.replace("\0", ""), said.replace("\0", ""))  # PostgreSQL keeps no NUL
    return None


def _original(part: EmailMessage) -> str:
    """The Message-ID of the mail that is sent back with the notification, whole or its head alone."""
    if part.get_content_type() == "message/rfc822":
        return str(part.get_payload(0).get("Message-ID", "")).strip()
    if part.get_content_type() == "text/rfc822-headers":
        head = email.message_from_string(part.get_content(), policy=_POLICY)
        return str(head.get("Message-ID", "")).strip()
    return ""


@dataclass(frozen=True)
class _Letter:
    """`remove` takes it out of the mailbox."""

    content: bytes
    remove: Callable[[], object]


@contextmanager
def _opened(address: str) -> Iterator[Iterator[_Letter]]:
    parts = urlsplit(address)
    if parts.scheme == "maildir":
        box = mailbox.Maildir(parts.path, factory=None, create=False)
        try:
            yield _of_maildir(box)
        finally:
            box.close()
    else:
        context = ssl.create_default_context()  # imaplib's own would believe any certificate
        port = parts.port or imaplib.IMAP4_SSL_PORT
        server = imaplib.IMAP4_SSL(parts.hostname or "", port, ssl_context=context, timeout=30)
        try:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            server.select(parts.path.strip("/") or "INBOX")
            yield _of_imap(server)
            server.expunge()
        finally:
            server.logout()


def _of_maildir(box: mailbox.Maildir) -> Iterator[_Letter]:
    for key in sorted(box.keys())[-MOST:]:
        yield _Letter(box.get_bytes(key), partial(box.discard, key))


def _of_imap(server: imaplib.IMAP4_SSL) -> Iterator[_Letter]:
    numbers = server.search(None, "UNDELETED")[1][0].split()[-MOST:]
    for number in numbers:
        content = server.fetch(number, "(BODY.PEEK[])")[1][0]
        if isinstance(content, tuple):
            yield _Letter(content[1], partial(server.store, number, "+FLAGS", r"\Deleted"))
