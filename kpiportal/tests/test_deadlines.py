"""The deadline and year edges (QUALITY.md R6, 3.4): one table, run with the host in UTC and in Bangkok."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from django.db.models import DateTimeField, Value
from hypothesis import given
from hypothesis import strategies as st

from kpiportal import clock
from kpiportal.dates import InvalidDate, parse_be_date
from kpiportal.deadlines import (
    days_late,
    days_left,
    due_instant,
    due_text,
    gives_more_time,
    in_time,
    last_day,
    rows_in_time,
)
from kpiportal.models import Organization
from kpiportal.thai import fiscal_year


@pytest.fixture(params=["UTC", "Asia/Bangkok"])
def host(request, monkeypatch):
    """The machine's own time zone, really changed for this process and put back after."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_host_zone_is_really_changed(host):
    """Positive control: at 17:00 UTC the naive local day differs between the two hosts."""
    local = time.localtime(datetime(2015, 9, 30, 17, 0, tzinfo=UTC).timestamp())
    assert (local.tm_mon, local.tm_mday) == {"UTC": (9, 30), "Asia/Bangkok": (10, 1)}[host]


BANGKOK = timezone(timedelta(hours=7))  # typed here, not taken from the code under test
TOKYO = timezone(timedelta(hours=9))


def bkk(*fields):
    return datetime(*fields, tzinfo=BANGKOK)


def utc(*fields):
    return datetime(*fields, tzinfo=UTC)


def today_at(moment):
    with time_machine.travel(moment, tick=False):
        return clock.today()


def typed(text):
    """The date read, or the code of the refusal."""
    try:
        return parse_be_date(text)
    except InvalidDate as refusal:
        return refusal.code


OCT_26 = utc(2015, 10, 26, 17)  # due: "by 26 October 2558"
SEP_30 = utc(2015, 9, 30, 17)
OCT_1 = utc(2015, 10, 1, 17)
FEB_28 = utc(2024, 2, 28, 17)
FEB_29 = utc(2024, 2, 29, 17)
DEC_31 = utc(2015, 12, 31, 17)
HALF_PAST_FOUR = bkk(2015, 10, 26, 16, 30)  # a due moment inside a day
MICRO = 999999

