"""Encryption of secrets at rest: AES-256-GCM with a key per purpose derived from SECRET_KEY (ASVS 11.3.2).

Values encrypted under a key of SECRET_KEY_FALLBACKS can still be read. A changed value, or one encrypted for another
purpose, raises CannotOpen.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

_MADE_HERE, _FERNET = b"\x01", b"\x80"  # the first byte says who closed it
_NONCE = 12


class CannotOpen(Exception):
    """The text was not encrypted for this purpose under these keys, or was changed."""


@dataclass(frozen=True)
class Box:
    """Encrypts for one purpose. `purpose` selects the key and is authenticated as associated data.

    `fernet_keys` (32 bytes in URL-safe base64) decrypt what older versions encrypted with Fernet; nothing is encrypted
    with them any more.
    """

    purpose: str
    fernet_keys: Sequence[bytes] = ()

    def close(self, words: str) -> str:
        """Encrypt. Returns URL-safe base64 of version, nonce, ciphertext and tag; different each time."""
        nonce = secrets.token_bytes(_NONCE)
        closed = AESGCM(self._keys()[0]).encrypt(nonce, words.encode(), self.purpose.encode())
        return urlsafe_b64encode(_MADE_HERE + nonce + closed).decode()

    def open(self, closed: str) -> str:
        try:
            raw = urlsafe_b64decode(closed.encode())
        except ValueError:
            raise CannotOpen from None
        return (self._open_fernet(closed) if raw[:1] == _FERNET else self._open(raw)).decode()

    def _keys(self) -> list[bytes]:
        every = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [salted_hmac(self.purpose, "box", secret=key, algorithm="sha256").digest() for key in every]

    def _open(self, raw: bytes) -> bytes:
        version, nonce, sealed = raw[:1], raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
        for key in self._keys() if version == _MADE_HERE and sealed else ():
            try:
                return AESGCM(key).decrypt(nonce, sealed, self.purpose.encode())
            except InvalidTag:
                continue
        raise CannotOpen

    def _open_fernet(self, closed: str) -> bytes:
        if not self.fernet_keys:
            raise CannotOpen
        try:
            return MultiFernet([Fernet(key) for key in self.fernet_keys]).decrypt(closed.encode())
        except InvalidToken:
            raise CannotOpen from None
