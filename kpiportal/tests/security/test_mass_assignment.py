"""What a form does not ask for cannot be given: every POST of the portal, with every column of every table added.

Each accepted POST of the permission matrix is sent twice from the same state: as a browser sends it, and with all
columns' names beside it (a neighbour's organization, an end state, somebody else as owner ...). Both must leave the
database with the same rows. Each refused POST must leave it as it was.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.urls import reverse

from kpiportal.tests.matrix import table
from kpiportal.tests.matrix.row import EVERYBODY, Row
from kpiportal.tests.security import digest
from meetings import actions

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("quiet")]
MARKED = False
POSTS = [row for row in table.ROWS if row.post is not None]
# Names that are no column here, and that frameworks and people have made columns of elsewhere.
FOLKLORE = {"is_staff": "on", "is_superuser": "on", "is_admin": "1", "groups": "1", "user_permissions": "1", "by": "1",
            "actor": "1", "pk": "1", "_method": "DELETE", "_save": "1", "force": "1", "skip_checks": "1"}  # fmt: skip
# Whoever looks these up by name without a form of its own is not believed to have meant it: they are always sent.
NEVER = {"id", "pk", "state", "owner", "owner_id", "organization_id", "agreement_id", "host", "host_id", "user_id",
         "score", "is_active", "sent_by", "saved_by", "filed_by", "actor", "frozen", "sha256"}  # fmt: skip
# Drawn by lot at each deed: keys, message numbers, tokens and what is computed from them.
DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}|gAAAA[\w=-]+"
                   r"|argon2\S+|![A-Za-z0-9]{40}|md5\$\S+|[0-9a-f]{2}/[0-9a-f]{32}|\[\[\S+\]\]")  # fmt: skip


def hostile(tenants) -> dict[str, Any]:
    """Every column of every table of the portal, with a value somebody would like it to have."""
    cast = tenants.cast
    theirs = {"organization": cast.neighbour_province.pk, "user": cast.neighbour.pk}
    found: dict[str, Any] = {}
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            value = _wished(column, theirs)
            found |= {column.name: value, column.attname: value}
    return {**found, **FOLKLORE}


def _wished(column: models.Field, theirs: dict[str, int]) -> str:
    if column.name == "state":
        return "accepted"
    if column.is_relation:
        return str(theirs.get(column.related_model._meta.model_name, 1))
    if isinstance(column, models.BooleanField):
        return "on"
    if isinstance(column, models.UUIDField):
        return str(uuid.UUID(int=7))
    if isinstance(column, models.DateTimeField):
        return "2015-10-01 09:00"
    if isinstance(column, models.DateField):
        return "01/10/2558"
    if isinstance(column, models.IntegerField | models.DecimalField | models.BigAutoField):
        return "5"
    return "hostile"


class Asked:
    """The names the request's own code asked for: fields of its forms, and what it looked up in the POST by name."""

    def __init__(self) -> None:
        self.of_forms: set[str] = set()
        self.looked_up: set[str] = set()

    @property
    def names(self) -> set[str]:
        return self.of_forms | (self.looked_up - NEVER)

    @contextmanager
    def listening(self):
        clean, item, every, has = BaseForm.full_clean, QueryDict.__getitem__, QueryDict.getlist, QueryDict.__contains__

        def cleaned(form):
            self.of_forms |= {form.add_prefix(name) for name in form.fields}
            clean(form)

        def heard(read):
            def reading(posted, name, *rest):
                self.looked_up.add(name)
                return read(posted, name, *rest)

            return reading

        with (
            mock.patch.object(BaseForm, "full_clean", cleaned),
            mock.patch.object(QueryDict, "__getitem__", heard(item)),
            mock.patch.object(QueryDict, "getlist", heard(every)),
            mock.patch.object(QueryDict, "__contains__", heard(has)),
        ):
            yield


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, coalesce(last_value, 0) FROM pg_sequences")
        return dict(cursor.fetchall())


def _set_sequences(known: dict[str, int]) -> None:
    """A number drawn is not given back by a rollback: both runs must draw the same ones."""
    with connection.cursor() as cursor:
        for name, last in known.items():
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, max(last, 1), last > 0])


def _drawn(happened: digest.Happened) -> Counter:
    """Rows gone (False) and come (True), what is drawn by lot blotted out."""
    found: Counter = Counter()
    for (name, text), count in happened.rows.items():
        found[name, DRAWN.sub("~", text), count > 0] += abs(count)
    return found