R6 = [
    # due_instant: the next day's first moment in Bangkok
    (due_instant, [date(2015, 10, 26)], OCT_26),
    (due_instant, [date(2015, 9, 30)], SEP_30),
    (due_instant, [date(2024, 2, 28)], FEB_28),
    (due_instant, [date(2024, 2, 29)], FEB_29),
    (due_instant, [date(2015, 2, 28)], utc(2015, 2, 28, 17)),
    (due_instant, [date(2015, 12, 31)], DEC_31),
    # in_time: half-open, in any zone
    (in_time, [bkk(2015, 10, 26, 0, 0), OCT_26], True),
    (in_time, [bkk(2015, 10, 26, 23, 59, 59), OCT_26], True),
    (in_time, [bkk(2015, 10, 26, 23, 59, 59, 500000), OCT_26], True),
    (in_time, [bkk(2015, 10, 26, 23, 59, 59, MICRO), OCT_26], True),
    (in_time, [bkk(2015, 10, 27, 0, 0, 0), OCT_26], False),
    (in_time, [bkk(2015, 10, 27, 0, 0, 0, 1), OCT_26], False),
    (in_time, [utc(2015, 10, 26, 16, 59, 59, MICRO), OCT_26], True),
    (in_time, [utc(2015, 10, 26, 17, 0, 0), OCT_26], False),
    (in_time, [utc(2015, 10, 26, 23, 59, 59), OCT_26], False),
    (in_time, [datetime(2015, 10, 27, 1, 59, 59, MICRO, tzinfo=TOKYO), OCT_26], True),
    (in_time, [datetime(2015, 10, 27, 2, 0, tzinfo=TOKYO), OCT_26], False),
    (in_time, [bkk(2015, 10, 26, 23, 59, 59, MICRO), bkk(2015, 10, 27)], True),
    (in_time, [bkk(2015, 10, 27), bkk(2015, 10, 27)], False),
    (in_time, [bkk(2015, 10, 26, 23, 59, 58), OCT_26], True),  # the submit request arrives
    (in_time, [bkk(2015, 10, 27, 0, 0, 30), OCT_26], False),  # an upload would have ended
    (in_time, [bkk(2015, 10, 25, 23, 59), OCT_26], True),  # a client clock a day slow changes nothing
    (in_time, [bkk(2015, 10, 26, 16, 29, 59, MICRO), HALF_PAST_FOUR], True),
    (in_time, [bkk(2015, 10, 26, 16, 30), HALF_PAST_FOUR], False),
    (in_time, [utc(2015, 9, 30, 16, 59, 59, MICRO), SEP_30], True),
    (in_time, [utc(2015, 9, 30, 17, 0), SEP_30], False),
    (in_time, [bkk(2015, 10, 1, 0, 0), OCT_1], True),
    (in_time, [bkk(2024, 2, 29, 0, 0), FEB_28], False),
    (in_time, [bkk(2024, 2, 29, 23, 59, 59, MICRO), FEB_29], True),
    (in_time, [bkk(2024, 3, 1, 0, 0), FEB_29], False),
    (in_time, [utc(2015, 12, 31, 16, 59, 59, MICRO), DEC_31], True),
    (in_time, [utc(2015, 12, 31, 17, 0), DEC_31], False),
    # the leap second of 30 June 2015, 23:59:60 UTC, falls at 07:00 in Bangkok and moves no edge
    (in_time, [utc(2015, 6, 30, 23, 59, 59, MICRO), utc(2015, 7, 1, 17)], True),
    (in_time, [utc(2015, 7, 1, 16, 59, 59, MICRO), utc(2015, 7, 1, 17)], True),
    (in_time, [utc(2015, 7, 1, 17, 0), utc(2015, 7, 1, 17)], False),
    # last_day: the inverse
    (last_day, [OCT_26], date(2015, 10, 26)),
    (last_day, [bkk(2015, 10, 27)], date(2015, 10, 26)),
    (last_day, [utc(2015, 10, 26, 17, 0, 0, 1)], date(2015, 10, 27)),
    (last_day, [HALF_PAST_FOUR], date(2015, 10, 26)),
    (last_day, [SEP_30], date(2015, 9, 30)),
    (last_day, [FEB_29], date(2024, 2, 29)),
    (last_day, [DEC_31], date(2015, 12, 31)),
    # days_left
    (days_left, [date(2015, 10, 16), OCT_26], 10),
    (days_left, [date(2015, 10, 25), OCT_26], 1),
    (days_left, [date(2015, 10, 26), OCT_26], 0),
    (days_left, [date(2015, 10, 27), OCT_26], 0),
    (days_left, [bkk(2015, 10, 25, 23, 59, 59, MICRO), OCT_26], 1),
    (days_left, [utc(2015, 10, 25, 16, 59, 59), OCT_26], 1),
    (days_left, [utc(2015, 10, 25, 17, 0), OCT_26], 0),
    (days_left, [bkk(2015, 10, 26, 23, 59, 59, MICRO), OCT_26], 0),
    (days_left, [utc(2015, 9, 30, 16, 59, 59), OCT_1], 1),
    (days_left, [utc(2015, 9, 30, 17, 0), OCT_1], 0),
    (days_left, [date(2024, 2, 28), utc(2024, 3, 1, 17)], 2),
    (days_left, [date(2015, 2, 28), utc(2015, 3, 1, 17)], 1),
    # days_late
    (days_late, [date(2015, 10, 26), OCT_26], 0),
    (days_late, [date(2015, 10, 27), OCT_26], 1),
    (days_late, [date(2015, 11, 2), OCT_26], 7),
    (days_late, [bkk(2015, 10, 26, 23, 59, 59, MICRO), OCT_26], 0),
    (days_late, [bkk(2015, 10, 27, 0, 0), OCT_26], 1),
    (days_late, [utc(2015, 10, 26, 17, 0), OCT_26], 1),
    (days_late, [utc(2015, 10, 27, 16, 59, 59), OCT_26], 1),
    (days_late, [utc(2015, 10, 27, 17, 0), OCT_26], 2),
    (days_late, [bkk(2015, 10, 26, 17, 0), HALF_PAST_FOUR], 1),
    (days_late, [bkk(2024, 3, 1, 0, 0), FEB_28], 2),
    (days_late, [bkk(2015, 3, 1, 0, 0), utc(2015, 2, 28, 17)], 1),
    # due_text
    (due_text, [OCT_26], "26 ต.ค. 2558 เวลา 23.59 น."),
    (due_text, [SEP_30], "30 ก.ย. 2558 เวลา 23.59 น."),
    (due_text, [FEB_29], "29 ก.พ. 2567 เวลา 23.59 น."),
    (due_text, [DEC_31], "31 ธ.ค. 2558 เวลา 23.59 น."),
    (due_text, [HALF_PAST_FOUR], "26 ต.ค. 2558 เวลา 16.30 น."),
    # the fiscal year turns at 17:00 UTC on 30 September
    (fiscal_year, [date(2014, 9, 30)], 2557),
    (fiscal_year, [date(2014, 10, 1)], 2558),
    (fiscal_year, [date(2015, 9, 30)], 2558),
    (fiscal_year, [date(2015, 10, 1)], 2559),
    (fiscal_year, [utc(2015, 9, 30, 16, 59, 59, MICRO)], 2558),
    (fiscal_year, [utc(2015, 9, 30, 17, 0)], 2559),
    (fiscal_year, [bkk(2015, 9, 30, 23, 59, 59, MICRO)], 2558),
    (fiscal_year, [bkk(2015, 10, 1, 0, 0)], 2559),
    (fiscal_year, [utc(2015, 12, 31, 17, 0)], 2559),
    (fiscal_year, [bkk(2024, 2, 29, 12, 0)], 2567),
    # the clock's day
    (today_at, [utc(2015, 9, 30, 16, 59, 59)], date(2015, 9, 30)),
    (today_at, [utc(2015, 9, 30, 17, 0)], date(2015, 10, 1)),
    (today_at, [utc(2015, 9, 30, 23, 59, 59)], date(2015, 10, 1)),
    (today_at, [utc(2024, 2, 28, 17, 0)], date(2024, 2, 29)),
    (today_at, [utc(2024, 2, 29, 17, 0)], date(2024, 3, 1)),
    (today_at, [utc(2015, 12, 31, 17, 0)], date(2016, 1, 1)),
    # what people type: BE, CE, two digits, Thai digits, leap days
    (typed, ["26/10/2558"], date(2015, 10, 26)),
    (typed, ["๒๖ ต.ค. ๒๕๕๘"], date(2015, 10, 26)),
    (typed, ["2015-10-26"], date(2015, 10, 26)),
    (typed, ["26/10/2015"], "ce_year"),
    (typed, ["2558-10-26"], "be_in_iso"),
    (typed, ["26/10/58"], "year_digits"),
    (typed, ["๒๖/๑๐/๑๕"], "year_digits"),
    (typed, ["29/2/2567"], date(2024, 2, 29)),
    (typed, ["๒๙ กุมภาพันธ์ ๒๕๕๙"], date(2016, 2, 29)),
    (typed, ["29/2/2568"], "day"),
    (typed, ["29/2/2543"], date(2000, 2, 29)),
    (typed, ["29/2/2643"], "day"),
    (typed, ["29/2/2024"], "ce_year"),
    (typed, ["30/9/2558"], date(2015, 9, 30)),
    (typed, ["31/9/2558"], "day"),
]


