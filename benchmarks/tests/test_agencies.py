"""Everybody who files in a benchmark has cards of their own agency, and all cards are dealt."""

import pytest

from benchmarks import agencies
from reporting.models import Report

pytestmark = pytest.mark.usefixtures("frozen")


def test_cards_are_dealt_to_the_people_of_their_hosts(cast):
    persons, hands = agencies.build(cast, cards=6, filers=3)
    assert {name: len(hand) for name, hand in hands.items()} == {"filer0": 2, "filer1": 3, "filer2": 1}
    cards = [card for hand in hands.values() for card in hand]
    assert len(set(cards)) == 6
    for name, hand in hands.items():
        held = Report.objects.filter(pk__in=[pk for pk, _ in hand])
        assert {card.host_id for card in held} == {persons[name].duties[0].organization_id}
        assert sorted(held.values_list("pk", "indicator", "state")) == [(*card, "not_started") for card in sorted(hand)]


def test_no_agency_is_left_without_anybody(cast):
    with pytest.raises(ValueError, match="4 agencies have cards to file, and 3 people are too few"):
        agencies.build(cast, cards=61, filers=3)
