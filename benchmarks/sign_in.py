"""`python -m benchmarks.sign_in`: what a Monday morning of sign-ins and a guesser cost the people at work (P12).

Three stretches on a portal as it ships, each with the same pages asked for at the same pace: alone; beside 3.3 sign-ins
a second (3,000 in a quarter of an hour); beside 50 bad passwords a second, half from one address at one name, half
spread over fifty addresses and names, after ten seconds of the same in which the throttle has learned them (how many
were looked at until then is said). Goals: the pages' p95 at most twice that of the first stretch, the guesser at most a
tenth of the processors, and the person guessed at signs in from elsewhere all the same.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks import processor
from benchmarks.load import Request, ask, percentile
from benchmarks.portal import FROM_PROXY, HOST_NAME, Portal
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

SECONDS, FIRST_SECONDS = 30.0, 10.0
PAGES_A_SECOND, SIGN_INS_A_SECOND, BAD_A_SECOND = 8.0, 3.3, 50.0
P95_TIMES, GUESSERS_SHARE = 2.0, 0.10
CORES = len(os.sched_getaffinity(0))
# Sync workers as deploy/gunicorn.conf.py starts them.
WORKERS = 2 * CORES
PEOPLE = ["coordinator", "office_head", "governor", "collector", "overseer", "other_collector", "other_overseer",
          "viewer", "neighbour", "negotiator", "evaluator", "director"]  # fmt: skip
GUESSED_AT = "neighbour_governor"


@dataclass
class Stream:
    """Requests at an even pace, whatever the answers take; `latencies` in ms from when each was due."""

    a_second: float
    send: Callable[[], object]
    latencies: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=64) as pool:
            waits = []
            for n in range(int(self.a_second * seconds)):
                due = began + n / self.a_second
                time.sleep(max(0.0, due - time.monotonic()))
                waits.append(pool.submit(self._one, due))
            for wait in waits:
                wait.result()

    def _one(self, due: float) -> None:
        self.send()
        self.latencies.append((time.monotonic() - due) * 1000)


@dataclass(frozen=True)
class Stretch:
    """`pages`: their p95 in ms; `share`: of all processors, used by the portal; `beside`: requests of the others."""

    pages: float
    share: float
    cpu: float
    beside: int
    others: float


def stretch(portal: Portal, *beside: Stream) -> Stretch:
    pages = Stream(PAGES_A_SECOND, lambda: ask(portal.port, portal.get("home", "coordinator")))
    before = processor.read()
    with ThreadPoolExecutor() as pool:
        for running in [pool.submit(stream.run, SECONDS) for stream in (pages, *beside)]:
            running.result()
    used = processor.used(before, processor.read(), measured=portal.roots, ours=os.getpid())
    asked = sum(len(stream.latencies) for stream in beside)
    p95 = percentile(pages.latencies, 0.95)
    return Stretch(p95, used.cpu / used.seconds / CORES, used.cpu, asked, used.others)


def password(name: str, typed: str, address: str, expect: int = 302) -> Request:
    """The sign-in form of one person, as the proxy passes it on."""
    token = "s" * 32
    body = urlencode({"login": f"{name}@example.go.th", "password": typed}).encode()
    headers = {
        **FROM_PROXY,
        "X-Forwarded-For": address,
        "Cookie": f"__Host-csrf={token}",
        "X-CSRFToken": token,
        "Referer": f"https://{HOST_NAME}/",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Request("/accounts/login/", headers=headers, method="POST", body=body, expect=expect)


def sign_ins(portal: Portal) -> Stream:
    """Form and password, each time another person from another office."""
    people = itertools.cycle(enumerate(itertools.cycle(PEOPLE)))

    def send() -> None:
        n, name = next(people)
        address = f"203.0.{n // 250 % 250}.{n % 250 + 1}"
        ask(portal.port, Request("/accounts/login/", headers={**FROM_PROXY, "X-Forwarded-For": address}))
        ask(portal.port, password(name, portal.plan.password, address))

    return Stream(SIGN_INS_A_SECOND, send)


def guesses(portal: Portal, looked_at: list[int]) -> Stream:
    """A bad password is answered by the form (422: it was `looked_at`) or the throttle (429); else the run stops."""
    turns = itertools.count()

    def send() -> None:
        n = next(turns)
        name, address = (f"name{n % 50}", f"198.51.100.{n % 50 + 1}") if n % 2 else (GUESSED_AT, "192.0.2.66")
        try:
            ask(portal.port, password(name, f"guess-{n}", address, expect=429))
        except Trouble as other:
            if "answered 422" not in str(other):
                raise
            looked_at.append(n)

    return Stream(BAD_A_SECOND, send)


def lines(alone: Stretch, storm: Stretch, siege: Stretch, inside: bool) -> Iterator[tuple[str, bool]]:
    """The table, and whether each goal holds."""
    yield f"alone: pages p95 {alone.pages:.0f} ms, {alone.share:.1%} of {CORES} cores", True
    times = storm.pages / alone.pages
    each = (storm.cpu - alone.cpu) / max(1, storm.beside) * 1000
    yield f"sign-ins: {storm.beside} at {SIGN_INS_A_SECOND}/s, {each:.0f} CPU-ms each", True
    yield f"  pages p95 {storm.pages:.0f} ms, {times:.2f} times alone (goal {P95_TIMES:g})", times <= P95_TIMES
    times, share = siege.pages / alone.pages, siege.share - alone.share
    each = (siege.cpu - alone.cpu) / max(1, siege.beside) * 1000
    yield f"bad passwords: {siege.beside} at {BAD_A_SECOND:g}/s, {each:.1f} CPU-ms each", True
    yield f"  pages p95 {siege.pages:.0f} ms, {times:.2f} times alone (goal {P95_TIMES:g})", times <= P95_TIMES
    yield f"  the guesser has {share:.1%} of the processors (goal {GUESSERS_SHARE:.0%})", share <= GUESSERS_SHARE
    yield f"  the person guessed at signs in from another address: {'yes' if inside else 'no'}", inside
    most = max(alone.others, storm.others, siege.others)
    yield f"others on this machine used up to {most:.2f} cores", True


def main() -> int:
    speak_utf8()
    try:
        with Portal(workers=WORKERS) as portal:
            Stream(PAGES_A_SECOND, lambda: ask(portal.port, portal.get("home", "coordinator"))).run(5)
            alone = stretch(portal)
            storm = stretch(portal, sign_ins(portal))
            looked_at: list[int] = []
            guesses(portal, looked_at).run(FIRST_SECONDS)
            first = len(looked_at)
            siege = stretch(portal, guesses(portal, looked_at))
            try:
                ask(portal.port, password(GUESSED_AT, portal.plan.password, "203.0.113.200"))
                inside = True
            except Trouble:
                inside = False
    except (Trouble, OSError) as trouble:
        sys.stderr.write(f"the run ended: {trouble}\n")
        return 1
    told = [
        *lines(alone, storm, siege, inside),
        (f"looked at: {first} bad passwords, then {len(looked_at) - first}", True),
    ]
    say("\n".join(f"{line}{'' if held else '  MISSED'}" for line, held in told))
    return 0 if all(held for _, held in told) else 1


if __name__ == "__main__":
    sys.exit(main())
