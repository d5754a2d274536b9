"""How many questions a page asks the database, as a signed-in browser makes it ask (QUALITY P5)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpiportal.models import User

# The look itself is noted after the page has left (kpiportal/access.py): no page waits for that row.
ACCESS_LOG = "INSERT INTO kpiportal_accesslog"

# (what the page is called in the test, who looks, its address)
Visit = tuple[str, User, str]


def query_counts(visits: Iterable[Visit]) -> dict[str, int]:
    """Queries of each visit by its name: session, person and duties included, after the person has been here once.

    The second visit of a person finds the session in the cache, as all but one page of a day do. A page that does not
    answer 200 has no count worth comparing: AssertionError.
    """
    browsers: dict[int, Client] = {}
    counts = {}
    for name, person, address in visits:
        if person.pk not in browsers:
            browsers[person.pk] = _signed_in(person)
        with CaptureQueriesContext(connection) as captured:
            response = browsers[person.pk].get(address)
            response.getvalue()  # a file on its way is closed when it is read to its end
        assert response.status_code == 200, f"{name}: {address} answered {response.status_code}"
        assert name not in counts, f"two visits are called {name}"
        counts[name] = sum(ACCESS_LOG not in query["sql"] for query in captured)
    return counts


def _signed_in(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    browser.get(reverse("home"))
    return browser
