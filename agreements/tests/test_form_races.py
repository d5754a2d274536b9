"""Many at one box, one number, one place: real transactions, real locks."""

from decimal import Decimal
from functools import partial

import pytest

from agreements import form_actions, testing
from agreements.form_actions import Clash, Edit
from agreements.models import Indicator
from kpiportal.models import AuditEvent
from kpiportal.testing.people import make_cast
from kpiportal.testing.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
AT = testing.AUTUMN
PEOPLE = 6


def all_at_once(deed):
    """The action by PEOPLE at the same moment, each with its number; what each got or raised."""
    return together(*(partial(deed, n) for n in range(PEOPLE)))


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def first(cast):
    return testing.make_draft(cast).indicators.get(number="1.1")


def test_of_many_at_one_box_one_is_kept_and_the_others_are_told(cast, first):
    def deed(n):
        edit = {"weight": Edit(Decimal(60), Decimal(n + 1))}
        return form_actions.edit_indicator(first, edit, by=cast.coordinator, at=AT)

    results = all_at_once(deed)
    clashes = [result for result in results if isinstance(result, Clash)]
    assert len(clashes) == PEOPLE - 1
    kept = Indicator.objects.get(pk=first.pk).weight
    assert {clash.stored["weight"] for clash in clashes} == {kept}
    assert AuditEvent.objects.filter(verb="agreements.edit_indicator").count() == 1


def test_of_many_at_different_boxes_of_one_row_all_are_kept(cast, first):
    boxes = ["unit", "name", "formula", "source", "method", "conditions"]
    stored = {name: getattr(first, name) for name in boxes}

    def deed(n):
        edit = {boxes[n]: Edit(stored[boxes[n]], f"ใหม่ {n}")}
        return form_actions.edit_indicator(first, edit, by=cast.coordinator, at=AT)

    assert not [result for result in all_at_once(deed) if isinstance(result, Exception)]
    row = Indicator.objects.get(pk=first.pk)
    assert [getattr(row, name) for name in boxes] == [f"ใหม่ {n}" for n in range(PEOPLE)]
    assert row.revision == PEOPLE


def test_rows_added_at_once_get_numbers_and_places_of_their_own(cast, first):
    def deed(n):
        return form_actions.add_blank(
            first.agreement, dimension=first.dimension, parent=None, name="", by=cast.coordinator, at=AT
        )

    made = all_at_once(deed)
    assert sorted(row.number for row in made) == ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]
    assert len({row.order for row in made}) == PEOPLE
