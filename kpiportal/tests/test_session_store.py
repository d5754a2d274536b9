"""A database that goes away while a session is saved is an outage, not a session that is gone."""

import psycopg2
import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client

from kpiportal.session_store import SessionStore

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept():
    """A session that is in the database, changed but not saved."""
    store = SessionStore()
    store["word"] = "เดิม"
    store.save()
    store["word"] = "ใหม่"
    yield store
    connection.close()  # what a test broke is opened again by the next


def cut_off() -> None:
    """End this process's own connection from another one, as a crash of the database does."""
    connection.ensure_connection()
    parts = ("host", "port", "user", "password", "dbname")
    server = {name: value for name, value in connection.get_connection_params().items() if name in parts}
    with psycopg2.connect(**server) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


def test_an_outage_is_told_as_one(kept):
    cut_off()
    with pytest.raises(OperationalError):
        kept.save()


def test_a_session_that_is_gone_is_still_gone(kept):
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        kept.save()


def test_the_same_press_works_a_moment_later(kept):
    cut_off()
    with pytest.raises(OperationalError):
        kept.save()
    connection.close()
    kept.save()
    assert SessionStore(kept.session_key)["word"] == "ใหม่"


def test_the_browser_hears_503_and_keeps_its_session(cast, monkeypatch):
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.collector)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    saved = SessionStore.save

    def on_a_bad_day(store, must_create=False):
        cut_off()
        saved(store, must_create)

    with monkeypatch.context() as during:
        during.setattr(SessionStore, "save", on_a_bad_day)
        answer = browser.post("/people/me/hat/", {"duty": ""})
    connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert browser.get("/").status_code == 200
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value == key
