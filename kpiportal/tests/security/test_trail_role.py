"""The portal's own database role adds to the trail and can do nothing else to it (QUALITY S10, ASVS 16.4.2).

The role is made as deploy/README.md says and the tests connect as it, over the network, as the portal does.
"""

from __future__ import annotations

import os

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from agreements.models import Agreement
from kpiportal import access, audit, database_rights, seals, security_log
from kpiportal.models import AuditEvent, AuditSeal
from kpiportal.people import end_duty
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW
from meetings import testing as meetings
from reporting import testing as reporting

ROLE = f"kpi_test_{os.getpid()}"  # roles belong to the whole server: parallel runs must not meet
PASSWORD = "only-for-this-test"


@pytest.fixture(scope="module")
def made(django_db_setup):
    """The role, as the server's own superuser makes it (every server of the tests calls that one postgres)."""
    facts = _facts()
    server = psycopg2.connect(**{**facts, "user": "postgres", "dbname": "postgres"})
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        cursor.execute(f"GRANT {ROLE} TO {facts['user']}")  # so that a test may step into it
        yield ROLE
        cursor.execute(f"DROP ROLE {ROLE}")
    server.close()


def _facts():
    facts = connection.get_connection_params()
    return {name: facts[name] for name in ("host", "port", "dbname", "user", "password") if facts.get(name)}


@pytest.fixture
def role(db, made):
    """The role with its rights; they go with the test's transaction."""
    database_rights.grant(made)
    return made


def test_the_trail_is_more_than_two_tables():
    tables = database_rights.trail_tables()
    assert {"kpiportal_auditevent", "kpiportal_auditseal", "kpiportal_membershipevent"} <= set(tables)
    assert "kpiportal_accesslog" not in tables  # purged at night


def test_the_whole_year_is_worked_with_these_rights(role, frozen):
    """Everything people do, from the framework to an issued letter, and what the clock does: nothing needs more."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    cast = people.make_cast()
    round = reporting.make_round(cast, per_dimension=2)
    reporting.accept(reporting.card_of(round, cast), cast)
    meetings.make_called(cast, agreement=round.agreement)
    end_duty(cast.viewer.memberships.get(), last_day=NOW.date(), by=cast.director, at=NOW)
    assert seals.seal(at=NOW) == AuditEvent.objects.count() > 20
    assert seals.verify()[1] == []
    access.purge(at=NOW)
    security_log.purge(at=NOW)
    assert Agreement.objects.get().state == "signed"
    assert database_rights.excess() == []


@pytest.fixture
def connected(transactional_db, made):
    """A connection of the role's own, to a committed trail of one action, sealed."""
    cast = people.make_cast()
    audit.record("people.duty_given", cast.coordinator, by=cast.director, at=NOW)
    seals.seal(at=NOW)
    database_rights.grant(made)
    mine = psycopg2.connect(**{**_facts(), "user": made, "password": PASSWORD})
    mine.autocommit = True
    yield mine
    mine.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {made}")


REFUSED = [
    "UPDATE kpiportal_auditevent SET actor_text = 'ผู้อื่น'",
    "DELETE FROM kpiportal_auditevent",
    "TRUNCATE kpiportal_auditevent CASCADE",
    "UPDATE kpiportal_auditseal SET digest = repeat('0', 64)",
    "DELETE FROM kpiportal_auditseal",
    "DELETE FROM kpiportal_membershipevent",
    "ALTER TABLE kpiportal_auditevent DISABLE TRIGGER ALL",
    "ALTER TABLE kpiportal_auditevent DISABLE TRIGGER USER",
    "DROP TRIGGER pgtrigger_append_only_a1b88 ON kpiportal_auditseal",
    "DROP TABLE kpiportal_auditseal",
    "CREATE TRIGGER mine BEFORE INSERT ON kpiportal_auditevent EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO kpiportal_auditevent DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    # Triggers of the library can be asked to look away; the right to change a row cannot.
    "SET pgtrigger.ignore = '{kpiportal_auditevent:append_only}'; UPDATE kpiportal_auditevent SET actor_text = 'x'",
    "DELETE FROM django_migrations",
]


def test_the_role_is_refused_everything_but_adding(connected):
    with connected.cursor() as cursor:
        for statement in REFUSED:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM kpiportal_auditevent")
        assert cursor.fetchone() == (1,)
    assert AuditSeal.objects.count() == 1
    assert seals.verify()[1] == []


def test_migrating_gives_the_rights_again(role, settings):
    """A table that came with a migration is workable, and one of the trail is still only added to."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kpiportal_newcomer (id bigint)")
        cursor.execute(f"GRANT UPDATE ON kpiportal_auditevent TO {role}")
    settings.KPI_APP_ROLE = role
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'kpiportal_newcomer', 'UPDATE'),"
            " has_table_privilege(%s, 'kpiportal_auditevent', 'UPDATE')",
            [role, role],
        )
        assert cursor.fetchone() == (True, False)


def test_who_owns_the_trail_is_told(role):
    """check_config's question: the owner of the tables, or the whole server, can always do more."""
    told = database_rights.excess()
    assert told == ["superuser"] or "OWNER kpiportal_auditevent" in told
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON kpiportal_auditseal TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")
        assert database_rights.excess() == ["UPDATE kpiportal_auditseal"]
        cursor.execute("RESET ROLE")
