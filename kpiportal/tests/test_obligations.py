"""The home page and the reminders read the same duties: person by person, and everybody's at once."""

import datetime as dt
import random
from dataclasses import replace

import pytest

from agreements import actions as agreement_actions
from agreements import testing as agreements
from kpiportal import obligations
from kpiportal.models import Membership, Role, User
from kpiportal.obligations import AT_OPDC, KINDS, Duty, Seat
from kpiportal.testing.people import give
from kpiportal.testing.plugin import NOW
from meetings import testing as meetings
from reporting import testing

pytestmark = pytest.mark.usefixtures("frozen")


def a_random_world(cast, seed):
    """Cards in every state, a co-host's part, an agreement at the table, a letter to write, people with two duties."""
    chance = random.Random(seed)
    signed = agreements.make_signed(cast, per_dimension=2)
    shared = signed.indicators.filter(assignments__organization=cast.agency).first()
    agreement_actions.appoint_hosts(
        shared, host=cast.agency, co_hosts=[cast.other_agency], by=cast.coordinator, at=agreements.AUTUMN
    )
    round = testing.make_round(cast, agreement=signed)
    other = replace(cast, collector=cast.other_collector, overseer=cast.other_overseer)
    crews = {cast.agency: cast, cast.other_agency: other}
    deeds = [testing.fill, testing.send, testing.certify, testing.accept]
    for card in round.reports.select_related("host"):
        if chance.random() < 0.8:
            chance.choice(deeds)(card, crews[card.host])
    give(cast.collector, cast.agency, chance.choice([Role.OVERSEER, Role.VIEWER]))
    give(cast.other_collector, cast.agency, chance.choice([Role.COLLECTOR, Role.OVERSEER]))
    give(cast.governor, cast.province, Role.COORDINATOR, standing=Membership.Standing.SUBSTITUTE)
    later = agreements.make_draft(cast, framework=agreements.make_framework(cast, fiscal_year=2559))
    later = agreement_actions.submit_agreement(later, by=cast.coordinator, revision=0, at=agreements.AUTUMN)
    if chance.random() < 0.5:
        agreement_actions.open_table(later, by=cast.negotiator, revision=1, at=agreements.AUTUMN)
    meetings.make_meeting(cast, agreement=signed)


@pytest.mark.parametrize("seed", [2558, 2559])
def test_pages_and_reminders_say_the_same(cast, seed, django_assert_num_queries):
    a_random_world(cast, seed)
    with django_assert_num_queries(9):  # eleven sources: rounds and meetings are read once for two each
        everybody = obligations.everywhere(at=NOW)
    for duty in everybody:
        assert {seat.role for seat in duty.seats} <= set(KINDS[duty.kind].hears), f"{duty.kind} is asked of nobody else"
    shown = 0
    for someone in cast.people.values():
        person = User.objects.get(pk=someone.pk)
        page = sorted((task.kind, task.subject_id) for task in obligations.of(person, at=NOW).mine if task.kind)
        assert page == sorted(duty.key for duty in everybody if duty.waits_on(person)), person.first_name
        shown += len(page)
    assert shown > 10


def test_every_kind_says_who_hears_of_it():
    assert [kind.name for kind in KINDS.values() if not kind.hears] == []


SINCE = dt.datetime(2015, 10, 1, tzinfo=dt.UTC)


def duty(*seats, **facts):
    return Duty("test", 1, "เรื่อง", "รายละเอียด", "/", "ทำ", tuple(seats), SINCE, **facts)


def test_a_duty_waits_on_whoever_holds_a_seat_that_acts(cast):
    files = duty(Seat(cast.agency.pk, Role.COLLECTOR), Seat(cast.agency.pk, Role.OVERSEER, 1, acts=False))
    assert files.waits_on(cast.collector)
    assert not files.waits_on(cast.overseer), "hears of it only"
    assert not files.waits_on(cast.other_collector)
    assert duty(Seat(AT_OPDC, Role.NEGOTIATOR)).waits_on(cast.negotiator)
    assert not duty(Seat(AT_OPDC, Role.NEGOTIATOR), barred=frozenset({cast.negotiator.pk})).waits_on(cast.negotiator)


def test_the_chip_says_days_left_or_days_waited():
    due = duty(due_at=dt.datetime(2015, 10, 26, 17, tzinfo=dt.UTC))
    assert (due.task(NOW).chip_kind, due.task(NOW).chip_text) == ("due", "เหลือ 7 วัน")
    assert (duty().task(NOW).chip_kind, duty().task(NOW).chip_text) == ("wait", "รอมา 18 วัน")


def test_the_next_day_is_the_earliest_also_of_what_has_waited():
    def on(day, **facts):
        return duty(due_at=dt.datetime(2015, 10, day, 17, tzinfo=dt.UTC), **facts).task(NOW)

    reviewed, far, gone = on(21, chip=("wait", "รอมา 3 วัน")), on(30), on(12)
    nearest = obligations.Owed(mine=[gone, far, reviewed]).nearest
    assert (nearest, nearest.left) == (reviewed, "เหลือ 2 วัน")
    assert obligations.Owed(mine=[gone, duty().task(NOW)]).nearest is None


def test_one_button_is_filled_where_to_begin():
    """What is overdue, else what was begun, else what comes first."""

    def begins(*tasks):
        return obligations._where_to_begin(list(tasks))

    first, begun, late = duty().task(NOW), duty(main=True).task(NOW), duty(due_at=SINCE).task(NOW)
    assert (begins(first, begun, late), begins(first, begun), begins(first), begins()) == (late, begun, first, None)
