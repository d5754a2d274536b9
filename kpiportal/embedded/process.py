"""Children that never outlive their parent, and the leftovers of a parent that was killed.

Every child starts in a session of its own, so Ctrl-C in the terminal reaches only the parent, which stops
them in order. When the parent dies without a word (kill -9), the kernel sends each child its stop signal.
A record of pid and start time is kept as well: what still runs at the next start is found and stopped, and a
number that the machine has since given to some other program is left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpiportal.embedded.trouble import Trouble

LOG_KEPT = 5 * 2**20  # bytes; a longer log is set aside at the next start, one generation


@dataclass
class Child:
    """A running child: `name` is for people, `log` is where it writes, `record` finds it after a crash."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    record: Path
    stop_signal: signal.Signals
    asked: bool = False

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_alive() and not self.asked:
            self.asked = True
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 10.0) -> None:
        """Ask it to end, wait `patience` seconds, then end its whole session by force."""
        if self.is_alive():
            self.ask_to_stop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.record.unlink(missing_ok=True)


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    record: Path,
    env: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    privileges: Sequence[str] = (),
    cwd: Path | str = "/",
) -> Child:
    """Start `command` and note it in `record`; `privileges` are setpriv's options to run as someone else."""
    log.parent.mkdir(parents=True, exist_ok=True)
    record.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_KEPT:
        log.replace(log.with_suffix(".old"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                _setpriv(),
                "--pdeathsig",
                stop_signal.name.removeprefix("SIG"),
                *privileges,
                "--",
                *map(str, command),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    record.write_text(f"{process.pid} {_start_time(process.pid)} {int(stop_signal)}\n")
    return Child(name, process, log, record, stop_signal)


def stop_leftover(record: Path, patience: float = 15.0) -> None:
    """Stop the process noted in `record` if that very process still runs, and forget the record."""
    try:
        pid, born, stop_signal = (int(word) for word in record.read_text().split())
    except (FileNotFoundError, ValueError):
        record.unlink(missing_ok=True)
        return
    end_by_force = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        if _is_running(pid, born):
            os.kill(pid, stop_signal)
        while _is_running(pid, born):
            if time.monotonic() > end_by_force:
                os.killpg(pid, signal.SIGKILL)
            time.sleep(0.05)
    record.unlink(missing_ok=True)


def tail(log: Path, lines: int = 15) -> str:
    """The last `lines` lines of a log, indented, for showing under a sentence; empty when there is no log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode("utf-8", errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _setpriv() -> str:
    found = shutil.which("setpriv")
    if not found:
        raise Trouble("ไม่พบโปรแกรม setpriv ซึ่งอยู่ในแพ็กเกจ util-linux ของระบบ\n    apt-get install -y util-linux")
    return found


def _start_time(pid: int) -> int:
    """Clock ticks from boot to the start of `pid`; 0 when it is gone or a zombie waiting to be collected."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])


def _is_running(pid: int, born: int) -> bool:
    return born != 0 and _start_time(pid) == born
