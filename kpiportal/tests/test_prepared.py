"""A prepared question answers as the queryset it is made of, whoever asks, and outlives what a migration does."""

import datetime as dt
from decimal import Decimal

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.http import Http404
from django.test.utils import CaptureQueriesContext

import agreements.obligations
import meetings.obligations
import reporting.testing
from agreements import testing
from agreements.models import Indicator
from kpiportal import audit, clock, letters, obligations
from kpiportal.accounts import Backend
from kpiportal.models import AuditEvent, Membership, Organization, Role, User
from kpiportal.prepared import Prepared, PreparedFor, Statement, saving
from kpiportal.testing import people

seen = PreparedFor(lambda user, pk: Indicator.objects.visible_to(user).for_a_deed().filter(pk=pk))
duties = Prepared(lambda user, on: Membership.objects.in_force(on).filter(user=user).select_related("organization"))


@pytest.fixture
def no_lasting_connection(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


def asked_by(cast, indicator):
    """person -> (what visible_to finds, what the prepared question finds)."""
    fresh = {name: User.objects.get(pk=person.pk) for name, person in cast.people.items()}
    return {
        name: (list(Indicator.objects.visible_to(person).filter(pk=indicator.pk)), seen(person, pk=indicator.pk))
        for name, person in fresh.items()
    }


def test_everybody_sees_what_visible_to_says(cast, frozen):
    """In draft the party alone; once it was sent OPDC, and a host agency through its indicator."""
    agreement = testing.make_draft(cast)
    indicator = agreement.indicators.first()
    found = asked_by(cast, indicator)
    assert all(plain == prepared for plain, prepared in found.values())
    assert found["coordinator"][1] == [indicator]
    assert found["negotiator"][1] == [] == found["nobody"][1]
    type(agreement)._base_manager.filter(pk=agreement.pk).update(state="sent")
    found = asked_by(cast, indicator)
    assert all(plain == prepared for plain, prepared in found.values())
    assert found["negotiator"][1] == [indicator]
    assert found["neighbour"][1] == []


def test_a_stranger_gets_404(cast, frozen):
    indicator = testing.make_draft(cast).indicators.first()
    with pytest.raises(Http404):
        seen.or_404(cast.neighbour, pk=indicator.pk)
    assert seen.or_404(cast.coordinator, pk=indicator.pk) == indicator


def test_rows_come_with_what_was_selected_along(cast, frozen, django_assert_num_queries):
    person = people.make_user("prepared")
    people.give(person, cast.province, Role.COORDINATOR)
    with django_assert_num_queries(1):
        [duty] = duties(user=person.pk, on=dt.date(2015, 11, 9))
        assert (duty.role, duty.organization.name) == ("coordinator", cast.province.name)
    assert duties(user=person.pk, on=dt.date(1990, 1, 1)) == []


def test_a_duty_that_ended_is_gone_with_the_next_request(cast, frozen):
    assert [duty.role for duty in User.objects.get(pk=cast.coordinator.pk).duties] == ["coordinator"]
    Membership.objects.filter(user=cast.coordinator).delete()
    assert User.objects.get(pk=cast.coordinator.pk).duties == []


@pytest.mark.usefixtures("no_lasting_connection")
def test_a_connection_that_does_not_last_is_asked_plainly(cast, frozen):
    indicator = testing.make_draft(cast).indicators.first()
    with CaptureQueriesContext(connection) as captured:
        assert seen(cast.coordinator, pk=indicator.pk) == [indicator]
        assert seen(cast.neighbour, pk=indicator.pk) == []
    assert not [query["sql"] for query in captured if query["sql"].startswith("EXECUTE")]


@pytest.mark.django_db
def test_a_list_of_nothing_known_keeps_its_type():
    figures = Statement("SELECT * FROM unnest(%(figures)s::numeric[])")
    assert figures.rows(figures=[None]) == [(None,)]
    assert figures.rows(figures=[]) == []


@pytest.mark.django_db
def test_who_does_it_is_told_where_a_history_is_kept():
    untracked, tracked = Statement("SELECT %(n)s::int"), Statement("SELECT %(n)s::int", tracked=True)
    with pghistory.context(user=7), CaptureQueriesContext(connection) as captured:
        assert untracked.rows(n=1) == tracked.rows(n=1) == [(1,)]
    assert ["pghistory.context_id" in query["sql"] for query in captured] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_migration_outdated_is_made_again():
    statement = Statement("SELECT word FROM told WHERE id = %(id)s")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told AS SELECT 1 AS id, 'ก'::varchar(5) AS word")
        assert statement.rows(id=1) == [("ก",)]
        cursor.execute("ALTER TABLE told ALTER COLUMN word TYPE varchar(9)")
        assert statement.rows(id=1) == [("ก",)]
        cursor.execute("ALTER TABLE told ALTER COLUMN word TYPE text")
        with pytest.raises(DatabaseError), transaction.atomic():  # this transaction is lost, the next is not
            statement.rows(id=1)
        assert statement.rows(id=1) == [("ก",)]
        cursor.execute("DEALLOCATE ALL")
        assert statement.rows(id=1) == [("ก",)]


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction():
    locked = Prepared(lambda pk: Organization.objects.select_for_update().filter(pk=pk))
    with pytest.raises(TransactionManagementError):
        locked(pk=1)
    with transaction.atomic():
        assert locked(pk=1) == []
    with pytest.raises(TransactionManagementError):
        locked(pk=1)


def test_each_source_of_obligations_gives_everybody_what_its_queryset_does(cast, frozen):
    """For every person, and for everybody at once (None), whoever asked before."""
    reporting.testing.make_round(cast)
    now = {"now": clock.now(), "today": clock.today()}
    sources = {
        agreements.obligations._waiting: {},
        letters.obligations._letters: {},
        meetings.obligations._meetings: {},
        reporting.obligations._cards_at: {},
        reporting.obligations._parts: {},
        reporting.unfinished._rounds: now,
    }
    found = set()
    for person in [*cast.people.values(), None]:
        whose = obligations.Whose() if person is None else obligations.whose(person)
        for rows, values in sources.items():
            plain = list(rows._build(whose, **values))
            assert rows(whose, **values) == plain
            found |= {(rows, person is None) for _ in plain}
    assert {(reporting.obligations._cards_at, False), (reporting.obligations._cards_at, True)} <= found


def test_the_person_of_a_request_comes_with_the_duties_in_force(cast, frozen, django_assert_num_queries):
    person = people.make_user("several")
    for organization, role in ((cast.province, Role.COORDINATOR), (cast.agency, Role.OVERSEER)):
        people.give(person, organization, role)
    ended = people.give(person, cast.opdc, Role.EVALUATOR)
    Membership.objects.filter(pk=ended.pk).update(valid_to=clock.today() - dt.timedelta(days=1))
    with django_assert_num_queries(1):
        found = Backend().get_user(person.pk)
        assert [(duty.role, duty.organization, duty.user) for duty in found.duties] == [
            ("coordinator", cast.province, found),
            ("overseer", cast.agency, found),
        ]
    assert found.duties == User.objects.get(pk=person.pk).duties
    nobody = people.make_user("nobody-yet")
    with django_assert_num_queries(1):
        assert Backend().get_user(nobody.pk).duties == []


@pytest.mark.parametrize("lasting", [True, False], ids=["planned", "plain"])
def test_calls_go_ahead_in_the_same_round_trip(cast, frozen, django_assert_num_queries, request, lasting):
    """The row is written with its history, as `save` would, and what comes after sees it."""
    if not lasting:
        request.getfixturevalue("no_lasting_connection")
    row = testing.make_draft(cast).indicators.first()
    row.name, row.weight, row.unit = "ชื่อ 100% ใหม่", Decimal("12.50"), ""
    stored = Statement("SELECT name, weight FROM agreements_indicator WHERE id = %(pk)s::bigint")
    with transaction.atomic(), pghistory.context(reason="พิมพ์ผิด"), django_assert_num_queries(1):
        assert stored.rows(ahead=[saving(row, {"name", "weight"})], pk=row.pk) == [(row.name, Decimal("12.50"))]
    kept = row.events.latest("pgh_id")
    assert (kept.name, kept.weight, kept.pgh_context.metadata["reason"]) == (row.name, row.weight, "พิมพ์ผิด")
    assert Indicator.objects.get(pk=row.pk).unit != "", "a column that was not named stays"


def test_a_call_that_fails_takes_everything_with_it(cast, frozen):
    row = testing.make_draft(cast).indicators.first()
    row.weight = Decimal("-1")
    with pytest.raises(DatabaseError), transaction.atomic():
        audit.record("agreements.edit_indicator", row, by=None, at=clock.now(), ahead=[saving(row, ["weight"])])
    assert AuditEvent.objects.filter(subject_id=row.pk, verb="agreements.edit_indicator").count() == 0
