"""Questions put together once, here and in the database.

Django writes the SQL of a queryset anew each time it is asked, and PostgreSQL plans it anew: for a question that finds
one row by its key this takes several times as long as the answer. What every request asks is prepared instead:

    duties = Prepared(lambda user, on: Membership.objects.in_force(on).filter(user=user).select_related("organization"))
    duties(user=12, on=today)  # a list, as the queryset would give

The queryset stays the only place that says which rows. It is compiled when it is first asked, with a stand-in for each
value, and each database connection that lasts (CONN_MAX_AGE) keeps the plan. That is for few rows found by key: a plan
made for any value is a poor one where values differ much, and then `planned=False` leaves the planning to each asking.
Values go to the database as they are: whole numbers, moments.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
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
    """Stands in a queryset for a value given when it is asked. `cast`: its type in PostgreSQL, as ::bigint; for a list
    of keys behind `__in` ::bigint[]."""

    def __init__(self, name: str, cast: str = ""):
        super().__init__(output_field=models.Field())
        self.name, self.cast = name, cast

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Given]]:  # type: ignore[override]
        return f"(SELECT unnest(%s{self.cast}))" if self.cast.endswith("[]") else f"%s{self.cast}", [self]


@models.ForeignObject.register_lookup
class Among(models.Lookup):  # type: ignore[type-arg]
    """`owner__among=Given("places")`: `__in`, for a list given later; an index finds its rows."""

    lookup_name = "among"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        places, given = self.process_rhs(compiler, connection)
        return f"{column} = ANY({places})", [*before, *given]


class Statement:
    """SQL with its values named, as `%(line)s`. Where PostgreSQL cannot know a value's type, cast it.

    `tracked`: it changes rows that keep their history (row_history.py), so who does it is told along; that costs as
    much as a light statement.
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

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        with nullcontext() if self.tracked else _nothing_told(connection), connection.cursor() as cursor:
            # A connection of one request, or one shared through a PgBouncer, keeps no plans.
            if not (self.planned and connection.settings_dict["CONN_MAX_AGE"]):
                cursor.execute(self.sql, [values[p.name] if isinstance(p, Given) else p for p in self.params])
                return cursor.fetchall()
            told = [values[name] for name in self.casts]
            try:
                cursor.execute(self._execute(connection), told)
            except DatabaseError as error:
                if getattr(error.__cause__, "pgcode", "") not in _OUTDATED:
                    raise
                _names.pop(connection.connection, None)
                if connection.in_atomic_block:
                    raise
                cursor.execute(self._execute(connection), told)
            return cursor.fetchall()

    def _execute(self, connection: Any) -> str:
        """What asks it by its name on this connection. Preparing passes by whoever counts a page's questions."""
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


@contextmanager
def _nothing_told(connection: Any) -> Iterator[None]:
    """pghistory puts two settings in front of every statement it does not recognize as a SELECT, by a wrapper."""
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        yield
    finally:
        connection.execute_wrappers = wrappers


class Prepared(Generic[M]):
    """`build` makes a queryset of whole rows (no `values`, no prefetching) out of the stand-ins of its parameters."""

    def __init__(self, build: Callable[..., models.QuerySet[M]], *, planned: bool = True, **fixed: Any):
        self._build, self._planned, self._fixed = build, planned, fixed
        _all.add(self)

    def __call__(self, **values: Any) -> list[M]:
        if self._compiled is None:
            return []
        compiler, converters, statement = self._compiled
        if compiler.query.select_for_update and connections[DEFAULT_DB_ALIAS].get_autocommit():
            raise TransactionManagementError("a lock ends with its transaction: there is none")
        rows = statement.rows(**values)
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
    """Compile everything anew when it is next asked: for a test that changes what a queryset's method returns."""
    for prepared in _all:
        prepared.__dict__.pop("_compiled", None)


class Eyes:
    """Stands for a person in `visible_to`: of which kinds their places are belongs to the question, which ones they
    are is given when it is asked."""

    def __init__(self, kinds: frozenset[str]):
        self.kinds = kinds
        self.organization_ids = Given("organization_ids", "::bigint[]")
        self.agency_ids = Given("agency_ids", "::bigint[]") if "agency" in kinds else []

    def sits_at(self, kind: str) -> bool:
        return kind in self.kinds


class PreparedFor(Generic[M]):
    """A prepared question that begins with `visible_to(user)`: put together once for all people who see alike. Asked
    with a person, it answers exactly as `visible_to` does."""

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
        """The one row asked for; Http404 where this person sees none."""
        for row in self(user, **values):
            return row
        raise Http404
