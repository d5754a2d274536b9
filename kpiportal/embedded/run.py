"""`make run`: the whole portal on this machine, from nothing to an address, and back to nothing at Ctrl-C.

Servers, then prepare.py, then web, worker and beat as children. Whatever ends this process ends all of them;
when one of them ends by itself, the rest is stopped and its last log lines are shown.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import http.client
import os
import select
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from kpiportal.embedded import ports, process, state
from kpiportal.embedded.install import ROOT, file_trouble, say, speak_utf8
from kpiportal.embedded.process import Child
from kpiportal.embedded.servers import PrivateServers
from kpiportal.embedded.trouble import Trouble
from kpiportal.thai.calendar import BANGKOK, weekday_date_text

PR_SET_PDEATHSIG = 1
WEB_PATIENCE = 60.0  # seconds until the first page must answer
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Short name (of record and log), name for people, arguments of the venv's python.
# Threads: no proxy in front takes a slow upload whole here, and a sync worker that waits for one is killed after 30 s.
WEB = (
    "web",
    "เว็บ",
    "-m gunicorn kpiportal.wsgi:application --workers 2 --worker-class gthread --threads 8"
    " --preload --no-control-socket",
)
WORKER = (
    "worker",
    "ตัวทำงานเบื้องหลัง (worker)",
    # One task at a time in one process: it can be ended at any moment and leaves nothing behind.
    "-m celery -A kpiportal.celery worker --pool solo --without-gossip --without-mingle --loglevel INFO",
)
BEAT = ("beat", "ตัวตั้งเวลา (beat)", "-m celery -A kpiportal.celery beat --loglevel INFO --pidfile=")


class Stopped(BaseException):
    """Somebody asked for the end: Ctrl-C, a closed terminal, `kill`."""


class Portal:
    """One running portal: `var` keeps its data, `port` is where the browser finds it."""

    def __init__(self, var: Path, port: int):
        self.var, self.port = var, port
        self.address = f"http://{ports.LOCALHOST}:{port}"
        self.lock = state.RunLock(var)
        self.children: list[Child] = []
        self.servers: PrivateServers | None = None

    def start(self) -> str:
        """Everything up and answering; the text that greets the user. Raises Trouble; then call `stop()`."""
        self.lock.take(self.address)
        for short, _name, _arguments in (WEB, WORKER, BEAT):
            process.stop_leftover(self._record(short))
        if not ports.is_free(self.port):
            raise Trouble(f"พอร์ต {self.port} มีโปรแกรมอื่นใช้อยู่ ให้เลือกพอร์ตอื่น\n    make run PORT={ports.free_port()}")
        first_start = not (self.var / "postgres" / "data").exists()
        self.servers = PrivateServers(self.var, self.var / "log")
        self.servers.start()
        environment = self._environment(first_start)
        say("กำลังเตรียมฐานข้อมูลและข้อมูลตัวอย่าง ..." if first_start else "กำลังเริ่มระบบ ...")
        accounts = self._prepare(environment)
        bind = ["--bind", f"{ports.LOCALHOST}:{self.port}", "--graceful-timeout", "5"]
        self._wait_for_first_page(self._launch(WEB, bind, environment))
        self._launch(WORKER, [], environment)
        self._launch(BEAT, ["--schedule", str(self.var / "beat-schedule")], environment)
        return self._greeting(accounts, int(environment["KPI_CLOCK_SHIFT_SECONDS"]))

    def watch(self) -> None:
        """Wait forever; raise Trouble when a part ends by itself, Stopped when the terminal is closed."""
        watched = terminal()
        while not is_hung_up(watched):
            for child in self._parts():
                if not child.is_alive():
                    raise Trouble(
                        f"{child.name} หยุดทำงานเอง (รหัส {child.process.returncode}) จึงหยุดทั้งระบบ "
                        f"ข้อความท้ายบันทึก {child.log}\n{process.tail(child.log)}"
                    )
            time.sleep(0.3)
        raise Stopped

    def stop(self) -> None:
        """Askers first (beat, worker, web), then what they ask: no error of a dying part in any log."""
        for child in reversed(self.children):
            child.ask_to_stop()  # all at once: each takes a moment to finish what it holds
        for child in reversed(self.children):
            child.stop()
        self.children.clear()
        if self.servers:
            self.servers.stop()
        self.lock.release()

    def _parts(self) -> list[Child]:
        return [*(self.servers.children if self.servers else []), *self.children]

    def _record(self, short: str) -> Path:
        return self.var / "running" / short

    def _environment(self, first_start: bool) -> dict[str, str]:
        """The portal's settings, all from here: a DATABASE_URL meant for server mode must not be touched."""
        assert self.servers is not None
        shift = state.clock_shift(self.var, dt.datetime.now(dt.UTC), first_start=first_start)
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kpiportal.settings.dev",
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "SECRET_KEY": state.secret_key(self.var),
            "KPI_VAR_DIR": str(self.var),
            "KPI_FILES_DIR": str(self.var / "files"),
            "KPI_DEMO": "1",
            "KPI_CLOCK_SHIFT_SECONDS": str(shift),
            "KPI_BASE_URL": self.address,
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }

    def _prepare(self, environment: dict[str, str]) -> str:
        """Migrations and demo; the table of accounts."""
        accounts = self.var / "running" / "accounts.txt"
        work = ("prepare", "การเตรียมข้อมูล", "-m kpiportal.embedded.prepare")
        child = self._launch(work, [str(accounts)], environment)
        while child.is_alive():
            time.sleep(0.05)
        self.children.remove(child)
        child.stop()
        if child.process.returncode:
            raise Trouble(f"เตรียมข้อมูลไม่สำเร็จ ข้อความท้ายบันทึก {child.log}\n{process.tail(child.log)}")
        table = accounts.read_text(encoding="utf-8")
        accounts.unlink()
        return table

    def _launch(self, program: tuple[str, str, str], more: list[str], environment: dict[str, str]) -> Child:
        short, name, arguments = program
        child = process.start(
            name,
            [sys.executable, *arguments.split(), *more],
            log=self.var / "log" / f"{short}.log",
            record=self._record(short),
            env=environment,
            cwd=ROOT,
        )
        self.children.append(child)
        return child

    def _wait_for_first_page(self, web: Child) -> None:
        """An answer below 500 within WEB_PATIENCE; a portal whose first page fails has not started."""
        deadline = time.monotonic() + WEB_PATIENCE
        while web.is_alive() and time.monotonic() < deadline:
            status = first_page_status(self.port)
            if status and status < 500:
                return
            if status:
                break
            time.sleep(0.1)
        raise Trouble(f"หน้าแรกของระบบไม่ตอบ ข้อความท้ายบันทึก {web.log}\n{process.tail(web.log)}")

    def _greeting(self, accounts: str, shift: int) -> str:
        today = weekday_date_text(dt.datetime.now(BANGKOK) + dt.timedelta(seconds=shift))
        mail = (
            f"ส่งอีเมลผ่าน {urlsplit(os.environ['EMAIL_URL']).hostname}"
            if os.environ.get("EMAIL_URL")
            else (f"อีเมลที่ระบบส่งเก็บเป็นแฟ้มใน {self.var / 'mail'} ไม่ออกนอกเครื่อง")
        )
        return (
            f"\n{accounts.rstrip()}\n\nเปิดใช้งานที่  {self.address}\n"
            f"วันนี้ในระบบสาธิตคือ{today}\n{mail}\nบันทึกการทำงานอยู่ใน {self.var / 'log'}  กด Ctrl-C เพื่อหยุด\n"
        )


