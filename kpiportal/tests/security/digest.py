"""The whole database as text, for asking whether anything at all has changed."""

from __future__ import annotations

from collections import Counter

from django.db import connection

# What looking around writes: who is signed in, who opened what. Everything else is content.
OF_LOOKING = frozenset({"django_session", "usersessions_usersession", "kpiportal_accesslog", "kpiportal_securitylog"})
_NOT_CONTENT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def tables(*, but: frozenset[str] = OF_LOOKING) -> list[str]:
    return sorted(set(connection.introspection.table_names()) - but - _NOT_CONTENT)


def digests(names: list[str]) -> dict[str, str]:
    """One checksum per table, whatever the order of its rows; one question to the database."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}', coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {name} t"
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def rows(names: list[str]) -> Counter[tuple[str, str]]:
    """Every row as (table, its text); what two of these differ by is what happened in between."""
    asked = " UNION ALL ".join(f"SELECT '{name}', t::text FROM {name} t" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return Counter(cursor.fetchall())
