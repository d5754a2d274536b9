"""Emptying the database after a test that commits.

Django truncates every table, which makes new files for each of them and their indexes, and then looks for missing
permissions: a third of a second. A test leaves rows in thirty tables of a hundred: those are deleted, in a
twentieth of that. Where a test left many, TRUNCATE is the faster of the two and remains.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

# What `migrate` writes for Django itself; no test changes it.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
GUARDED = ("kpiportal_auditevent", "kpiportal_auditseal")
MANY = 2_000  # rows of one table: from here on the checks of foreign keys, row by row, cost more than new files


def empty(truncate: Callable[[TransactionTestCase], None], case: TransactionTestCase) -> None:
    """Every table as after `migrate`. What the migrations wrote (salutations, templates of letters) is written again:
    a portal never is without."""
    if not _delete():
        _truncate(truncate, case)
    import_module("kpiportal.migrations.0008_word_letters").write(apps, None)


def _delete() -> bool:
    """Delete all rows; False, and nothing done, where there are many."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        # Like TRUNCATE, this waits for whoever still writes: what they commit afterwards would meet the next test.
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        rows = _rows(cursor, tables)
        if max(rows.values(), default=0) >= MANY:
            return False
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in rows) or "SELECT")  # noqa: S608 -- our tables
    return True


def _rows(cursor: CursorWrapper, tables: list[str]) -> dict[str, int]:
    """How many rows the tables hold that hold any, counted up to MANY."""
    counted = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM (SELECT FROM {table} LIMIT {MANY}) {table} HAVING count(*) > 0"  # noqa: S608
        for table in tables
    )
    cursor.execute(counted)
    return dict(cursor.fetchall())


def _truncate(truncate: Callable[[TransactionTestCase], None], case: TransactionTestCase) -> None:
    """Django's way. The trail refuses TRUNCATE: its guard steps aside for just that."""
    _guards("DISABLE")
    truncate(case)
    _guards("ENABLE")


def _guards(switch: str) -> None:
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
