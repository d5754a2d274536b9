"""Many at one table over HTTP: every acknowledged edit stands in the ledger, in its order, and none was overwritten
unread. And the check really is what holds that: without it the same run loses edits."""

import threading
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agreements import testing
from agreements.models import Cell, Offer, Table
from agreements.negotiation import actions
from kpiportal.testing import people

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS, EDITS = 6, 8


def hammer(line, persons):
    """Each person reads the target and offers one more, until EDITS were taken; the decimals say who it was.

    Returns how many were acknowledged and how many refused.
    """
    taken, refused, troubles = [], [], []
    offer = reverse("agreements:line_offer", args=[line.pk])

    def edit(n, person):
        try:
            client = Client()
            client.force_login(person)
            done = 0
            while done < EDITS:
                cell = Cell.objects.get(line=line, side="party", name="target")
                facts = {"seen": cell.version, "target": f"{int(cell.value) + 1}.{n:02}"}
                answer = client.post(offer, facts, headers={"X-Table": "1"})
                assert answer.status_code in (200, 409), answer.content
                (taken if answer.status_code == 200 else refused).append(facts["target"])
                done += answer.status_code == 200
        except Exception as trouble:  # noqa: BLE001 -- told by the thread that waits
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=[n, person]) for n, person in enumerate(persons, start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    return len(taken), len(refused)


def target_of(line):
    return Cell.objects.get(line=line, side="party", name="target").value


@pytest.fixture
def editors(cast):
    found = []
    for n in range(EDITORS):
        person = people.make_user(f"editor{n}")
        people.give(person, cast.province, "coordinator")
        found.append(person)
    return found


def test_no_acknowledged_edit_is_lost(line, table, editors):
    acknowledged, _ = hammer(line, editors)
    assert acknowledged == EDITORS * EDITS
    # Each edit added one to what its editor had read: nothing read was overwritten by another.
    assert int(target_of(line)) == 80 + acknowledged
    told = (
        Offer.objects.filter(indicator=line.indicator, deed="offer").order_by("version").values_list("value", flat=True)
    )
    assert [int(value) for value in told] == list(range(81, 81 + acknowledged))
    assert Table.objects.get(pk=table.pk).version == 1 + acknowledged


def test_without_the_version_check_the_same_run_loses_edits(line, editors):
    """The positive control: if this finds nothing lost, the test above proves nothing."""
    with mock.patch.object(actions._Turn, "since", return_value=[]):
        acknowledged, refused = hammer(line, editors)
    assert (acknowledged, refused) == (EDITORS * EDITS, 0)
    assert int(target_of(line)) < 80 + acknowledged


def test_signing_while_somebody_takes_it_back_to_the_table_is_one_or_the_other(cast, table):
    """The governor signs in the moment the coordinator rescinds: one is done, the other is told, nothing is half."""
    agreement = testing.agree(table.agreement, cast)
    door = {"sign": {"signed_on": "26/1/2558"}, "rescind": {"reason": "ตัวเลขผิด"}}
    people, answers, start = {"sign": cast.governor, "rescind": cast.coordinator}, {}, threading.Barrier(2)

    def press(verb):
        try:
            client = Client()
            client.force_login(people[verb])
            start.wait()
            url = reverse("agreements:agreement_move", args=[agreement.pk, verb])
            answers[verb] = client.post(url, {"revision": agreement.revision, **door[verb]}).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[verb]) for verb in door]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    agreement.refresh_from_db()
    assert sorted(answers.values()) == [302, 409], answers
    assert agreement.state == ("signed" if answers["sign"] == 302 else "negotiating")
    assert agreement.versions.count() == (agreement.state == "signed")
