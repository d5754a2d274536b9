"""Prepared queries: compiled to SQL once a process and planned by PostgreSQL once a connection.

For a query that finds one row by its key, compiling the queryset and planning the SQL take several times as long as
running it, and every request makes a handful of those. Such a query is prepared:

    duties = Prepared(lambda user, on: Membership.objects.in_force(on).filter(user=user).select_related("organization"))
    duties(user=12, on=today)  # a list of model instances, as the queryset would give

The queryset remains the only place that defines which rows. It is compiled on first use, with a placeholder (`Given`)
for each value; a persistent connection (CONN_MAX_AGE) keeps the plan. Use it for few rows found by key: PostgreSQL may
choose one plan for all values, which is a poor one where values differ much; `planned=False` then has it plan each
time. Values are passed to the database as they are, without a field's conversion: integers, dates, datetimes.

It relies on internals of Django 5.2 (SQLCompiler, ModelIterable); kpiportal/tests/test_prepared.py compares every
answer with the queryset's own.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.http import Http404

M = TypeVar("M", bound=models.Model)

# A migration changed the type of a column under the plan; the database no longer knows the name.
_OUTDATED = {"0A000", "26000"}

_numbers = itertools.count(1)
_names: WeakKeyDictionary[Any, dict[Statement, str]] = WeakKeyDictionary()  # connection -> what it has prepared


class Given(models.Expression):
    """Placeholder in a queryset for a value passed at call time. `cast`: its PostgreSQL type, such as ::bigint; for a
    list of keys behind `__in`, ::bigint[]."""

    def __init__(self, name: str, cast: str = ""):
        super().__init__(output_field=models.Field())
        self.name, self.cast = name, cast

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Given]]:  # type: ignore[override]
        return f"(SELECT unnest(%s{self.cast}))" if self.cast.endswith("[]") else f"%s{self.cast}", [self]


@models.ForeignObject.register_lookup
class Among(models.Lookup):  # type: ignore[type-arg]
    """`owner__among=Given("places")`: like `__in`, for a list passed at call time (= ANY, which uses an index)."""

    lookup_name = "among"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        places, given = self.process_rhs(compiler, connection)
        return f"{column} = ANY({places})", [*before, *given]


class Statement:
    """SQL with named values, such as `%(line)s`. Cast a value where PostgreSQL cannot infer its type.

    `tracked`: the statement changes rows whose history is kept (row_history.py), so the history is told who does it;
    that costs as much as a light statement.
    """

    def __init__(self, sql: str, params: Sequence[Any] = (), *, planned: bool = True, tracked: bool = False):
        self.planned, self.tracked = planned, tracked
        named = re.compile(r"%\((\w+)\)s(::\w+(?:\[])?)?")
        self.params = params or [Given(*found) for found in named.findall(sql)]
        self.sql = named.sub(r"%s\2", sql)
        self.casts: dict[str, str] = {}  # of each value, in the order they are told
        for param in self.params:
            if isinstance(param, Given):
                self.casts[param.name] = self.casts.get(param.name) or param.cast

    def call(self, **values: Any) -> Call:
        """The statement with its values, to be sent ahead of another one (`rows`, `ahead`)."""
        return Call(self, values)

    def rows(self, *, ahead: Sequence[Call] = (), **values: Any) -> list[tuple[Any, ...]]:
        """The rows it returns. `ahead`: calls made before it in the same round trip, whose rows nobody reads; each
        statement sees what the ones before it did, and what was committed while they waited for a lock."""
        calls = [*ahead, self.call(**values)]
        connection = connections[DEFAULT_DB_ALIAS]
        tracked = any(call.statement.tracked for call in calls)
        # A connection closed after the request, or one shared through PgBouncer, keeps no plans.
        planned = bool(connection.settings_dict["CONN_MAX_AGE"])
        with nullcontext() if tracked else _nothing_told(connection), connection.cursor() as cursor:
            try:
                cursor.execute(*_joined(calls, connection, planned=planned))
            except DatabaseError as error:
                if getattr(error.__cause__, "pgcode", "") not in _OUTDATED:
                    raise
                _names.pop(connection.connection, None)
                if connection.in_atomic_block:
                    raise
                cursor.execute(*_joined(calls, connection, planned=planned))
            return cursor.fetchall()

    def written(self, values: dict[str, Any], connection: Any, *, planned: bool) -> tuple[str, list[Any]]:
        """(SQL, parameters) of one call."""
        if planned and self.planned:
            return self._execute(connection), [values[name] for name in self.casts]
        return self.sql, [values[p.name] if isinstance(p, Given) else p for p in self.params]

    def _execute(self, connection: Any) -> str:
        """The EXECUTE statement for this connection, prepared on first use. The PREPARE goes past Django's cursor, so
        that it does not count among a page's queries."""
        names = _names.setdefault(connection.connection, {})
        if self not in names:
            name = f"kpi_{next(_numbers)}"
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                places = {given: f"${place}" for place, given in enumerate(self.casts, start=1)}
                marks = [
                    places[p.name] if isinstance(p, Given) else cursor.mogrify("%s", [p]).decode() for p in self.params
                ]
                cursor.execute(f"PREPARE {name} AS {self.sql % tuple(marks)}")
            names[self] = f"EXECUTE {name} ({', '.join(f'%s{cast}' for cast in self.casts.values())})"
        return names[self]


