"""Reminders under fire: is one lost, doubled or late? And what the morning costs when a whole country owes.

    python -m benchmarks.reminders [KILLS [PROVINCES]]        (20 and 76 unless said; 125 provinces owe 5,000 digests)

1. The morning run over the open cards of three rounds (76 provinces: 9,120): seconds, queries, messages.
2. The same digests, one an agency, leave through three real workers and two beats, while workers are killed with -9
   every few seconds, Redis is emptied now and then, one worker's clock stands an hour ahead, and the relay refuses some
   for now or takes them and drops the line before it answers. Its log is the judge: every message once, within ten
   minutes.
3. The same without the relay's log: what is doubled then is what SMTP leaves open; the Message-ID tells.

Ends with 1 when something is lost, or with the log anything is doubled or late.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller

from benchmarks import reminder_world
from kpiportal.embedded import ports
from kpiportal.embedded.install import ROOT, say, speak_utf8
from kpiportal.embedded.servers import PrivateServers
from kpiportal.embedded.trouble import Trouble

PROVINCES, AGENCIES, KILLS, FLUSHES = 76, 40, 20, 3
MORNING = dt.datetime(2027, 4, 7, 7, 5, tzinfo=dt.timezone(dt.timedelta(hours=7)))  # a Wednesday
LAST_DAYS = (dt.date(2027, 4, 20), dt.date(2027, 7, 20), dt.date(2027, 10, 20))  # the first is seven working days ahead
LATE = 600  # seconds
AHEAD = 3600  # seconds
PATIENCE = 900  # seconds
BEAT = "benchmarks.reminder_beat"


class Relay:
    """A relay that writes every Message-ID it takes to its log before it answers, and does not always answer."""

    def __init__(self, log: Path):
        self.log, self.chance = log, random.Random(1)
        self.taken: Counter[str] = Counter()
        self.last: dict[str, float] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        dice = self.chance.random()
        if dice < 0.01:
            return "451 4.3.0 try again later"
        head = envelope.content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
        number = (
            next(line for line in head.splitlines() if line.lower().startswith("message-id:")).partition(":")[2].strip()
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"cleanup: message-id={number}\n")
        self.taken[number] += 1
        self.last[number] = time.time()
        if dice < 0.02:
            server.transport.abort()  # taken, and the line is gone
        return "250 OK"


@contextlib.contextmanager
def stores() -> Iterator[PrivateServers]:
    """Private PostgreSQL and Redis, migrated, with Django set up on them in this process; at the morning's hour."""
    servers = PrivateServers()
    servers.start()
    try:
        os.environ.update(environment(servers))
        import django  # noqa: PLC0415 -- settings read the environment
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        yield servers
    finally:
        servers.stop()


def environment(servers: PrivateServers) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "kpiportal.settings.dev",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": "benchmark" * 8,
        "KPI_DEMO": "1",  # the only mode in which the clock may stand elsewhere
        "KPI_VAR_DIR": tempfile.mkdtemp(prefix="kpi-reminders-"),
        "KPI_CLOCK_SHIFT_SECONDS": str(int(MORNING.timestamp() - time.time())),
    }


