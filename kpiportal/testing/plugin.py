"""Fixtures every app's tests share (loaded by pytest.ini with -p)."""

import datetime as dt

import pytest
import time_machine

# Monday 19 October 2558, the week before the agencies' deadline of the founding letter.
NOW = dt.datetime(2015, 10, 19, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


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
