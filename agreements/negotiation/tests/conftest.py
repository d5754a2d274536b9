"""An open table of four indicators, and the two people who speak for its sides."""

import pytest

from agreements import actions, testing
from agreements.models import Line


@pytest.fixture
def agreement(cast):
    draft = testing.make_draft(cast)
    draft = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    return actions.open_table(draft, by=cast.negotiator, revision=1, at=testing.AUTUMN)


@pytest.fixture
def table(agreement):
    return agreement.table


@pytest.fixture
def line(table):
    """Indicator 1.1 (ร้อยละ, 70 75 80 85 90, target 80, weight 60), as an action takes it."""
    return fresh_line(table, "1.1")


def fresh_line(table, number):
    lines = Line.objects.select_related("table__agreement", "indicator__criteria", "indicator__parent__criteria")
    return lines.get(table=table, indicator__number=number)