def flush_every(kills: int) -> int:
    """After how many kills the broker is emptied."""
    return max(1, kills // FLUSHES)


@dataclass
class Run:
    """What the relay saw of what the outbox holds."""

    messages: int
    lost: int
    doubled: int
    late: int
    kills: int
    seconds: float

    @property
    def flushes(self) -> int:
        return len(range(0, self.kills, flush_every(self.kills)))

    @property
    def sentence(self) -> str:
        return (
            f"{self.messages:,} messages, {self.kills} kills, {self.flushes} flushes, 2 beats: {self.lost} lost, "
            f"{self.doubled} doubled, {self.late} later than ten minutes; all out after {self.seconds:.0f} s"
        )


def main(kills: int, provinces: int) -> int:
    speak_utf8()
    try:
        with stores() as servers:
            reminder_world.build(provinces, AGENCIES, LAST_DAYS)
            logging.getLogger("mail.log").setLevel(logging.ERROR)  # the relay's own: a line for every word said
            say(morning_run())
            asked = under_fire(servers, kills, provinces * AGENCIES, with_log=True)
            say(f"the relay's log is asked: {asked.sentence}")
            alone = under_fire(servers, kills, provinces * AGENCIES, with_log=False)
            say(f"it is not:                {alone.sentence}")
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0 if not (asked.lost or asked.doubled or asked.late or alone.lost) else 1


def morning_run() -> str:
    """The whole country's morning, measured and undone."""
    from django.db import connection, transaction  # noqa: PLC0415 -- after django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from kpiportal import deadlines  # noqa: PLC0415
    from kpiportal.reminding import morning  # noqa: PLC0415
    from reporting.models import Report  # noqa: PLC0415

    with transaction.atomic():
        Report.objects.update(due_at=deadlines.due_instant(LAST_DAYS[0]))
        began, spent = time.monotonic(), time.process_time()
        with CaptureQueriesContext(connection) as asked:
            sent = morning.queue_reminders(on=MORNING.date(), at=MORNING)
        took, spent = time.monotonic() - began, time.process_time() - spent
        cards = Report.objects.count()
        transaction.set_rollback(True)
    return (
        f"morning run: {cards:,} open cards, {sent:,} messages, {took:.1f} s ({spent:.1f} s here), {len(asked)} queries"
    )


def under_fire(servers: PrivateServers, kills: int, owed: int, *, with_log: bool) -> Run:
    """`owed`: how many digests leave."""
    from kpiportal.models import OutgoingMail, ReminderSent  # noqa: PLC0415 -- as above

    ReminderSent.objects.all().delete()
    OutgoingMail.objects.all().delete()
    folder = Path(tempfile.mkdtemp(prefix="kpi-relay-"))
    relay = Relay(folder / "mail.log")
    port = ports.free_port()
    door = Controller(relay, hostname="127.0.0.1", port=port)
    door.start()
    environ = os.environ | {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "KPI_RELAY_LOG": str(relay.log) if with_log else "",
    }
    crew = Crew(environ, folder)
    began = time.time()
    try:
        shot = crew.through_fire(kills, redis.Redis.from_url(servers.redis_url), relay, owed)
        wait_until_out(began, owed)
    finally:
        crew.stop()
        door.stop()
    mails = list(OutgoingMail.objects.filter(channel="email").values_list("message_id", flat=True))
    lost = [number for number in mails if not relay.taken[number]]
    doubled = sum(count - 1 for count in relay.taken.values() if count > 1)
    late = sum(at - began > LATE for at in relay.last.values())
    return Run(len(mails), len(lost), doubled, late, shot, max(relay.last.values(), default=began) - began)


def wait_until_out(began: float, owed: int) -> None:
    """Until nothing waits any more, or twenty minutes have gone."""
    from kpiportal.models import OutgoingMail  # noqa: PLC0415 -- as above

    while time.time() - began < 1200:
        waiting = OutgoingMail.objects.filter(state__in=["queued", "sending"]).count()
        if not waiting and OutgoingMail.objects.filter(state="sent").count() >= owed:
            return
        time.sleep(2)


class Crew:
    """Three workers and two beats, each a process group of its own, brought back when they were killed."""

    def __init__(self, environ: dict[str, str], folder: Path):
        self.environ, self.folder = environ, folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self.beats: list[subprocess.Popen[bytes]] = []

    def through_fire(self, kills: int, broker: redis.Redis, relay: Relay, owed: int) -> int:
        """Begin, kill a worker again and again while the messages leave, empty the broker now and then.

        The first is killed while the morning is being queued, the others spread over the sending. Returns kills.
        """
        self.workers = [self._worker(n) for n in range(3)]
        self.beats = [self._start("beat", "--schedule", str(self.folder / f"beat{n}"), "--pidfile=") for n in range(2)]
        chance, began = random.Random(2), time.monotonic()
        for shot in range(kills):
            share = shot * owed // (kills + 1)
            while len(relay.taken) < share and time.monotonic() - began < PATIENCE:
                time.sleep(0.05)
            time.sleep(chance.uniform(0.0, 1.0) if shot else 8.0)
            victim = chance.randrange(3)
            os.killpg(self.workers[victim].pid, signal.SIGKILL)
            self.workers[victim].wait()
            if shot % flush_every(kills) == 0:
                broker.flushall()
            self.workers[victim] = self._worker(victim, ahead=shot in (3, 4))
        return kills

    def _worker(self, number: int, *, ahead: bool = False) -> subprocess.Popen[bytes]:
        """`ahead`: its clock stands an hour ahead until it is killed again."""
        shift = int(self.environ["KPI_CLOCK_SHIFT_SECONDS"]) + (AHEAD if ahead else 0)
        name = f"w{number}-{time.monotonic_ns()}@here"
        return self._start("worker", "-c", "2", "-n", name, "--without-gossip", "--without-mingle", shift=shift)

    def _start(self, *words: str, shift: int | None = None) -> subprocess.Popen[bytes]:
        environ = self.environ | ({} if shift is None else {"KPI_CLOCK_SHIFT_SECONDS": str(shift)})
        command = [sys.executable, "-m", "celery", "-A", BEAT, *words, "--loglevel", "WARNING"]
        log = (self.folder / f"{words[0]}.log").open("ab")
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)

    def stop(self) -> None:
        for child in [*self.workers, *self.beats]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    asked = [int(number) for number in sys.argv[1:3]]
    sys.exit(main(*(asked + [KILLS, PROVINCES][len(asked) :])))
