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
    pages = []

    def take_a_seat(**facts):
        page = browsing.open_page(browser, **facts)
        page.set_default_timeout(15_000)
        pages.append((page, browsing.complaints(page), _under_way(page)))
        return page

    yield take_a_seat
    heard = [line for _, said, _ in pages for line in said]
    for page, _, asked in pages:
        # What a page still saves is done before the database is emptied; what it would save on closing is not sent.
        for _ in range(60):  # three seconds: a page that was killed leaves requests nobody reports the end of
            if not asked or not page.context.pages:
                break
            page.context.pages[0].wait_for_timeout(50)
        page.context.set_offline(True)
        page.context.close()
    assert heard == []


def _under_way(page):
    """The requests of this page's browser that have no answer yet, kept up to date."""
    asked = set()
    page.context.on("request", lambda request: asked.add(request))
    for done in ("requestfinished", "requestfailed"):
        page.context.on(done, lambda request: asked.discard(request))
    return asked


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
