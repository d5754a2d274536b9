"""A portal to measure: private servers that write to the disk as in production, gunicorn, and nothing else."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import string
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from benchmarks.load import HOST, Request, ask
from benchmarks.prepare import Plan
from kpiportal.embedded import ports, process
from kpiportal.embedded.install import ROOT
from kpiportal.embedded.process import Child
from kpiportal.embedded.servers import PrivateServers
from kpiportal.embedded.trouble import Trouble

FOLDER = ROOT / "var" / "benchmarks"
HOST_NAME = "portal.example"
# What the proxy in front passes on: TLS ended there.
FROM_PROXY = {"Host": HOST_NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.10"}
# As in production (deploy/): sync workers, one per core of the machine the goals were measured on.
WEB = "-m gunicorn benchmarks.wsgi:application --preload --no-control-socket --log-level warning"


class Portal:
    """`with Portal() as portal:` measured trees are `portal.roots`, the data is `portal.plan`; all is removed after.

    The stores are durable ones (fsync on) in a folder of their own on the project's disk. Raises Trouble.
    """

    def __init__(
        self,
        folder: Path = FOLDER,
        *,
        workers: int = 2,
        cards: int = 60,
        filers: int = 0,
        sheets: int = 0,
        watchers: int = 0,
    ):
        self.folder, self.workers = folder, workers
        # Cards not begun and more people to file them; more tables and people to look at them.
        self.sizes = [str(size) for size in (cards, filers, sheets, watchers)]
        self.port = 0
        self.environment: dict[str, str] = {}  # of a process that is to work on the same data
        self.web: Child | None = None
        self.servers: PrivateServers | None = None
        self._claim: IO[str] | None = None

    def __enter__(self) -> Portal:
        try:
            return self._start()
        except BaseException:
            self._stop()
            raise

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def roots(self) -> list[int]:
        """Process ids of gunicorn, PostgreSQL and Redis; their children count with them."""
        children = [*(self.servers.children if self.servers else []), *([self.web] if self.web else [])]
        return [child.process.pid for child in children]

    @property
    def evidence(self) -> bytes:
        return Path(self.plan.evidence).read_bytes()

    def get(self, page: str, person: str) -> Request:
        return Request(self.plan.pages[page], headers=self._headers(person))

    def get_path(self, path: str, person: str, *, expect: int = 200) -> Request:
        return Request(path, headers=self._headers(person), expect=expect)

    def post(
        self, path: str, person: str, fields: Mapping[str, str], file: bytes | None = None, *, script: bool = False
    ) -> Request:
        """A form as a browser sends it: answered by a redirect when it is done, or, to a `script`, by 200."""
        if file is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        else:
            kind, body = multipart(fields, file)
        secret = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
        headers = self._headers(person, {self.plan.csrf_cookie_name: secret})
        headers |= {"Content-Type": kind, "X-CSRFToken": secret, "Referer": f"https://{HOST_NAME}/"}
        if script:
            headers["X-Table"] = "1"
        return Request(path, headers=headers, method="POST", body=body, expect=200 if script else 302)

    def _headers(self, person: str, cookies: Mapping[str, str] | None = None) -> dict[str, str]:
        sent = {self.plan.cookie_name: self.plan.cookies[person], **(cookies or {})}
        return {**FROM_PROXY, "Cookie": "; ".join(f"{name}={value}" for name, value in sent.items())}

    def _start(self) -> Portal:
        self._claim = _claim(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.servers = PrivateServers(self.folder, self.folder / "log")
        self.servers.start()
        self.environment = self._environment()
        self.plan = self._prepare(self.environment)
        self.port = ports.start_on_free_port(lambda port: self._launch(port, self.environment), _answers)
        return self

    def launch_again(self) -> None:
        """The web server that died, on its own port."""
        self._launch(self.port, self.environment)

    def _stop(self) -> None:
        if self.web:
            self.web.stop()
        if self.servers:
            self.servers.stop()
        self.web = self.servers = None
        if self._claim:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._claim.close()

    def _environment(self) -> dict[str, str]:
        assert self.servers is not None
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "KPI_VAR_DIR": str(self.folder),
            "KPI_FILES_DIR": str(self.folder / "files"),
            "ALLOWED_HOSTS": HOST_NAME,
            "KPI_BASE_URL": f"https://{HOST_NAME}",
            "KPI_BEHIND_PROXY": "1",
            "KPI_TRUSTED_PROXIES": HOST,
            "KPI_DEMO": "0",
            "KPI_CLOCK_SHIFT_SECONDS": "0",
        }

    def _prepare(self, environment: Mapping[str, str]) -> Plan:
        plan = self.folder / "plan.json"
        command = [sys.executable, "-m", "benchmarks.prepare", str(plan), *self.sizes]
        done = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Trouble(f"the data could not be built\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        facts: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
        return Plan(**facts)

    def _launch(self, port: int, environment: Mapping[str, str]) -> Child:
        self.web = process.start(
            "gunicorn",
            [sys.executable, *WEB.split(), "--workers", str(self.workers), "--bind", f"{ports.LOCALHOST}:{port}"],
            log=self.folder / "log" / "web.log",
            record=self.folder / "running-web",
            env=environment,
            cwd=ROOT,
        )
        return self.web


def _answers(port: int) -> bool:
    try:
        ask(port, Request("/healthz/live", headers=FROM_PROXY))
    except (OSError, Trouble):
        return False
    return True


def _claim(folder: Path) -> IO[str]:
    """Two benchmarks at once would measure each other."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    file = folder.with_suffix(".lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Trouble("another benchmark runs in this checkout; wait until it has ended") from None
    return file


def multipart(fields: Mapping[str, str], file: bytes, name: str = "evidence.pdf") -> tuple[str, bytes]:
    """(Content-Type, body) of a form with one PDF in the field `file`."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    parts += [head.encode(), b"Content-Type: application/pdf\r\n\r\n", file, f"\r\n--{boundary}--\r\n".encode()]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)
