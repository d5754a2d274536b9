"""A private PostgreSQL and a private Redis on 127.0.0.1, started and stopped by the project.

Durable under a folder (`make run`) or throw-away in a temporary one (`make test`). The machine's own programs
are taken when there are any, else those of the wheels. Ports are free ones, new at each start; both servers
ask for a password that only this user can read. Root's servers run as postgres, nobody or the data's owner.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from kpiportal.embedded.postgres import Postgres
from kpiportal.embedded.process import Child
from kpiportal.embedded.redis_server import Redis
from kpiportal.embedded.runner import Runner

TEMPORARY_PREFIX = "kpi-servers-"


class PrivateServers:
    """The pair. `start()` sets `database_url` and `redis_url`; `stop()` may be called any number of times.

    `folder` None means throw-away: faster (no fsync) and removed at `stop()`.
    Raises Trouble when a server cannot run, with its last log lines.
    """

    def __init__(self, folder: Path | None = None, logs: Path | None = None):
        self.durable = folder is not None
        self.folder = folder or _temporary_folder()
        self.logs = logs or self.folder / "log"
        self.database_url = self.redis_url = ""
        self._owner = os.getpid()
        self._claim = None if self.durable else _claim(self.folder)
        self._pair: list[Redis | Postgres] = []

    @property
    def children(self) -> list[Child]:
        """What runs now, for whoever watches over it."""
        return [server.child for server in self._pair if server.child]

    def start(self) -> None:
        atexit.register(self.stop)
        self.folder.mkdir(parents=True, exist_ok=True)
        runner = Runner.for_data(self.folder / "postgres" / "data")
        redis = Redis(self.folder / "redis", self.logs / "redis.log", runner, durable=self.durable)
        postgres = Postgres(self.folder / "postgres", self.logs / "postgres.log", runner, durable=self.durable)
        self._pair = [redis, postgres]
        try:
            redis.start()
            postgres.start()
        except BaseException:
            self.stop()
            raise
        self.redis_url, self.database_url = redis.url, postgres.url

    def stop(self) -> None:
        """PostgreSQL first (it has data to write), then Redis. A forked copy of this object stops nothing."""
        if os.getpid() != self._owner:
            return
        for child in reversed(self.children):
            child.stop(patience=20.0)
        self._pair = []
        atexit.unregister(self.stop)
        if self._claim:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._claim.close()


def _temporary_folder() -> Path:
    """A new temporary folder that the servers' user may pass through, after removing those of killed runs."""
    for old in Path(tempfile.gettempdir()).glob(TEMPORARY_PREFIX + "*"):
        with contextlib.suppress(OSError):
            _claim(old).close()
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))
    folder.chmod(0o711)
    return folder


def _claim(folder: Path) -> IO[str]:
    """Hold `folder` for as long as this process lives; OSError when another living process holds it."""
    file = (folder / "claim").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file
