"""Two provinces of the same shape whose every text carries a mark, so that a text out of place is seen anywhere.

The world is the permission matrix's own: a URL that finds its object there is crawled and replayed here. Marks go into
the rows below the code (triggers off for the length of one statement), because half of these texts cannot be typed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.test.client import ClientHandler

from kpiportal.models import Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.testing import people
from kpiportal.testing.people import Cast
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix import world
from kpiportal.tests.matrix.world import Place
from reporting import actions, testing

APPS = ("kpiportal", "agreements", "reporting", "meetings")
# The year's framework is OPDC's and everybody's; what follows a row's history is shown nowhere by itself.
SHARED = {"agreements.scale", "agreements.framework", "agreements.dimension", "agreements.roundplan",
          "agreements.libraryindicator", "agreements.compulsory", "agreements.calendarday"}  # fmt: skip
# Texts that machines read: a mark would break them, and none is a person's word.
MACHINE = {
    "path", "sha256", "content_type", "token_hash", "message_id", "dedupe_key", "subject_type", "verb", "door",
    "digest", "code", "sort_key", "password", "formula_version", "channel", "kind", "error", "asks", "field",
}  # fmt: skip
TOLD = ("reason", "name", "subject", "venue")  # words of people inside the trail's JSON
# Whose eyes see all there is of a province between them; the other parts see less of the same.
NAMES = ("coordinator", "governor", "collector", "overseer", "other_collector")
THEIR_NAMES = ("neighbour", "neighbour_collector")


@dataclass
class Side:
    """One tenant. `mark` begins every planted text of it; `strangers` are those who have no business there."""

    name: str
    mark: str
    place: Place
    people: dict[str, User]
    strangers: dict[str, User | None] = field(default_factory=dict)  # None: nobody signed in


@dataclass
class Tenants:
    cast: Cast
    ours: Side
    theirs: Side
    keys: dict[int, SimpleCookie] = field(default_factory=dict)
    handlers: dict[bool, ClientHandler] = field(default_factory=dict)  # the middleware is loaded once

    def browser(self, person: User | None, *, kind: type[Client] = Client, **more: Any) -> Client:
        """A browser signed in as this person, whatever earlier ones did to their sign-in."""
        client = kind(**more)
        client.handler = self.handlers.setdefault(client.handler.enforce_csrf_checks, client.handler)
        if person is not None:
            if person.pk not in self.keys:
                opened = Client()
                opened.force_login(person)
                self.keys[person.pk] = opened.cookies
            client.cookies = SimpleCookie(self.keys[person.pk].output(header=""))
            # What an earlier press put into the session was rolled back in the database; the cache forgets it, too.
            cache.delete(KEY_PREFIX + self.keys[person.pk][settings.SESSION_COOKIE_NAME].value)
        return client


def build(*, marked: bool = True) -> Tenants:
    cast = people.make_cast()
    known = _all_rows()
    our_place = _place(cast, "zq-o-")
    our_rows, known = _born_since(known)
    their_place = _place(world.mirrored(cast), "zq-t-")
    their_rows, known = _born_since(known)
    ours = Side("ours", "zq-o-", our_place, {name: getattr(cast, name) for name in NAMES})
    theirs = Side("theirs", "zq-t-", their_place, {name: getattr(cast, name) for name in THEIR_NAMES})
    outsider = _outsider(cast)
    ours.strangers = {"neighbour": cast.neighbour, "neighbour's agency": cast.neighbour_collector,
                      "agency not concerned": outsider, "anonymous": None}  # fmt: skip
    theirs.strangers = {"coordinator": cast.coordinator, "collector": cast.collector, "anonymous": None}
    if marked:
        _plant([*our_rows, cast.province, cast.agency, cast.other_agency, *_standing(ours)], ours.mark)
        _plant([*their_rows, cast.neighbour_province, cast.neighbour_agency, *_standing(theirs)], theirs.mark)
    tenants = Tenants(cast, ours, theirs)
    for person in [*cast.people.values(), outsider]:
        tenants.browser(person)
    return tenants


def _place(cast: Cast, mark: str) -> Place:
    """The matrix's place, and a file whose very bytes carry the mark."""
    place = world.place(cast)
    content = testing.PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + mark.encode() + b"bytes\n")
    actions.attach_evidence(
        place.open_card, testing.upload("หลักฐานลับเฉพาะ.pdf", content), by=cast.collector, at=testing.FILED
    )
    place.open_card.refresh_from_db()
    return place


def _outsider(cast: Cast) -> User:
    """An agency of our own province that hosts nothing and was sent nothing."""
    agency = Organization.objects.create(
        kind=Kind.AGENCY, code="50-0099", name="สำนักงานสถิติจังหวัดเชียงใหม่", parent=cast.province
    )
    person = people.make_user("outsider")
    people.give(person, agency, Role.COLLECTOR)
    return person


def _standing(side: Side) -> Iterator[models.Model]:
    """Who was there before the year began, and their duties."""
    for person in side.people.values():
        yield person
        yield from person.memberships.all()


def _content() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in APPS and model._meta.label_lower not in SHARED and not hasattr(model, "pgh_obj"):
            yield model


def _all_rows() -> dict[type[models.Model], set[Any]]:
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in _content()}


def _born_since(known: dict[type[models.Model], set[Any]]) -> tuple[list[models.Model], Any]:
    now = _all_rows()
    born = [row for model in now for row in model._base_manager.filter(pk__in=now[model] - known[model])]
    return [row for row in born if getattr(row, "subject_type", "") not in SHARED], now


_numbers = itertools.count(1)


def _plant(rows: list[models.Model], mark: str) -> None:
    """Append a mark with a number of its own to every text of these rows. NOW is when; nobody did it."""
    with pgtrigger.ignore():
        for row in rows:
            marked = {}
            for column in row._meta.concrete_fields:
                value = getattr(row, column.attname)
                planted = _marked(column, value, f"{mark}{next(_numbers)}")
                if planted != value:
                    marked[column.attname] = planted
            if marked:
                type(row)._base_manager.filter(pk=row.pk).update(**marked)


def _marked(column: models.Field, value: Any, mark: str) -> Any:
    if not value or column.choices or column.name in MACHINE or column.primary_key:
        return value
    if isinstance(column, models.EmailField):
        return f"{mark}.{value}"
    if isinstance(column, models.CharField | models.TextField):
        return value if column.max_length and len(value) + len(mark) + 1 > column.max_length else f"{value} {mark}"
    if isinstance(column, ArrayField) and isinstance(value[-1], str):
        return [*value[:-1], f"{value[-1]} {mark}"]
    if isinstance(column, models.JSONField) and isinstance(value, dict):
        return {key: f"{word} {mark}" if key in TOLD and isinstance(word, str) else word for key, word in value.items()}
    return value


__all__ = ["NOW", "Side", "Tenants", "build"]
