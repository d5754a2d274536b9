"""Django's cached_db session store, with one difference: database errors are not reported as lost sessions.

Django treats any database error while saving a session as "the session was deleted" and answers 400. Here the error
reaches kpiportal/http.py and becomes a 503, so the user can simply try again.
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
