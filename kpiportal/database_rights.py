"""Rights of the portal's own database role: read and write everywhere, but only append to the audit trail.

The tables belong to another role, the one `migrate` runs as. KPI_APP_ROLE names the portal's role; its rights are
granted again after every migrate, so a new table has the right ones before the portal starts. Triggers alone do not
protect the trail, because the owner of a table can disable them.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg2 import sql

from kpiportal.models import AuditEvent, AuditSeal

# Beyond reading and adding; TRIGGER and REFERENCES would let one hang something onto the table.
FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def trail_tables() -> list[str]:
    """The trail, its chain, and the history of rows that people edit: rows are added and never touched again."""
    histories = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    return sorted(model._meta.db_table for model in (AuditEvent, AuditSeal, *histories))


def grant(role: str) -> None:
    """Give `role` its rights on every table and sequence there is. Run by the owner; may be run again at any time.

    One transaction: between granting on all tables and revoking on the trail, nobody may see the wider rights.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _statements(role):
            cursor.execute(statement)


def _statements(role: str) -> list[sql.Composable]:
    to, trail = sql.Identifier(role), sql.SQL(", ").join(map(sql.Identifier, trail_tables()))
    forbidden = sql.SQL(", ".join(FORBIDDEN))
    rows = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
    return [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to),
        sql.SQL("GRANT {} ON ALL TABLES IN SCHEMA public TO {}").format(rows, to),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(to),
        sql.SQL("REVOKE {} ON {} FROM {}").format(forbidden, trail, to),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(to),
    ]


def excess() -> list[str]:
    """What the role we are connected as could do to the trail beyond adding to it; [] as it should be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            return ["superuser"]
        cursor.execute(
            "SELECT t.name, r.word FROM unnest(%s) AS t(name), unnest(%s) AS r(word)"
            " WHERE has_table_privilege(t.name, r.word)"
            " UNION ALL SELECT tablename, 'OWNER' FROM pg_tables"
            " WHERE tablename = ANY(%s) AND pg_has_role(tableowner, 'MEMBER')",
            [trail_tables(), list(FORBIDDEN), trail_tables()],
        )
        return [f"{word} {name}" for name, word in cursor.fetchall()]


def after_migrate(sender: Any, **kwargs: Any) -> None:
    """On post_migrate of the kernel: the last step of `migrate` run by the owner."""
    if settings.KPI_APP_ROLE:
        grant(settings.KPI_APP_ROLE)