class Call(NamedTuple):
    """A statement and its values by name."""

    statement: Statement
    values: dict[str, Any]


def _joined(calls: Sequence[Call], connection: Any, *, planned: bool) -> tuple[str, list[Any]]:
    found = [call.statement.written(call.values, connection, planned=planned) for call in calls]
    return "; ".join(sql for sql, _ in found), [value for _, values in found for value in values]


@cache
def _update_of(model: type[models.Model], names: tuple[str, ...]) -> Statement:
    meta = model._meta
    columns = ", ".join(f'"{meta.get_field(name).column}" = %({name})s' for name in names)
    return Statement(
        f'UPDATE "{meta.db_table}" SET {columns} WHERE "{meta.pk.column}" = %(pk)s::bigint RETURNING 1',  # noqa: S608
        tracked=True,
    )


def saving(row: models.Model, names: Iterable[str]) -> Call:
    """What `row.save(update_fields=names)` would do, as a call; no signals are sent. For a row in hand and locked."""
    connection, meta = connections[DEFAULT_DB_ALIAS], row._meta
    fields = [meta.get_field(name) for name in sorted(names)]
    values = {field.name: field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields}
    return _update_of(type(row), tuple(values)).call(pk=row.pk, **values)


@contextmanager
def _nothing_told(connection: Any) -> Iterator[None]:
    """pghistory puts two settings in front of every statement it does not recognize as a SELECT, by a wrapper."""
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        yield
    finally:
        connection.execute_wrappers = wrappers


class Prepared(Generic[M]):
    """A prepared queryset. `build` makes it from the placeholders of its parameters: whole rows, no `values`, no
    prefetching. Raises TransactionManagementError for a locking query outside a transaction, as Django does."""

    def __init__(self, build: Callable[..., models.QuerySet[M]], *, planned: bool = True, **fixed: Any):
        self._build, self._planned, self._fixed = build, planned, fixed
        _all.add(self)

    def __call__(self, *, ahead: Sequence[Call] = (), **values: Any) -> list[M]:
        """The rows; `ahead` as in Statement.rows."""
        if self._compiled is None:
            return []
        compiler, converters, statement = self._compiled
        if compiler.query.select_for_update and connections[DEFAULT_DB_ALIAS].get_autocommit():
            raise TransactionManagementError("a lock ends with its transaction: there is none")
        rows = statement.rows(ahead=ahead, **values)
        reader = copy.copy(compiler)
        reader.connection = connections[DEFAULT_DB_ALIAS]
        reader.execute_sql = lambda **_: [rows]
        reader.get_converters = lambda _: converters
        # What Django's own reading of rows wants of a queryset: where they come from, and a compiler.
        query = SimpleNamespace(get_compiler=lambda using: reader)
        source = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(source))

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)

    @property
    def given(self) -> list[str]:
        """Names of the values to be given."""
        return list(self._compiled[2].casts) if self._compiled else []

    @cached_property
    def _compiled(self) -> tuple[SQLCompiler, dict[int, Any], Statement] | None:
        """None: whatever is given, there is nothing to find."""
        names = inspect.signature(self._build).parameters
        queryset = self._build(**{name: self._fixed.get(name) or Given(name) for name in names})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            statement = Statement(*compiler.as_sql(), planned=self._planned)
        except EmptyResultSet:
            return None
        return compiler, compiler.get_converters([column for column, *_ in compiler.select]), statement


_all: WeakSet[Prepared[Any]] = WeakSet()


def forget() -> None:
    """Compile everything again on its next use: for tests that replace a queryset's method."""
    for prepared in _all:
        prepared.__dict__.pop("_compiled", None)


class Eyes:
    """Stands for a person in `visible_to`: the kinds of their organizations shape the query and are fixed in it, the
    organizations themselves are passed at call time."""

    def __init__(self, kinds: frozenset[str]):
        self.kinds = kinds
        self.organization_ids = Given("organization_ids", "::bigint[]")
        self.agency_ids = Given("agency_ids", "::bigint[]") if "agency" in kinds else []

    def sits_at(self, kind: str) -> bool:
        return kind in self.kinds


class PreparedFor(Generic[M]):
    """A prepared query that begins with `visible_to(user)`, compiled once for all people with organizations of the same
    kinds. For any person it returns exactly what `visible_to` does."""

    def __init__(self, build: Callable[..., models.QuerySet[M]]):
        self._build = build
        self._by_kinds: dict[frozenset[str], Prepared[M]] = {}

    def __call__(self, user: Any, **values: Any) -> list[M]:
        kinds = user.kinds
        if kinds not in self._by_kinds:
            self._by_kinds[kinds] = Prepared(self._build, user=Eyes(kinds))
        places = {"organization_ids": user.organization_ids, "agency_ids": user.agency_ids}
        return self._by_kinds[kinds](**places, **values)

    def or_404(self, user: Any, **values: Any) -> M:
        """The one row, or Http404 where this person sees none."""
        for row in self(user, **values):
            return row
        raise Http404
