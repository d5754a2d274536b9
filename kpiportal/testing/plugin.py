"""Fixtures every app's tests share (loaded by pytest.ini with -p)."""

import datetime as dt
import gc
import logging
import sys

import pytest
import time_machine

# Monday 19 October 2558, the week before the agencies' deadline of the founding letter.
NOW = dt.datetime(2015, 10, 19, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first: a worker that begins one when the others are done keeps everybody waiting.

    Those that commit stay behind the others, where pytest-django puts them: they empty every table.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None or _commits(item))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or (marker and marker.kwargs.get("transaction")))


def pytest_collection_finish() -> None:
    """Eight thousand tests and all that was imported live to the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cast(db):
    """One province with everybody, a neighbour, OPDC."""
    from kpiportal.testing import people  # noqa: PLC0415 -- this module is loaded before Django is set up

    return people.make_cast()


@pytest.fixture
def frozen():
    """The clock stands at the tests' now (19 Oct 2558, 9.00 in Bangkok)."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def as_user(client, frozen):
    """`as_user(person)` is a browser signed in as that person, on the tests' day."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def compiled_anew():
    """Queries are compiled once a process: neither before nor after a test that plants a hole may they hold one."""
    from kpiportal import prepared  # noqa: PLC0415 -- as above

    prepared.forget()
    yield
    prepared.forget()


@pytest.fixture
def quiet():
    """Thousands of refusals are asked for here: their lines in the log are no news, and cost more than the answers."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def smtp_server(settings):
    """A real SMTP server the portal's mail goes to; `received` is what arrived."""
    from kpiportal.testing.smtp import LocalSmtp  # noqa: PLC0415 -- only where mail is sent

    with LocalSmtp() as inbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield inbox


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown():
    """Before any fixture is undone: a page left open would go on asking while the database is emptied."""
    if browser := sys.modules.get("kpiportal.testing.browser"):
        browser.close_pages()


@pytest.fixture(autouse=True)
def _policy_is_kept():
    """A browser test fails when the content security policy refused anything on its pages, whatever it looked for."""
    yield
    browser = sys.modules.get("kpiportal.testing.browser")
    if browser and browser.refused:
        told = list(browser.refused)
        browser.refused.clear()
        pytest.fail("refused by the content security policy:\n" + "\n".join(told))


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    """Tests that commit are cleaned up by DELETE of what they left (kpiportal/testing/emptying.py says why)."""
    from django.test import TransactionTestCase  # noqa: PLC0415 -- as above

    from kpiportal.testing import emptying  # noqa: PLC0415

    truncate = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: emptying.empty(truncate, case)
    yield
    TransactionTestCase._fixture_teardown = truncate


@pytest.fixture(scope="session", autouse=True)
def _last_one_out():
    """A browser's last request may still hold its connection when the throw-away database is dropped: it is let go."""
    from django.db.backends.postgresql.creation import DatabaseCreation  # noqa: PLC0415 -- as above

    drop = DatabaseCreation._destroy_test_db

    def alone(creation, name, verbosity):
        with creation._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        drop(creation, name, verbosity)

    DatabaseCreation._destroy_test_db = alone
    yield
    DatabaseCreation._destroy_test_db = drop


@pytest.fixture
def celery_worker_here(settings):
    """A real worker on the real broker, in threads of this process; `until(condition)` waits for what it does."""
    import celery.contrib.testing.tasks  # noqa: F401, PLC0415 -- the ping task start_worker asks for
    from celery.contrib.testing.worker import start_worker  # noqa: PLC0415 -- only where a worker is wanted

    from kpiportal.celery import app  # noqa: PLC0415 -- as above
    from kpiportal.testing.waiting import Until  # noqa: PLC0415

    app.conf.broker_url = settings.REDIS_URL
    app.loader.import_default_modules()
    with start_worker(app, pool="threads", concurrency=1, perform_ping_check=False, shutdown_timeout=20):
        yield Until()
