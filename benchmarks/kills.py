"""Acknowledged work survives: `python -m benchmarks.kills [CARDS] [KILLS]` (bar R4 of the quality list).

Twenty people file cards, one after the other, while something is killed with SIGKILL every two seconds, by turns: a
worker of the web server, the whole web server, a process of the database (which then recovers from its log), the
database's first process, Redis. Whatever is not back by itself is started again at once, as systemd does. People press
again what was not answered. At the end every card that was acknowledged must stand in the database once, as it was
typed, with its file whole; and after every kill the portal must have answered again within five seconds.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import filing
from benchmarks.load import Request, ask
from benchmarks.portal import FROM_PROXY, Portal
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.postgres import ENVIRONMENT
from kpiportal.embedded.process import Child
from kpiportal.embedded.trouble import Trouble

CARDS, PEOPLE, KILLS = 600, 20, 15
BETWEEN, BACK_WITHIN, WAITS = 1.5, 5.0, 60.0
A_CARD_EVERY = 1.0  # seconds of one person: else all are filed before the last kill


@dataclass
class Killer:
    """Kills by turns, starts again what has to be, notes how long the portal was away.

    In the main thread: a child is told to stop when the thread that started it ends.
    """

    portal: Portal
    kills: int
    away: list[tuple[str, float]] = field(default_factory=list)

    def run(self, still_working: Callable[[], bool]) -> None:
        ways = [self._web_worker, self._database_process, self._web, self._redis, self._database]
        for way in itertools.islice(itertools.cycle(ways), self.kills):
            time.sleep(BETWEEN)
            if not still_working():
                return
            name = way.__name__.removeprefix("_").replace("_", " ")
            way()
            self.away.append((name, self._until_it_answers()))

    def _until_it_answers(self) -> float:
        began = time.monotonic()
        while time.monotonic() < began + WAITS:
            with contextlib.suppress(Trouble, OSError):
                ask(self.portal.port, Request("/healthz/ready", headers=FROM_PROXY))
                ask(self.portal.port, self.portal.get("card", "collector"))
                break
            time.sleep(0.05)
        return time.monotonic() - began

    def _web_worker(self) -> None:
        os.kill(children_of(self._web_child.process.pid)[0], signal.SIGKILL)

    def _web(self) -> None:
        self._dead(self._web_child)
        self.portal.launch_again()

    def _database_process(self) -> None:
        os.kill(children_of(self._server("PostgreSQL").process.pid)[-1], signal.SIGKILL)

    def _database(self) -> None:
        self._again(self._server("PostgreSQL"))

    def _redis(self) -> None:
        self._again(self._server("Redis"))

    @property
    def _web_child(self) -> Child:
        assert self.portal.web is not None
        return self.portal.web

    def _server(self, name: str) -> Child:
        assert self.portal.servers is not None
        return next(child for child in self.portal.servers.children if child.name == name)

    def _dead(self, child: Child) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def _again(self, child: Child) -> None:
        """The same command on the same port. PostgreSQL waits until the processes of its dead self are gone."""
        self._dead(child)
        for _ in range(100):
            with child.log.open("ab") as log:
                child.process = subprocess.Popen(
                    child.process.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    env=ENVIRONMENT, cwd="/", start_new_session=True,
                )  # fmt: skip
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(0.2)
                continue
            return
        raise Trouble(f"{child.name} does not come back")


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(word) for word in found]


def main(cards: int, kills: int) -> int:
    speak_utf8()
    try:
        with Portal(workers=4, cards=cards, filers=PEOPLE) as portal:
            tally, away, seconds = run(portal, kills)
            found = filing.proved(portal, tally)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    for name in dict.fromkeys(name for name, _ in away):
        waits = [seconds for which, seconds in away if which == name]
        say(f"{name:18} killed {len(waits)} times, back after {max(waits):.1f} s at the longest")
    say(
        f"{len(tally.filed)} cards acknowledged in {seconds:.0f} s, {tally.tried_again} steps pressed again; "
        f"lost {found.lost}, doubled {found.doubled}, different {found.different}, damaged files {found.damaged}"
    )
    if tally.errors:
        say(f"never answered: {tally.errors[:3]}")
    held = found.is_whole and not tally.errors and all(seconds <= BACK_WITHIN for _, seconds in away)
    return 0 if held and len(away) == kills else 1


def run(portal: Portal, kills: int) -> tuple[filing.Tally, list[tuple[str, float]], float]:
    tally, killer, began = filing.Tally(), Killer(portal, kills), time.monotonic()
    filers = [
        filing.Filer(portal, who, hand, tally, lambda n: time.sleep(A_CARD_EVERY))
        for who, hand in portal.plan.hands.items()
    ]
    for filer in filers:
        filer.start()
    killer.run(lambda: any(filer.is_alive() for filer in filers))
    for filer in filers:
        filer.join()
    return tally, killer.away, time.monotonic() - began


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [CARDS, KILLS][len(numbers) :])))