def test_the_table_is_as_long_as_the_bar_asks():
    assert len({(row[0], *row[1]) for row in R6}) >= 60


@pytest.mark.parametrize(("function", "given_values", "expected"), R6)
@pytest.mark.usefixtures("host")
def test_r6(function, given_values, expected):
    assert function(*given_values) == expected


def test_due_text_in_thai_digits():
    assert due_text(OCT_26, thai_digits=True) == "๒๖ ต.ค. ๒๕๕๘ เวลา ๒๓.๕๙ น."


NAIVE = datetime(2015, 10, 26, 12, 0)  # noqa: DTZ001 -- the naive datetime is the point


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (in_time, [NAIVE, OCT_26]),
        (in_time, [OCT_26, NAIVE]),
        (rows_in_time, [NAIVE, "due_at"]),
        (last_day, [NAIVE]),
        (days_left, [NAIVE, OCT_26]),
        (days_left, [date(2015, 10, 26), NAIVE]),
        (days_late, [NAIVE, OCT_26]),
        (days_late, [date(2015, 10, 26), NAIVE]),
        (due_text, [NAIVE]),
        (due_instant, [NAIVE]),
        (due_instant, [OCT_26]),
        (fiscal_year, [NAIVE]),
    ],
)
def test_a_naive_moment_is_refused(function, values):
    with pytest.raises(ValueError, match="naive|as a date"):
        function(*values)


@given(st.dates(date(1941, 1, 1), date(2156, 12, 31)))
def test_every_day_has_exactly_one_edge(day):
    due = due_instant(day)
    assert last_day(due) == day
    assert in_time(due - timedelta(microseconds=1), due)
    assert not in_time(due, due)
    assert (days_left(day, due), days_late(day, due)) == (0, 0)
    assert days_late(day + timedelta(days=3), due) == 3


def test_an_extension_gives_more_time_by_its_instant_not_by_its_zone():
    due = due_instant(date(2015, 10, 26))
    assert gives_more_time(due_instant(date(2015, 10, 27)), due)
    assert not gives_more_time(due, due)
    assert not gives_more_time(due.astimezone(UTC), due)
    with pytest.raises(ValueError, match="aware|naive"):
        gives_more_time(datetime(2015, 10, 28), due)  # noqa: DTZ001 -- a naive moment is what is refused


def test_the_database_sees_the_same_edge(cast):
    due = due_instant(date(2015, 10, 26))
    dated = Organization.objects.annotate(due_at=Value(due, output_field=DateTimeField()))
    for at in (due - timedelta(microseconds=1), due, due.astimezone(UTC), due + timedelta(days=1)):
        assert dated.filter(rows_in_time(at, "due_at")).exists() == in_time(at, due)
