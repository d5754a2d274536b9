"""The rush at a tenth of its size: the same drafts, people and proof, through the views instead of over HTTP."""

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from benchmarks import issue_rush
from benchmarks.issue_rush import DONE, GONE_FIRST, REFUSED, START_AFTER, Found
from kpiportal import clock
from kpiportal.models import Letter


@pytest.mark.django_db(transaction=True)
def test_letters_issued_at_once_stand_in_the_register_without_a_gap(cast):
    """Ten drafts, of which two fail (one after its number was taken), one is pressed twice and one is cancelled."""
    drafts = issue_rush.draft(10, by=cast.coordinator, office=cast.province, at=clock.now())
    browser = Client()
    browser.force_login(cast.coordinator)

    def press(button):
        close_old_connections()
        mine = Client()
        mine.cookies = browser.cookies
        try:
            return mine.post(button.path, button.fields).status_code
        finally:
            connection.close()

    tally = issue_rush.rush(drafts, press, between=lambda: None)
    assert sorted(status for *_, heard in tally.told for status in heard) == [DONE] * 9 + [GONE_FIRST] + [REFUSED] * 2
    assert issue_rush.check(tally.told) == Found(
        numbers=8, last=START_AFTER + 8, holes=0, doubled=0, cancelled=1, spoilt=0, untrue=0
    )


@pytest.mark.django_db
def test_the_proof_sees_a_hole_and_a_word_that_is_not_so(cast):
    drafts = issue_rush.draft(1, by=cast.coordinator, office=cast.province, at=clock.now())
    letter = Letter.objects.get(pk=drafts[0][0])
    letter.series.last_number += 2
    letter.series.save()
    told = [(letter.pk, issue_rush.PLAIN, "issue", [DONE])]
    assert issue_rush.check(told) == Found(
        numbers=0, last=START_AFTER + 2, holes=2, doubled=0, cancelled=0, spoilt=0, untrue=1
    )
