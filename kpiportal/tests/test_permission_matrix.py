"""Every URL × method × person × own/neighbour: the generated matrix, and the proof that it can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from kpiportal.models import AuditEvent, OutgoingMail, StoredFile
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix import once, table, world
from kpiportal.tests.matrix.table import EVERYBODY, Row
from kpiportal.workflow import Transition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]
METHODS = ("get", "post", "put", "delete")
# On the neighbour's object their people play the parts ours play on ours.
PARTS = {
    "neighbour": "coordinator",
    "neighbour_collector": "collector",
    "neighbour_overseer": "overseer",
    "neighbour_governor": "governor",
}
OURS = (*table.PARTY, *table.HOST, *table.OTHER_HOST)
_COUNTS = ", ".join(f"(SELECT count(*) FROM {m._meta.db_table})" for m in (AuditEvent, OutgoingMail, StoredFile))
_FOOTPRINT = f"SELECT {_COUNTS}"


@dataclass(frozen=True)
class Cell:
    row: Row
    method: str
    who: str
    scope: str  # "ours" | "theirs"

    def __str__(self) -> str:
        return f"{self.row.key}-{self.method}-{self.who}-{self.scope}"

    @property
    def expected(self) -> int:
        if self.who == "anonymous":
            if not self.row.public:
                return 302
            if getattr(self.row, self.method, None) is None:
                return 405
            return self.row.anonymous_post or self.row.anonymous if self.method == "post" else self.row.anonymous
        codes = getattr(self.row, self.method, None)
        if codes is None:
            return 405
        return codes.get(self._part, self.row.other)

    @property
    def _part(self) -> str:
        if self.row.shared:
            return self.who
        if self.scope == "ours":
            return self.who if self.who not in PARTS else "a stranger"
        if self.who in OURS:
            return "a stranger"
        return PARTS.get(self.who, self.who)


def cells() -> Iterator[Cell]:
    for row in table.ROWS:
        for method in METHODS:
            for who in askers(row, method):
                for scope in ("ours",) if row.shared else ("ours", "theirs"):
                    yield Cell(row, method, who, scope)


def askers(row: Row, method: str) -> tuple[str, ...]:
    """Everybody; with a method no row offers, a stranger, who may nothing and who may: it is refused (405) before
    anything looks who asks, and those cells would be half of the table."""
    if method in ("get", "post"):
        return (*EVERYBODY, "anonymous")
    welcome = next(
        (who for codes in (row.get, row.post) for who, code in (codes or {}).items() if code < 400), "viewer"
    )
    return tuple(dict.fromkeys((welcome, "nobody", "anonymous")))


CELLS = list(cells())


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The world, built once; every cell runs in a savepoint of its transaction and leaves nothing."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
        once.printed(),
        once.refused(),
        once.at_once(),
    ):
        made = world.build()
        made.keys = {who: signed_in(person) for who, person in made.cast.people.items()}
        # Else every cell's own check at its end would verify the whole world's deferred constraints again.
        connection.check_constraints()
        made.footprint = footprint()
        yield made
        transaction.set_rollback(True)


def signed_in(person) -> SimpleCookie:
    client = Client()
    client.force_login(person)
    return client.cookies


def footprint() -> tuple[int, ...]:
    """Rows a change would add to: the trail, the outbox, the files."""
    with connection.cursor() as cursor:
        cursor.execute(_FOOTPRINT)
        return cursor.fetchone()


def knock(built: world.World, cell: Cell) -> tuple[int, bool]:
    """Ask as that person; returns the status and whether anything was written. Everything is rolled back."""
    place = getattr(built, cell.scope)
    client = Client()
    client.handler = built.handler
    if cell.who != "anonymous":
        client.cookies = SimpleCookie(built.keys[cell.who].output(header=""))
    savepoint, making = transaction.savepoint(), Making()
    try:
        with connection.execute_wrapper(making):
            url = reverse(cell.row.name, args=cell.row.path(place))
            data = cell.row.data(place) if cell.method == "post" else {}
        # No such method: refused before anybody looks who asks. A box for htmx costs a third of the whole page.
        briefly = {"HX-Request": "true"} if cell.expected == 405 and cell.who != "anonymous" else {}
        before = footprint() if making.made else built.footprint
        response = getattr(client, cell.method)(url, data, headers=briefly)
        if response.streaming:
            b"".join(response)  # read to the end: a download left open is a warning, and a warning is an error
        if response.wsgi_request.session.modified and cell.who != "anonymous":  # what was put into it is in the cache
            cache.delete(KEY_PREFIX + built.keys[cell.who][settings.SESSION_COOKIE_NAME].value)
        return response.status_code, footprint() != before
    finally:
        transaction.savepoint_rollback(savepoint)


class Making:
    """Hears whether a row of the table makes what it names: then what stands before the knock is counted anew."""

    def __init__(self) -> None:
        self.made = False

    def __call__(self, execute, sql, params, many, context):
        self.made = self.made or not sql.lstrip().startswith("SELECT")
        return execute(sql, params, many, context)


def fault(built: world.World, cell: Cell) -> str:
    """What is wrong with this cell's answer; empty when it is as the table says."""
    status, moved = knock(built, cell)
    if status != cell.expected:
        return f"{cell}: {status}, not {cell.expected}"
    if moved and not (cell.method == "post" and status in (200, 302)):
        return f"{cell}: a refusal changed something"
    return ""


