"""Nothing a caller sends begins a line of its own in the server's log (ASVS 16.4.1)."""

from __future__ import annotations

import logging
import sys

import pytest
from django.conf import settings

from kpiportal.loglines import OneLine

FORGED = "x\r\n2026-11-20 09:00:00 WARNING kpiportal ผู้ดูแลระบบเข้าสู่ระบบ"
SIGNS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[31m", "\x85", "\u2028", "\u2029", "\u202e", "\x00"]


@pytest.fixture
def written():
    """`written(message, *arguments)` is what the portal's own handler would write of it."""
    style = settings.LOGGING["formatters"]["line"]
    assert style["()"] == "kpiportal.loglines.OneLine"
    formatter = OneLine(style["format"])

    def format(message, *arguments, exc_info=None):
        return formatter.format(logging.LogRecord("portal", logging.WARNING, "", 0, message, arguments, exc_info))

    return format


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_that_ends_or_turns_a_line_is_written_out(written, sign):
    line = written("no such row: %s", f"ก{sign}ข")
    assert len(line.splitlines()) == 1
    assert sign not in line
    assert line.endswith(f"no such row: ก{sign.encode('unicode_escape').decode()}ข")


def test_thai_and_tabs_stay_as_they_are(written):
    assert written("รายงาน\tที่ %s", "ผู้ว่าฯ").endswith("WARNING portal รายงาน\tที่ ผู้ว่าฯ")


def test_an_exception_cannot_forge_a_line(written):
    try:
        raise ValueError(FORGED)
    except ValueError:
        lines = written("broken", exc_info=sys.exc_info()).split("\n")
    assert lines[0].endswith("WARNING portal broken")
    assert all(line.startswith("    ") for line in lines[1:])
    assert "\r" not in "".join(lines)


def test_a_traceback_tells_no_values_of_a_row(written):
    try:
        raise ValueError("duplicate key\nDETAIL:  Key (email)=(somsri@example.go.th) already exists.")
    except ValueError:
        lines = written("broken", exc_info=sys.exc_info())
    assert lines.endswith("ValueError: duplicate key\n    DETAIL: (left out)")


def test_an_address_with_a_line_break_is_one_line_of_the_log(client, written, caplog):
    with caplog.at_level("WARNING"):
        client.get("/agreements/%0d%0a2026-11-20 09:00:00 WARNING kpiportal forged/")
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert len(OneLine("%(message)s").format(record).splitlines()) == 1
