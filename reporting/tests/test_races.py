"""Many at once on one card, over real connections. The clock runs: a stopped one would stop the broker's client too."""

import re
import uuid
from collections import defaultdict
from functools import partial

import pytest
from django.test import Client

from kpiportal import documents
from kpiportal.models import OutgoingMail
from kpiportal.testing.plugin import NOW
from kpiportal.testing.threads import together
from kpiportal.workflow import Stale
from reporting import actions, testing
from reporting.models import ReportVersion
from reporting.tests.refusals import typed, url

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(count, deed):
    """`deed(n)` by `count` people at the same moment; what each got, "stale" for a refusal."""
    results = together(*(partial(deed, n) for n in range(count)))
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Stale):
            raise result
    return ["stale" if isinstance(result, Stale) else result for result in results]


@pytest.fixture
def card(cast):
    return testing.fill(testing.card_of(testing.make_round(cast), cast), cast)


def test_twenty_presses_send_once_and_all_get_the_receipt(card, cast):
    token = uuid.uuid4()
    receipts = all_at_once(
        20, lambda n: actions.send_report(card, by=cast.collector, revision=card.revision, at=NOW, token=token).pk
    )
    assert len(receipts) == 20
    assert len(set(receipts)) == 1
    assert ReportVersion.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_six_saves_one_wins_and_nothing_is_lost_unseen(card, cast):
    def save(n):
        answers = {**testing.ANSWERS, "explanation": f"ฉบับที่ {n}"}
        saved = actions.save_report(
            card, by=cast.collector, revision=card.revision, at=NOW, answers=answers, entries={}
        )
        return saved.explanation

    results = all_at_once(6, save)
    card.refresh_from_db()
    assert results.count("stale") == 5
    assert [r for r in results if r != "stale"] == [card.explanation]


def test_six_decisions_one_wins(card, cast):
    actions.send_report(card, by=cast.collector, revision=card.revision, at=NOW, token=uuid.uuid4())
    card.refresh_from_db()

    def decide(n):
        if n % 2:
            return actions.certify_report(card, by=cast.overseer, revision=card.revision, at=NOW).state
        return actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=NOW, reason="แก้").state

    results = all_at_once(6, decide)
    card.refresh_from_db()
    assert results.count("stale") == 5
    assert card.versions.get().decisions.count() == 1
    assert card.state in results


def test_twenty_cards_sent_twenty_times_at_once_are_sent_twenty_times(cast):
    """R3 of the bars: a double click, a retry after a time-out and an impatient browser get the first one's receipt."""
    round = testing.make_round(cast, per_dimension=10)
    cards = [testing.fill(card, cast) for card in round.reports.filter(host=cast.agency)]
    assert len(cards) == 20
    presses = {card.pk: typed(card, "82.35", obstacles="ไม่มี") for card in cards}
    receipts = defaultdict(list)

    def press(n):
        card = cards[n % 20]
        browser = Client()
        browser.force_login(cast.collector)
        answer = browser.post(url("report_send", card), presses[card.pk], follow=True)
        found = re.search(r"เลขที่ใบรับ ([0-9A-F-]+)", answer.content.decode())
        receipts[card.pk].append((answer.redirect_chain, found and found[1]))

    for start in range(0, 400, 40):
        all_at_once(40, lambda n, start=start: press(start + n))
    versions = dict(ReportVersion.objects.values_list("report_id", "sha256"))
    assert (ReportVersion.objects.count(), OutgoingMail.objects.count()) == (20, 20)
    for card in cards:
        assert (
            receipts[card.pk]
            == [([(url("report_detail", card), 302)], f"{card.pk}-1-{versions[card.pk][:6].upper()}")] * 20
        )


def test_a_document_ordered_twice_at_once_is_made_once(cast):
    facts = {"subject": "a letter", "title": "ฉบับเดียว", "by": cast.coordinator, "at": NOW}
    assert len({job.pk for job in all_at_once(6, lambda n: documents.order("letters.copies", 1, **facts))}) == 1
