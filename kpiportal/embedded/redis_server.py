"""The private Redis: broker and cache. It carries only hints: a damaged store is set aside."""

from __future__ import annotations

import os
import secrets
import socket
import time
from pathlib import Path

from kpiportal.embedded import ports, process, programs
from kpiportal.embedded.process import Child
from kpiportal.embedded.runner import Runner
from kpiportal.embedded.trouble import Trouble


class Redis:
    """One Redis in `folder`, served as `runner`. `start()` sets `url` and `child`."""

    def __init__(self, folder: Path, log: Path, runner: Runner, *, durable: bool):
        self.folder, self.data, self.log = folder, folder / "data", log
        self.runner, self.durable = runner, durable
        self.child: Child | None = None
        self.url = ""

    def start(self) -> None:
        process.stop_leftover(self.folder / "running")
        program = programs.machine_redis() or programs.wheel_redis()
        if program is None:
            raise Trouble("ไม่พบโปรแกรม Redis ในเครื่องนี้ ให้ติดตั้งใหม่\n    python3 kpiportal/embedded/install.py run")
        had_data = self.data.exists() and any(self.data.iterdir())
        try:
            self._start(program)
        except Trouble:
            if not had_data:
                raise
            # Written by a newer Redis, or damaged: the database knows everything that matters, start empty.
            self.data.rename(self.folder / f"data.set-aside-{time.time():.0f}")
            self._start(program)

    def _start(self, program: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.runner.own(self.data)
        password = secrets.token_urlsafe(24)
        configuration = self.folder / "redis.conf"

        def launch(port: int) -> Child:
            self._configure(configuration, port, password)
            self.child = process.start(
                "Redis",
                [program, configuration],
                log=self.log,
                record=self.folder / "running",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                privileges=self.runner.privileges(configuration, program),
            )
            return self.child

        port = ports.start_on_free_port(launch, lambda port: _answers(port, password))
        self.url = f"redis://:{password}@{ports.LOCALHOST}:{port}/0"

    def _configure(self, configuration: Path, port: int, password: str) -> None:
        """A file, not arguments: arguments of a process are readable by everyone on the machine."""
        keep = "appendonly yes" if self.durable else "appendonly no"
        lines = [
            f"bind {ports.LOCALHOST}",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{self.data}"',
            keep,
            'save ""',
        ]
        configuration.unlink(missing_ok=True)
        with open(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        self.runner.own(configuration)


def _answers(port: int, password: str) -> bool:
    """A bare PING: the client library would retry with back-off for seconds."""
    try:
        with socket.create_connection((ports.LOCALHOST, port), timeout=1) as link:
            link.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            said = b""
            while b"PONG" not in said and b"-" not in said[:1]:
                piece = link.recv(64)
                if not piece:
                    return False
                said += piece
            return b"+PONG" in said
    except OSError:
        return False
