"""Three provinces, five agencies and three rounds that fall close together, lived through day by day."""

import datetime as dt

import pytest

from benchmarks import reminder_year


@pytest.mark.django_db
def test_every_message_that_should_exist_and_no_other():
    """Over Songkran and weekends, from 5 April to 9 May 2570."""
    last_days = (dt.date(2027, 4, 12), dt.date(2027, 4, 19), dt.date(2027, 4, 24))
    should, there = reminder_year.compare(3, 5, last_days, first=dt.date(2027, 4, 5), days=35)
    assert (should - there, there - should) == (set(), set())
    assert len(should) > 200
