"""The remembered table of a round: the same one while nothing changed, another one as soon as anything did."""

import datetime as dt

import pytest

from kpiportal.testing.people import BANGKOK
from reporting import sheet
from reporting.models import Round
from reporting.testing import FILED, card_of, make_round, send

pytestmark = pytest.mark.django_db


def read_again(round):
    return Round.objects.select_related("agreement__framework__scale").get(pk=round.pk)


@pytest.fixture
def round(cast):
    return make_round(cast, per_dimension=2)


def test_an_unchanged_table_is_drawn_once_and_read_every_time(round, django_assert_num_queries):
    first = sheet.build(read_again(round), at=FILED)
    again = read_again(round)
    with django_assert_num_queries(1):
        assert sheet.build(again, at=FILED) is first


def test_whatever_changes_is_in_the_next_table(round, cast):
    before = sheet.build(read_again(round), at=FILED)
    send(card_of(round, cast), cast, value="82.35")
    after = sheet.build(read_again(round), at=FILED)
    assert [line.result for line in before.lines if line.result] == []
    assert [line.result for line in after.lines if line.result] == ["82.35"]
    assert before.total != after.total
    indicator = card_of(round, cast).indicator
    indicator.name = "ชื่อที่แก้ใหม่"
    indicator.save()
    assert "ชื่อที่แก้ใหม่" in [line.name for line in sheet.build(read_again(round), at=FILED).lines]


def test_a_card_becomes_late_without_being_touched(round, cast):
    due = card_of(round, cast).due_at
    moments = [due - dt.timedelta(seconds=1), due]
    late = [any(line.late for line in sheet.build(read_again(round), at=at).lines) for at in moments]
    assert late == [False, True]
    assert due.astimezone(BANGKOK).time() == dt.time(0), "half-open: the day after the last one begins"
