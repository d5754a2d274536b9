"""The private PostgreSQL: makes its cluster once, starts on a free port, gives the portal its database."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
from psycopg2 import sql

from kpiportal.embedded import ports, process, programs
from kpiportal.embedded.process import Child
from kpiportal.embedded.runner import Runner
from kpiportal.embedded.trouble import Trouble

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
ROLE = DATABASE = "kpi"
# A throw-away cluster has nothing to survive for, and too little in it for compiling a question to be worth it.
CARELESS = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "jit=off")


class Postgres:
    """One cluster in `folder`/data, served as `runner`. `start()` sets `url` and `child`.

    The portal's role owns its database and is no superuser, as in production.
    """

    def __init__(self, folder: Path, log: Path, runner: Runner, *, durable: bool):
        self.folder, self.data, self.log = folder, folder / "data", log
        self.runner, self.durable = runner, durable
        self.child: Child | None = None
        self.url = ""

    def start(self) -> None:
        process.stop_leftover(self.folder / "running")
        programs_folder = self._programs()
        password = self._password()
        self._make_cluster(programs_folder)
        self._forget_stale_lock()

        def launch(port: int) -> Child:
            command = [
                programs_folder / "postgres",
                "-D",
                self.data,
                "-p",
                port,
                "-h",
                ports.LOCALHOST,
                "-k",
                "",
            ]
            self.child = process.start(
                "PostgreSQL",
                [str(word) for word in command] + list(() if self.durable else CARELESS),
                log=self.log,
                record=self.folder / "running",
                env=ENVIRONMENT,
                stop_signal=signal.SIGINT if self.durable else signal.SIGQUIT,
                privileges=self.runner.privileges(self.data, programs_folder / "postgres"),
            )
            return self.child

        port = ports.start_on_free_port(launch, lambda port: self._make_database(port, password))
        self.url = f"postgres://{ROLE}:{password}@{ports.LOCALHOST}:{port}/{DATABASE}"

    def _programs(self) -> Path:
        """The programs of the version that made this cluster; for a new one, the machine's own first."""
        made_by = programs.cluster_major(self.data)
        found = [*programs.machine_postgres(), *programs.wheel_postgres()]
        majors = [programs.postgres_major(folder) for folder in found]
        for folder, major in zip(found, majors, strict=True):
            if made_by in (None, major):
                return folder
        if not found:
            raise Trouble("ไม่พบโปรแกรม PostgreSQL ในเครื่องนี้ ให้ติดตั้งใหม่\n    python3 kpiportal/embedded/install.py run")
        raise Trouble(
            f"ข้อมูลใน {self.data} สร้างด้วย PostgreSQL {made_by} แต่เครื่องนี้มีเพียงรุ่น {', '.join(majors)} "
            f"ให้ติดตั้งรุ่น {made_by} กลับมา หรือเก็บข้อมูลเดิมไว้ที่อื่นแล้วเริ่มใหม่\n"
            f"    sudo apt-get install -y postgresql-{made_by}\n"
            f"    mv {self.folder} {self.folder}-{made_by}"
        )

    def _password(self) -> str:
        """Made once per cluster; readable by the server's user (initdb reads it) and by nobody else."""
        kept = self.folder / "password"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
            self.runner.own(kept)
        return kept.read_text()

    def _make_cluster(self, programs_folder: Path) -> None:
        """initdb beside, then rename: a cluster is either whole or absent, whenever the power goes."""
        if self.data.exists():
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.runner.own(fresh)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [programs_folder / "initdb", "-D", fresh, "-U", "postgres", "-A", "scram-sha-256"]
        command += [f"--pwfile={self.folder / 'password'}", "-E", "UTF8", "--locale=C.UTF-8"]
        if not self.durable:
            command.append("--no-sync")
        privileges = self.runner.privileges(self.data, programs_folder / "initdb")
        with self.log.open("ab") as log:
            done = subprocess.run(
                ["setpriv", "--pdeathsig", "KILL", *privileges, "--", *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=ENVIRONMENT, cwd="/", check=False,
            )  # fmt: skip
        if done.returncode:
            raise Trouble(f"สร้างฐานข้อมูลใหม่ไม่สำเร็จ ข้อความท้ายบันทึก {self.log}\n{process.tail(self.log)}")
        fresh.rename(self.data)

    def _forget_stale_lock(self) -> None:
        """Remove a postmaster.pid that no server stands behind.

        After a power cut it may name a number that now belongs to some other program, and PostgreSQL would
        refuse to start. The caller holds the folder's own lock, so only a foreign server is a reason to stop.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except FileNotFoundError:
            return
        except ValueError:
            pid = 0
        if pid and _serves(pid, self.data):
            raise Trouble(f"มี PostgreSQL อื่นใช้ข้อมูลใน {self.data} อยู่ ให้หยุดก่อน\n    kill -INT {pid}")
        lock.unlink(missing_ok=True)

    def _make_database(self, port: int, password: str) -> bool:
        """Whether the server answers; a new cluster gets the portal's role and database on the way."""
        try:
            link = psycopg2.connect(
                host=ports.LOCALHOST,
                port=port,
                user="postgres",
                password=password,
                dbname="postgres",
                connect_timeout=5,
            )
        except psycopg2.OperationalError:
            return False
        link.autocommit = True
        try:
            with link.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if not cursor.fetchone():
                    role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD %s").format(sql.Identifier(ROLE))
                    cursor.execute(role, [password])
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    made = sql.SQL("CREATE DATABASE {} OWNER {}")
                    cursor.execute(made.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
        finally:
            link.close()
        return True


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL working in `data` (it makes that folder its own at start)."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == data.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
