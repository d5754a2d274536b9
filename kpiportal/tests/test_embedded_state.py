"""What one installation keeps: its lock, its key, its clock."""

import datetime as dt
import stat
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpiportal.embedded import state
from kpiportal.embedded.run import chosen_port
from kpiportal.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD_LOCK = """
import sys, time
from pathlib import Path
from kpiportal.embedded.state import RunLock
lock = RunLock(Path(sys.argv[1]))
lock.take("http://127.0.0.1:8123")
print("held", flush=True)
time.sleep(60)
"""


def test_demo_clock_begins_on_monday_19_october_2558_at_nine_in_bangkok(tmp_path):
    now = dt.datetime(2026, 11, 20, 5, 30, tzinfo=dt.UTC)
    shift = state.clock_shift(tmp_path, now, first_start=True)
    told = (now + dt.timedelta(seconds=shift)).astimezone(ZoneInfo("Asia/Bangkok"))
    assert told.isoformat() == "2015-10-19T09:00:00+07:00"
    assert told.strftime("%A") == "Monday"


def test_demo_clock_keeps_going_after_a_restart(tmp_path):
    first = dt.datetime(2026, 11, 20, 5, 30, tzinfo=dt.UTC)
    shift = state.clock_shift(tmp_path, first, first_start=True)
    assert state.clock_shift(tmp_path, first + dt.timedelta(days=3), first_start=False) == shift


def test_demo_clock_begins_again_with_a_new_database(tmp_path):
    first = dt.datetime(2026, 11, 20, 5, 30, tzinfo=dt.UTC)
    shift = state.clock_shift(tmp_path, first, first_start=True)
    later = state.clock_shift(tmp_path, first + dt.timedelta(days=3), first_start=True)
    assert shift - later == 3 * 24 * 3600


def test_damaged_demo_clock_is_named_in_a_sentence(tmp_path):
    (tmp_path / "demo-clock").write_text("yesterday")
    with pytest.raises(Trouble, match="demo-clock ไม่ใช่จำนวนวินาที"):
        state.clock_shift(tmp_path, dt.datetime(2026, 11, 20, tzinfo=dt.UTC), first_start=False)


def test_secret_key_is_made_once_and_private(tmp_path):
    key = state.secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert state.secret_key(tmp_path / "var") == key
    assert stat.S_IMODE((tmp_path / "var/secret-key").stat().st_mode) == 0o600
    assert state.secret_key(tmp_path / "other") != key


def test_second_run_in_a_folder_is_told_where_the_first_one_is(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Trouble) as trouble:
            state.RunLock(tmp_path).take("http://127.0.0.1:9000")
        assert "ทำงานอยู่แล้วที่ http://127.0.0.1:8123" in str(trouble.value)
        assert f"kill {holder.pid}" in str(trouble.value)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    lock = state.RunLock(tmp_path)
    lock.take("http://127.0.0.1:9000")  # the kernel let go of it with the killed holder
    lock.release()


@pytest.mark.parametrize(("text", "port"), [("", 8000), ("8123", 8123), (" 443 ", 443), ("65535", 65535)])
def test_port_from_the_environment(monkeypatch, text, port):
    monkeypatch.setenv("PORT", text)
    assert chosen_port() == port


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "๘๐๐๐", "8000.0"])
def test_port_that_is_none_is_refused_in_a_sentence(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Trouble, match="PORT ต้องเป็นเลข 1 ถึง 65535"):
        chosen_port()
