"""What one installation keeps under var/ beside its databases: who runs it now, its key, its demo's clock."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import secrets
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kpiportal.embedded.trouble import Trouble

# The Monday after the signing meeting of the demo's letter: all of the demo year is still ahead.
DEMO_BEGINS = dt.datetime(2015, 10, 19, 9, 0, tzinfo=ZoneInfo("Asia/Bangkok"))


class RunLock:
    """One `make run` per folder: held by the kernel for as long as the process lives, however it ends."""

    def __init__(self, var: Path):
        self._path = var / "run.lock"
        self._file: IO[str] | None = None

    def take(self, address: str) -> None:
        """Raises Trouble, naming the address of the portal that already runs from this folder."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, running = file.read().strip().partition(" ")
            file.close()
            raise Trouble(
                f"ระบบจากโฟลเดอร์นี้ทำงานอยู่แล้วที่ {running} เปิดใช้ได้ทันที หรือหยุดก่อนแล้วสั่งใหม่\n    kill {pid}"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def secret_key(var: Path) -> str:
    """Made at the first start, readable by its owner only: sessions outlive a restart, no key is shipped."""
    kept = var / "secret-key"
    if not kept.exists():
        _write_private(kept, secrets.token_urlsafe(50))
    return kept.read_text().strip()


def clock_shift(var: Path, now: dt.datetime, *, first_start: bool) -> int:
    """Seconds to add to the machine's clock, stored at the first start so that the demo began on DEMO_BEGINS.

    The shift never changes afterwards: a day later it is Tuesday in the demo. `now` is aware.
    """
    kept = var / "demo-clock"
    if first_start or not kept.exists():
        _write_private(kept, str(round((DEMO_BEGINS - now).total_seconds())))
    try:
        return int(kept.read_text())
    except ValueError:
        raise Trouble(f"เนื้อหาใน {kept} ไม่ใช่จำนวนวินาที ให้ลบแล้วสั่งใหม่\n    rm {kept}") from None


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, mode 0600 from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    fresh.replace(path)