def first_page_status(port: int) -> int | None:
    """The HTTP status of `/`; None while nobody answers."""
    link = http.client.HTTPConnection(ports.LOCALHOST, port, timeout=20)
    try:
        link.request("GET", "/")
        return link.getresponse().status
    except OSError:
        return None
    finally:
        link.close()


def chosen_port() -> int:
    """PORT of the environment, 8000 without it. Raises Trouble for what is no port this user may open."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT ต้องเป็นเลข 1 ถึง 65535 ไม่ใช่ {text}\n    make run PORT=8000")
    return int(text)


def terminal() -> select.poll | None:
    """A watch on the terminal we were started from; None when there is none (nohup, a service, a test)."""
    if not os.isatty(0):
        return None
    watched = select.poll()
    watched.register(0, 0)
    return watched


def is_hung_up(watched: select.poll | None) -> bool:
    """Whether the terminal is closed. Its signal reaches only make, which passes it on to nobody."""
    return watched is not None and any(event & select.POLLHUP for _, event in watched.poll(0))


def end_with_make() -> None:
    """Started by make, end when make is killed: it could not pass Ctrl-C on any more."""
    if os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stopped(_number: int, _frame: object) -> None:
    for ending in ENDINGS:
        signal.signal(ending, lambda _number, _frame: None)  # one asking is enough: the stop must not be torn
    raise Stopped


def main() -> int:
    """Exit status: 0 stopped by request, 1 trouble (told on stderr)."""
    speak_utf8()
    for ending in ENDINGS:
        signal.signal(ending, _stopped)
    end_with_make()
    portal = None
    try:
        portal = Portal(Path(os.environ.get("KPI_VAR_DIR") or ROOT / "var").resolve(), chosen_port())
        say(portal.start())
        portal.watch()
    except Stopped:
        with contextlib.suppress(OSError):  # the terminal may be gone
            say("\nกำลังหยุดระบบ ...")
    except (Trouble, OSError) as trouble:
        sentence = str(trouble) if isinstance(trouble, Trouble) else file_trouble(trouble)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1
    finally:
        if portal:
            portal.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
