"""The whole database as text, for asking whether anything at all has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

# What looking around writes: who is signed in, who opened what. Everything else is content.
OF_LOOKING = frozenset({"django_session", "usersessions_usersession", "kpiportal_accesslog", "kpiportal_securitylog"})
_NOT_CONTENT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def tables(*, but: frozenset[str] = OF_LOOKING) -> list[str]:
    return sorted(set(connection.introspection.table_names()) - but - _NOT_CONTENT)


def digests(names: Iterable[str]) -> dict[str, str]:
    """One checksum per table, whatever the order of its rows; one question to the database."""
    if not names:
        return {}
    asked = " UNION ALL ".join(
        f"SELECT '{name}', coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {name} t"
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def rows(names: Iterable[str]) -> Counter[tuple[str, str]]:
    """Every row as (table, its text); what two of these differ by is what happened in between."""
    if not names:
        return Counter()
    asked = " UNION ALL ".join(f"SELECT '{name}', t::text FROM {name} t" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return Counter(cursor.fetchall())


def writes(names: Iterable[str]) -> dict[str, int]:
    """How many rows this transaction has put into, changed in or taken out of each table so far, in vain or not.

    PostgreSQL's own count, which no rollback takes back: a table whose number stands still holds what it held, and
    need not be read. (TRUNCATE is not counted; the portal has none.)
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)",
            [list(names)],
        )
        return dict(cursor.fetchall())


def written(names: Iterable[str], since: dict[str, int]) -> list[str]:
    """The tables of these that something was written to since `writes` was asked."""
    return sorted(name for name, count in writes(names).items() if count != since[name])


@dataclass
class Happened:
    """Rows gone (negative) and come, by (table, its text). Empty when nothing changed."""

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)


@contextmanager
def taken_back(names: Iterable[str]) -> Iterator[Happened]:
    """What is done inside is undone at its end, and by then known: only tables written to are read, after and before
    (which is again what is there once all is undone)."""
    happened, since, kept = Happened(), writes(names), transaction.savepoint()
    try:
        yield happened
        touched = written(names, since)
        happened.rows = rows(touched)
    finally:
        transaction.savepoint_rollback(kept)
    happened.rows.subtract(rows(touched))
    happened.rows = Counter({row: count for row, count in happened.rows.items() if count})
