"""The one clock: Bangkok time, shifted for the demo only."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured

from kpiportal import checks, clock, demo
from kpiportal.templatetags.devices import portal_time


def test_now_is_bangkok_time():
    with time_machine.travel(datetime(2015, 9, 30, 17, 0, tzinfo=UTC), tick=False):
        assert clock.now().isoformat() == "2015-10-01T00:00:00+07:00"
        assert clock.today() == date(2015, 10, 1)


def test_the_last_moment_of_a_day():
    with time_machine.travel(datetime(2015, 9, 30, 16, 59, 59, 999000, tzinfo=UTC), tick=False):
        assert clock.today() == date(2015, 9, 30)


@pytest.mark.parametrize(
    ("value", "seconds"), [("", 0), ("0", 0), (" 86400 ", 86400), ("-350000000", -350000000), (None, 0)]
)
def test_shift_is_read_from_the_environment(value, seconds):
    environ = {} if value is None else {"KPI_CLOCK_SHIFT_SECONDS": value}
    assert clock.read_shift(environ) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["1.5", "tomorrow", "1e3", "9" * 30])
def test_a_bad_shift_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="KPI_CLOCK_SHIFT_SECONDS must be a whole number of seconds"):
        clock.read_shift({"KPI_CLOCK_SHIFT_SECONDS": value})


def test_a_new_process_starts_shifted():
    program = (
        "from datetime import datetime; from kpiportal import clock;"
        "print(round((clock.now() - datetime.now(clock.BANGKOK)).total_seconds()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(clock.__file__).parent.parent,
        env={"KPI_CLOCK_SHIFT_SECONDS": "-864000"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "-864000\n"


def test_there_is_no_setter():
    changers = [name for name in vars(clock) if name.startswith(("set_", "travel", "freeze"))]
    assert changers == []


@pytest.mark.parametrize(
    ("seconds", "demo", "ids"),
    [
        (0, False, []),
        (0, True, []),
        (-1, True, []),
        (-1, False, ["kpiportal.E001"]),
        (3600, False, ["kpiportal.E001"]),
    ],
)
def test_check_refuses_a_shift_outside_the_demo(monkeypatch, seconds, demo, ids):
    monkeypatch.setattr(clock, "_SHIFT", timedelta(seconds=seconds))
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DEMO=demo))
    assert [problem.id for problem in checks.clock_shifts_only_in_the_demo(None)] == ids
    assert all(problem.is_serious() for problem in checks.clock_shifts_only_in_the_demo(None))


def test_the_check_is_among_those_django_runs():
    assert checks.clock_shifts_only_in_the_demo in registry.get_checks()


def test_check_holds_when_the_setting_is_missing(monkeypatch):
    monkeypatch.setattr(clock, "_SHIFT", timedelta(seconds=5))
    monkeypatch.setattr(checks, "settings", SimpleNamespace())
    assert [problem.id for problem in checks.clock_shifts_only_in_the_demo(None)] == ["kpiportal.E001"]


def test_the_people_of_the_demo_last_came_in_its_own_october(cast, monkeypatch):
    monkeypatch.setattr(clock, "_SHIFT", timedelta(days=-4000))
    demo.settle_in()
    cast.collector.refresh_from_db()
    assert portal_time(cast.collector.last_login).isoformat() == "2015-10-12T09:00:00+07:00"
