"""Secrets inside waiting mail: the outbox keeps a seal, the mail that leaves carries the token.

A copy of the database opens no invitation: what is stored is the seal (a random number) and the token's SHA-256;
the token is an HMAC of the seal under SECRET_KEY, made again each time the mail is handed to the relay. What somebody
else made (a password's reset link) is kept encrypted under the same key.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from kpiportal.boxes import Box

_SALT = "kpiportal.sealed_links"
_BOX = Box(f"{_SALT}.hidden")
_SEAL = re.compile(r"\[\[sealed:([0-9a-f]{32})\]\]")
_HIDDEN = re.compile(r"\[\[hidden:([A-Za-z0-9_=-]+)\]\]")
# The address around a secret goes with it: without its token it leads nowhere.
_WITH_ITS_ADDRESS = re.compile(rf"(?:https?://[\w.:/#?=&%-]*)?(?:{_SEAL.pattern}|{_HIDDEN.pattern})/?")


def new() -> tuple[str, str]:
    """(seal to write into a mail's text, digest of the token it will become)."""
    number = secrets.token_hex(16)
    return f"[[sealed:{number}]]", digest(_token(number))


def digest(token: str) -> str:
    """What the database keeps of a token: 64 hex digits. A token is random, so one fast round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def opened(text: str) -> str:
    """The text with every seal turned into its token: only for the moment of sending."""
    text = _SEAL.sub(lambda seal: _token(seal[1]), text)
    return _HIDDEN.sub(lambda hidden: _BOX.open(hidden[1]), text)


def hide(words: str) -> str:
    """Words that only the mail may show."""
    return f"[[hidden:{_BOX.close(words)}]]"


def without(text: str, *, instead: str) -> str:
    """The text for a page, where no secret is shown: `instead` stands where the mail carries a token or its link."""
    return _WITH_ITS_ADDRESS.sub(instead, text)


def _token(number: str) -> str:
    return urlsafe_b64encode(salted_hmac(_SALT, number, algorithm="sha256").digest()).decode().rstrip("=")