def names(resolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, space)
        else:
            assert pattern.name, f"a URL without a name cannot be in the matrix: {pattern}"
            yield prefix + pattern.name


def test_every_url_has_a_row():
    assert set(names(get_resolver())) == {row.name for row in table.ROWS}


def test_the_matrix_is_large_enough(figure):
    routes = {row.name for row in table.ROWS}
    figure("S1", f"{len(CELLS):,} cells of the permission matrix over {len(routes)} routes (all there are)")
    assert len(CELLS) >= 3000


def doors() -> dict[str, list[Cell]]:
    """The cells by row and method: one test each, as setting a test up costs what a cell does."""
    found: dict[str, list[Cell]] = {}
    for cell in CELLS:
        found.setdefault(f"{cell.row.key}-{cell.method}", []).append(cell)
    return found


@pytest.mark.parametrize("cells", doors().values(), ids=doors())
def test_everybody_at_a_door(built, cells):
    assert [wrong for cell in cells if (wrong := fault(built, cell))] == []


def _everything(self, user):
    return self


def _anybody(user, *subject):
    return next(iter(user.duties), None)


@pytest.mark.usefixtures("compiled_anew")
@pytest.mark.parametrize("hole", table.HOLES, ids=lambda hole: hole[0])
def test_a_planted_hole_turns_the_matrix_red(built, hole):
    """Take one check away; at least one cell must notice."""
    name, owner, attribute, url_names = hole
    rows = [cell for cell in CELLS if cell.row.name in url_names and cell.method in ("get", "post")]
    # Whom a hole lets in is among those refused, at the button of its own if it has one: they are asked first.
    slug = getattr(owner, "slug", "")
    rows.sort(key=lambda cell: (slug not in cell.row.key, cell.expected < 400))
    if isinstance(owner, Transition):
        planted = _opened(owner)
    else:
        planted = mock.patch.object(owner, attribute, _everything if attribute == "visible_to" else _anybody)
    with planted:
        assert any(fault(built, cell) for cell in rows), f"nobody noticed that {name}"


class _opened:
    """A frozen Transition whose `allowed` says yes to anybody with a duty, for the length of a test."""

    def __init__(self, transition):
        self.transition, self.kept = transition, transition.allowed

    def __enter__(self):
        object.__setattr__(self.transition, "allowed", _anybody)

    def __exit__(self, *exc):
        object.__setattr__(self.transition, "allowed", self.kept)
