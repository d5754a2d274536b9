"""Many at one box, one number, one place: real transactions, real locks."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from agreements import form_actions, testing
from agreements.form_actions import Clash, Edit
from agreements.models import Indicator
from kpiportal.models import AuditEvent
from kpiportal.testing.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
AT = testing.AUTUMN
PEOPLE = 6


def together(deed):
    """The action by PEOPLE threads at once, each with its number; what each got or raised."""
    start, results = threading.Barrier(PEOPLE), [None] * PEOPLE

    def run(n):
        try:
            start.wait()
            results[n] = deed(n)
        except Exception as error:  # noqa: BLE001 -- looked at below
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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

    results = together(deed)
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

    assert not [result for result in together(deed) if isinstance(result, Exception)]
    row = Indicator.objects.get(pk=first.pk)
    assert [getattr(row, name) for name in boxes] == [f"ใหม่ {n}" for n in range(PEOPLE)]
    assert row.revision == PEOPLE


def test_rows_added_at_once_get_numbers_and_places_of_their_own(cast, first):
    def deed(n):
        return form_actions.add_blank(
            first.agreement, dimension=first.dimension, parent=None, name="", by=cast.coordinator, at=AT
        )

    made = together(deed)
    assert sorted(row.number for row in made) == ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]
    assert len({row.order for row in made}) == PEOPLE
