"""Working days and the newest step reached: typed by hand from a calendar of October 2558."""

import datetime as dt

import pytest

from kpiportal.reminders import latest_step, working_days_between

DUE = dt.date(2015, 10, 26)  # Monday


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2015-10-19", "2015-10-26", 5),
        ("2015-10-26", "2015-10-26", 0),
        ("2015-10-23", "2015-10-26", 1),
        ("2015-10-24", "2015-10-26", 1),
        ("2015-10-26", "2015-10-27", 1),
        ("2015-10-27", "2015-10-26", -1),
        ("2015-11-02", "2015-10-26", -5),
    ],
)
def test_working_days(start, end, days):
    assert working_days_between(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == days


def test_a_holiday_is_no_working_day():
    chulalongkorn = dt.date(2015, 10, 23)
    assert working_days_between(dt.date(2015, 10, 19), DUE, {chulalongkorn}) == 4


@pytest.mark.parametrize(
    ("on", "step"),
    [
        ("2015-10-05", None),
        ("2015-10-06", 14),
        ("2015-10-14", 14),
        ("2015-10-15", 7),
        ("2015-10-20", 7),
        ("2015-10-21", 3),
        ("2015-10-23", 1),
        ("2015-10-25", 1),
        ("2015-10-26", 0),
        ("2015-10-27", -1),
        ("2015-10-29", -3),
        ("2015-11-04", -7),
        ("2016-02-01", -7),
    ],
)
def test_the_newest_step_reached(on, step):
    assert latest_step(dt.date.fromisoformat(on), DUE) == step


def test_due_on_friday_is_overdue_on_saturday():
    assert latest_step(dt.date(2015, 10, 24), dt.date(2015, 10, 23)) == -1
