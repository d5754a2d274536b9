"""The remembered table of a round: the same one while nothing changed, another one as soon as anything did."""

import datetime as dt
from decimal import Decimal

import pytest

from agreements.testing import add_indicator, make_draft, sign
from kpiportal.testing.people import BANGKOK
from reporting import actions, sheet
from reporting.models import Round
from reporting.testing import ANSWERS, FILED, card_of, make_round, send

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


def test_scores_have_the_decimals_of_the_years_scale(round, cast):
    """82.35 on 70-75-80-85-90 is 3.47; of four decimals on one scale, of two on another."""
    send(card_of(round, cast), cast, value="82.35")
    scale = read_again(round).agreement.framework.scale
    shown = {}
    for decimals in (4, 2):
        scale.decimals = decimals
        scale.save()
        table = sheet.build(read_again(round), at=FILED)
        shown[decimals] = [line.score for line in table.lines if line.kind == "indicator" and line.score]
        assert len(table.total.partition(".")[2]) == decimals
    assert shown == {4: ["3.4700"], 2: ["3.47"]}


def test_a_composite_filled_in_part_says_how_much_of_it(cast):
    """Its score is none, or of what there is: the table says why."""
    draft = make_draft(cast)
    parent = draft.indicators.get(number="1.1")
    type(parent.criteria).objects.filter(pk=parent.criteria_id).update(kind="composite", levels=[])
    type(parent).objects.filter(pk=parent.pk).update(target=3)  # a composite's target is a level
    children = [
        add_indicator(draft, cast, dimension=parent.dimension, number=f"1.1.{n}", parent=parent, weight=None,
                      inner_weight=Decimal("0.5"))
        for n in (1, 2)
    ]  # fmt: skip
    round = make_round(cast, agreement=sign(draft, cast))
    card = round.reports.get(indicator=parent)
    said = []
    for entries in ({}, {children[0].pk: {"value": Decimal(82)}}, {children[1].pk: {"value": Decimal(75)}}):
        card = actions.save_report(
            card, by=cast.other_collector if card.host == cast.other_agency else cast.collector,
            revision=card.revision, at=FILED, answers=ANSWERS, entries=entries,
        )  # fmt: skip
        said.append([line.result for line in sheet.build(read_again(round), at=FILED).lines if line.number == "1.1"])
    assert said == [[""], ["กรอกแล้ว 1 ใน 2 ตัวชี้วัดย่อย"], [""]]


def test_only_cards_that_open_for_the_looker_are_links(round, cast, as_user):
    """An agency sees the whole table of its round, and opens its own cards; the party's office opens them all."""
    own = {card.indicator.name for card in round.reports.filter(host=cast.agency)}
    address = f"/reporting/rounds/{round.pk}/"

    def linked(person):
        table = as_user(person).get(address).context["sheet"]
        return {line.name for line in table.lines if line.href}

    assert linked(cast.collector) == own
    assert linked(cast.coordinator) == {card.indicator.name for card in round.reports.all()} > own
    assert linked(cast.evaluator) == set(), "OPDC opens what the province accepted, and that is nothing yet"
