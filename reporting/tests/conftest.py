"""What this app's tests share: browsers in which no page may complain, the demo's day, a card and its collector."""

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from kpiportal.testing import browser as browsing
from kpiportal.testing.plugin import NOW
from reporting import testing


@pytest.fixture(scope="module")
def browser():
    with browsing.chromium() as running:
        yield running


@pytest.fixture
def sit(browser):
    """`sit(size=PHONE)` is a fresh page in a browser of its own. No script error, no refusal of the policy."""
    heard = []

    def take_a_seat(**facts):
        page = browsing.open_page(browser, **facts)
        page.set_default_timeout(30_000)
        heard.append(browsing.complaints(page))
        return page

    yield take_a_seat
    assert [line for said in heard for line in said] == []


@pytest.fixture
def running():
    """The tests' day with its clock going: a stopped one would stop the live server's threads at the broker."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def demo(live_server, settings, running):
    """Chiang Mai on Monday 19 October 2558, the week the agencies must file; its address."""
    settings.DEMO = True
    call_command("seed_demo", stdout=StringIO())
    return live_server.url


@pytest.fixture
def card(cast):
    """A card of the cast's agency, not begun."""
    return testing.card_of(testing.make_round(cast), cast)


@pytest.fixture
def mine(card, cast, as_user):
    """The collector's browser, at their own card."""
    return as_user(cast.collector)
