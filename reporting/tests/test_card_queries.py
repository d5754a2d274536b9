"""What is sent to a card asks the database no more often where the agreement has many indicators. Counts only go down.

Every count is typed by hand and holds the whole request: person and duties, the action with its rows in the trail, the
message on the next page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpiportal.testing.people import Cast
from reporting import testing
from reporting.models import Report
from reporting.tests.refusals import typed, url

pytestmark = pytest.mark.usefixtures("frozen")

# Begin and end of transactions; OPDC's own words for a mail, which are remembered.
NOT_ASKED = re.compile('(^|; )(BEGIN|COMMIT|SAVEPOINT|RELEASE)|FROM "kpiportal_mailtext"')
COUNTS = {
    "score what is typed": 3,
    "keep a box": 8,
    "save the draft": 8,
    "attach a file": 7,
    "attach a file by script": 11,
    "send": 20,
    "send again": 6,
}


@pytest.mark.parametrize("per_dimension", [1, 40], ids=["4 indicators", "160 indicators"])
def test_what_is_sent_to_a_card(cast, per_dimension):
    card = testing.card_of(testing.make_round(cast, per_dimension=per_dimension), cast)
    assert {name: _queries(action) for name, action in _actions(card, cast)} == COUNTS


def _actions(card: Report, cast: Cast) -> Iterable[tuple[str, Callable[[], Any]]]:
    browser = Client()
    browser.force_login(cast.collector)
    browser.get(url("report_detail", card))
    box = f"value_{card.indicator_id}"

    def post(page: str, sent: dict[str, Any], **headers: str) -> Any:
        return browser.post(url(page, card), sent, headers=headers)

    yield "score what is typed", lambda: post("report_score", typed(card, "82.35"))
    yield "keep a box", lambda: post("report_autosave", {"dirty": box, box: "80"})
    card.refresh_from_db()
    yield "save the draft", lambda: post("report_save", typed(card, "82.35"))
    yield "attach a file", lambda: post("evidence_attach", {"file": testing.upload("หนึ่ง.pdf")})
    again = testing.upload("สอง.pdf")
    yield "attach a file by script", lambda: post("evidence_attach", {"file": again}, **{"HX-Request": "true"})
    card.refresh_from_db()
    press = typed(card, "82.36")
    yield "send", lambda: post("report_send", press)
    yield "send again", lambda: post("report_send", press)


def _queries(action: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = action()
    assert response.status_code in (200, 302), response.status_code
    return sum(not NOT_ASKED.search(query["sql"]) for query in captured)