def _post(tenants, who: str, address: str, data: dict[str, Any]) -> int:
    """As somebody who has just signed in: what an earlier press put into a session stays out of this one."""
    client = tenants.browser(tenants.cast.people[who])
    if any(hasattr(value, "read") for value in data.values()):
        response = client.post(address, data)
    else:  # as a browser sends a form without a file
        response = client.post(address, urlencode(data, doseq=True), "application/x-www-form-urlencoded")
    response.getvalue()
    return response.status_code


def _acceptor(row: Row) -> str | None:
    return next((who for who, code in row.post.items() if code in (200, 302)), None)


@pytest.mark.parametrize("row", [row for row in POSTS if _acceptor(row)], ids=lambda row: row.key)
def test_an_accepted_form_changes_what_it_asks_for_and_nothing_else(tenants, row):
    names, who, address, data = digest.tables(), _acceptor(row), _address(tenants, row), row.data(tenants.ours.place)
    numbers, asked, outcome = _sequences(), Asked(), []
    for more in ({}, hostile(tenants)):
        _set_sequences(numbers)
        _rewind(data)
        extra = {name: value for name, value in more.items() if name not in asked.names and name not in data}
        with digest.taken_back(names) as happened, asked.listening():
            status = _post(tenants, who, address, {**extra, **data})
        outcome.append((status, _drawn(happened)))
    assert outcome[0][0] == row.post[who]
    assert outcome[0] == outcome[1], _difference(outcome[0][1], outcome[1][1])


def _difference(plain: Counter, more: Counter) -> str:
    return f"only as a browser sends it: {list(plain - more)}; only with more: {list(more - plain)}"


def _rewind(data: dict[str, Any]) -> None:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.key)
def test_a_refused_form_changes_nothing(tenants, row):
    names, more, address = digest.tables(), hostile(tenants), _address(tenants, row)
    for who in EVERYBODY:
        expected = row.post.get(who, row.other)
        if expected < 400:
            continue
        data = row.data(tenants.ours.place)
        extra = more if expected != 422 else _unasked(tenants, who, address, data, more)
        with digest.taken_back(names) as happened:
            status = _post(tenants, who, address, {**extra, **data})
        assert happened.rows == Counter(), f"{who}: {status}"
        assert status >= 400, f"{who}: {status} with more, {expected} without"


def _address(tenants, row: Row) -> str:
    """Some rows make what they name: before anything is compared."""
    return reverse(row.name, args=row.path(tenants.ours.place))


def _unasked(tenants, who: str, address: str, data: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """An incomplete form would be completed by what it asks for: only the rest is added to it."""
    asked, kept = Asked(), transaction.savepoint()
    with asked.listening():
        _post(tenants, who, address, data)
    transaction.savepoint_rollback(kept)
    return {name: value for name, value in more.items() if name not in asked.names}


def test_a_planted_mass_assignment_is_seen(tenants):
    """The proof can fail: a view that does a little more when it is sent a little more is noticed."""
    row, outcome = next(row for row in POSTS if row.key == "meetings:meeting_edit"), []
    names, address = digest.tables(), _address(tenants, row)
    numbers, change = _sequences(), actions.change_meeting

    def careless(meeting, **facts):
        done = change(meeting, **facts)
        if "is_staff" in data:
            type(meeting).objects.filter(pk=meeting.pk).update(organization=tenants.cast.neighbour_province)
        return done

    for more in ({}, {"is_staff": "on"}):
        data = {**more, **row.data(tenants.ours.place)}
        _set_sequences(numbers)
        with digest.taken_back(names) as happened, mock.patch.object(actions, "change_meeting", careless):
            _post(tenants, "coordinator", address, data)
        outcome.append(_drawn(happened))
    assert outcome[0] != outcome[1]


def test_what_is_written_in_a_refusal_is_seen(tenants):
    """The proof can fail: a row come, changed or gone is noticed; one that was taken back on the way is none."""
    names, person = digest.tables(), tenants.cast.nobody
    with digest.taken_back(names) as happened:
        type(person).objects.filter(pk=person.pk).update(phone="053-112345")
    assert sorted(happened.rows.values()) == [-1, 1]
    assert {name for name, _ in happened.rows} == {"kpiportal_user"}
    with digest.taken_back(names) as happened:
        kept = transaction.savepoint()
        type(person).objects.filter(pk=person.pk).update(phone="053-112345")
        transaction.savepoint_rollback(kept)
    assert happened.rows == Counter()
