"""`make run` for real, with the demo loaded: start, refuse, stop, start again, be killed, lose a part."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

from kpiportal.embedded import ports

ROOT = Path(__file__).resolve().parent.parent.parent
CLEAN = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
PARTS = ("web", "worker", "beat")


class Running:
    """One `make run` in a process of its own; `var` outlives it."""

    def __init__(self, var: Path, port: int):
        self.var, self.port = var, port
        self.said = var.parent / "said.txt"
        self.process: subprocess.Popen | None = None

    def start(self) -> str:
        """Its greeting, once it has greeted."""
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kpiportal.embedded.run"],
                cwd=ROOT,
                env={**CLEAN, "PORT": str(self.port), "KPI_VAR_DIR": str(self.var)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + 240
        while "Ctrl-C" not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)
        return self.said.read_text()

    def end(self, number: signal.Signals | None = None) -> int:
        """Its exit status, after `number` was sent to it."""
        if number:
            self.process.send_signal(number)
        return self.process.wait(60)

    def pids(self) -> dict[str, int]:
        records = {name: self.var / "running" / name for name in PARTS}
        records |= {name: self.var / name / "running" for name in ("postgres", "redis")}
        return {name: int(record.read_text().split()[0]) for name, record in records.items()}

    def sql(self, statement: str):
        port = (self.var / "postgres/data/postmaster.pid").read_text().split("\n")[3]
        password = (self.var / "postgres/password").read_text()
        link = psycopg2.connect(host="127.0.0.1", port=port, user="kpi", password=password, dbname="kpi")
        with closing(link):
            link.autocommit = True
            cursor = link.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


def processes_of(var: Path) -> list[str]:
    """Command lines of every process that has `var` in its environment or arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(var).encode() in told and int(entry.name) != os.getpid():
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def wait_until_none(var: Path) -> None:
    deadline = time.monotonic() + 90
    while left := processes_of(var):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@contextmanager
def listening_elsewhere(port: int):
    with socket.create_server((ports.LOCALHOST, port)) as server:
        yield server


@pytest.mark.slow
def test_life_of_a_portal(tmp_path):
    portal = Running(tmp_path / "var", ports.free_port())
    try:
        first_life(portal)
        second_life(portal)
        third_life(portal)
    finally:
        if portal.process and portal.process.poll() is None:
            portal.process.kill()
            portal.process.wait()


def first_life(portal: Running) -> None:
    """Everything from nothing; a second run is refused; Ctrl-C leaves nothing."""
    greeting = portal.start()
    assert f"http://127.0.0.1:{portal.port}" in greeting
    assert "วันจันทร์ที่ 19 ตุลาคม 2558" in greeting
    for account in ("coordinator@", "klang@", "klang-head@", "negotiator@", "operator@"):
        assert account in greeting
    assert "Traceback" not in greeting
    with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/") as page:
        assert page.status == 200
        assert 'lang="th"' in page.read().decode()
    assert len(set(portal.pids().values())) == 5
    second = subprocess.run(
        [sys.executable, "-m", "kpiportal.embedded.run"],
        cwd=ROOT,
        env={**CLEAN, "PORT": str(ports.free_port()), "KPI_VAR_DIR": str(portal.var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"ทำงานอยู่แล้วที่ http://127.0.0.1:{portal.port}" in second.stderr
    assert "Traceback" not in second.stderr
    portal.sql("CREATE TABLE kept AS SELECT count(*) AS users FROM kpiportal_user")
    assert portal.end(signal.SIGINT) == 0
    assert "กำลังหยุดระบบ" in portal.said.read_text()
    wait_until_none(portal.var)


def second_life(portal: Running) -> None:
    """The data, the key and the clock are kept and the demo is not loaded twice; then kill -9."""
    key, clock = (portal.var / "secret-key").read_text(), (portal.var / "demo-clock").read_text()
    portal.start()
    assert (portal.var / "secret-key").read_text() == key
    assert (portal.var / "demo-clock").read_text() == clock
    assert portal.sql("SELECT users = (SELECT count(*) FROM kpiportal_user) AND users > 10 FROM kept") == [(True,)]
    assert portal.end(signal.SIGKILL) == -9
    wait_until_none(portal.var)


def third_life(portal: Running) -> None:
    """A part that dies is named with its last words, and the rest goes with it."""
    portal.start()
    os.kill(portal.pids()["worker"], signal.SIGKILL)
    assert portal.end() == 1
    said = portal.said.read_text()
    assert "ตัวทำงานเบื้องหลัง (worker) หยุดทำงานเอง (รหัส -9)" in said
    assert "worker.log" in said
    assert "Traceback" not in said
    wait_until_none(portal.var)


def test_taken_port_is_told_before_anything_starts(tmp_path):
    port = ports.free_port()
    with listening_elsewhere(port):
        told = subprocess.run(
            [sys.executable, "-m", "kpiportal.embedded.run"],
            cwd=ROOT,
            env={**CLEAN, "PORT": str(port), "KPI_VAR_DIR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 1
    assert told.stderr.startswith(f"พอร์ต {port} มีโปรแกรมอื่นใช้อยู่ ให้เลือกพอร์ตอื่น\n    make run PORT=")
    assert "Traceback" not in told.stderr
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["run.lock"]
