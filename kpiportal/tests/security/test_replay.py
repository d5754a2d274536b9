"""No tenant's number opens anything for another: crawled as one, replayed as the others (QUALITY S2)."""

from __future__ import annotations

from unittest import mock

import pytest

from agreements import querysets as agreement_rows
from kpiportal.tests.security import crawl, digest, replay
from reporting.querysets import EvidenceQuerySet, ReportQuerySet

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("quiet")]
LEAST_REPLAYS = 5_000


@pytest.fixture(scope="module")
def found(tenants):
    """What each side's people come across, and whether looking around changed anything."""
    names, both = digest.tables(), (tenants.ours, tenants.theirs)
    known = {side.name: replay.known(side) for side in both}
    before = digest.digests(names)
    seen = {side.name: replay.found_by(tenants, side, known[side.name]) for side in both}
    after = digest.digests(names)
    seen["changed"] = {name for name in names if before[name] != after[name]}
    return seen


# What a look itself leaves: a message opened is a message read; who takes a round's evidence out is told by the trail.
NOTED = {"kpiportal_outgoingmail", "kpiportal_auditevent", "pghistory_context"}
# Whoever asks for an account chooses an office from a list: the names of offices are no secret.
OFFICES_TO_CHOOSE_FROM = {"people:request_new"}


def sides(tenants):
    return [(tenants.ours, tenants.theirs), (tenants.theirs, tenants.ours)]


def test_looking_at_every_page_changes_nothing(found):
    assert found["changed"] - NOTED == set()


def test_no_page_breaks_and_no_link_leads_to_a_refusal(tenants, found):
    """A link a page shows to a person opens for that person."""
    bare = set(crawl.named_addresses())
    wrong = [
        f"{name} {address} {status}"
        for side, _ in sides(tenants)
        for name, one in found[side.name].items()
        for address, status, _ in one.answers
        if status >= 500 or (status in (403, 404) and address not in {*bare, *one.forms})
    ]
    assert wrong == [], "\n".join(wrong)


def test_the_crawl_sees_what_it_must(tenants, found):
    """Nothing is proved by a crawl that saw nothing: the marks of one's own province are everywhere in it."""
    for side, _ in sides(tenants):
        texts = " ".join(text for one in found[side.name].values() for _, _, text in one.answers)
        marks = {word for word in texts.split() if word.startswith(side.mark)}
        assert len(marks) > 100, f"{side.name}: {len(marks)}"


def test_no_answer_holds_words_of_the_other_province(tenants, found):
    leaks = [
        f"{name} {address} {status}"
        for side, other in sides(tenants)
        for name, one in found[side.name].items()
        for address, status, text in one.answers
        if other.mark in text and crawl.door(address) not in OFFICES_TO_CHOOSE_FROM
    ]
    assert leaks == [], "\n".join(leaks)


def test_strangers_get_what_there_is_for_a_number_that_does_not_exist(tenants, found, figure):
    names = digest.tables()
    before, replays, faults = digest.digests(names), 0, []
    for side, _ in sides(tenants):
        asks = replay.asks(found[side.name])
        for who, person in side.strangers.items():
            stranger = replay.Stranger(tenants.browser(person), side.mark)
            for ask in asks:
                replays += 1
                if fault := stranger.fault(ask):
                    faults.append(f"{who} {ask.method} {ask.address}: {fault}")
    figure("S2", f"{replays:,} replays of one tenant's addresses by others: {len(faults)} leaks")
    assert faults == [], "\n".join(faults)
    assert replays >= LEAST_REPLAYS
    assert digest.digests(names) == before


def _everything(self, user):
    return self


@pytest.mark.usefixtures("compiled_anew")
@pytest.mark.parametrize(
    ("owner", "door"),
    [(ReportQuerySet, "reporting:report_detail"), (EvidenceQuerySet, "reporting:evidence_download")],
)
def test_a_planted_hole_is_found_by_the_replay(tenants, found, owner, door):
    asks = [ask for ask in replay.asks(found["ours"]) if ask.door == door]
    stranger = replay.Stranger(tenants.browser(tenants.cast.neighbour), tenants.ours.mark)
    with mock.patch.object(owner, "visible_to", _everything):
        assert any("the other's words" in stranger.fault(ask) for ask in asks)


@pytest.mark.usefixtures("compiled_anew")
def test_a_planted_hole_is_found_by_the_words_of_a_list(tenants):
    """A list has no number to replay: the marks alone give it away."""
    with mock.patch.object(agreement_rows.AgreementQuerySet, "visible_to", _everything):
        said = crawl.text_of(tenants.browser(tenants.cast.neighbour).get("/agreements/"))
    assert tenants.ours.mark in said
