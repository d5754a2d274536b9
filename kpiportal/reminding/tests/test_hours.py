"""Quiet hours as the setting says them, and when they end: no database."""

import datetime as dt

import pytest

from kpiportal.checks import reminders_have_hours
from kpiportal.reminding import hours
from kpiportal.thai import BANGKOK

CLOSED = {dt.date(2015, 10, 23)}  # วันปิยมหาราช, a Friday


def moment(day, hour):
    return dt.datetime(2015, 10, day, hour, 5, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("said", "day", "hour", "quiet"),
    [("7-18", 22, 6, True), ("7-18", 22, 7, False), ("7-18", 22, 17, False), ("7-18", 22, 18, True),
     ("7-18", 23, 9, True), ("7-18", 24, 9, True), ("8 - 12", 22, 7, True), ("8 - 12", 22, 11, False)],
)  # fmt: skip
def test_when_it_is_quiet(settings, said, day, hour, quiet):
    settings.KPI_REMINDER_HOURS = said
    assert hours.is_quiet(moment(day, hour), dt.date(2015, 10, day), CLOSED) is quiet


@pytest.mark.parametrize(
    ("day", "hour", "opens"), [(22, 6, 22), (22, 7, 26), (22, 20, 26), (24, 12, 26), (25, 23, 26), (26, 6, 26)]
)
def test_when_it_ends(day, hour, opens):
    assert hours.next_opening(moment(day, hour), CLOSED) == dt.datetime(2015, 10, opens, 7, tzinfo=BANGKOK)


@pytest.mark.parametrize("said", ["", "18-7", "7-7", "7.30-18", "7-24"])
def test_hours_nobody_can_read_are_an_error(settings, said):
    settings.KPI_REMINDER_HOURS = said
    assert [found.id for found in reminders_have_hours(None)] == ["kpiportal.E005"]
