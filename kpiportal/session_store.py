"""Sessions in the cache and in PostgreSQL, as Django keeps them, with one difference.

Django takes any trouble of the database while a session is saved for “the session is gone” and answers 400. A database
that is away is the portal's trouble, not the browser's: it is told as such (503, kpiportal/http.py), and the same press
works a moment later.
"""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError


class SessionStore(cached_db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create=must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise
