"""Ten tables, twenty people at each: when does everybody see what somebody offered, and what does looking cost (P4)?

    python -m benchmarks.watchers [SECONDS]

Every page asks every two seconds whether its table has moved on, as table.js does, each at a moment of its own. Once a
second an offer is made at one of the tables; what counts is the time from pressing the button to each other page's
answer that holds it. Ends with 1 when 95 % take longer than three seconds, or when it all costs more than a fifth of
two cores.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import random
import sys
import threading
import time
from dataclasses import dataclass, field

from benchmarks import processor
from benchmarks.load import ask, exchange, percentile
from benchmarks.portal import Portal
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

SHEETS, PEOPLE, EVERY, SECONDS, ASKERS = 10, 20, 2.0, 60, 16
SLOWEST, SHARE = 3.0, 0.20  # seconds of the 95th of a hundred; of two cores
UNSEEN = 10**12


@dataclass(order=True)
class Page:
    """One person's open table: when it asks next, and the version it shows."""

    due: float
    sheet: int = field(compare=False)
    person: str = field(compare=False)
    version: int = field(compare=False)


@dataclass
class Room:
    """Every open page, and who saw what after how long. `pressed`: moments of offers by (table, version)."""

    portal: Portal
    pages: list[Page]
    pressed: dict[tuple[int, int], float] = field(default_factory=dict)
    seen: list[tuple[int, int, float]] = field(default_factory=list)
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    troubles: list[Exception] = field(default_factory=list)

    def look(self, until: float) -> None:
        """One asker: the page that is due next, again and again."""
        try:
            while True:
                with self.lock:
                    page = heapq.heappop(self.pages)
                if page.due > until:
                    return
                time.sleep(max(0.0, page.due - time.monotonic()))
                self._ask(page)
                page.due = time.monotonic() + EVERY  # as table.js: two seconds after the answer
                with self.lock:
                    heapq.heappush(self.pages, page)
        except (Trouble, OSError, ValueError, IndexError) as trouble:
            self.troubles.append(trouble)

    def _ask(self, page: Page) -> None:
        path = f"{self.portal.plan.sheets[page.sheet][0]}changes/?since={page.version}"
        _, status, body = exchange(self.portal.port, self.portal.get_path(path, page.person))
        seen = time.monotonic()
        if status not in (200, 204):
            raise Trouble(f"{path} answered {status}")
        with self.lock:
            self.asked += 1
            if status == 200:
                version = json.loads(body)["version"]
                self.seen += [(page.sheet, n, seen) for n in range(page.version + 1, version + 1)]
                page.version = version

    def offer(self, number: int) -> None:
        sheet = number % SHEETS
        fields = {"seen": str(UNSEEN), "target": f"{80 + number % 7}.{number % 89:02}"}
        path = f"/agreements/table/lines/{self.portal.plan.sheets[sheet][1]}/offer/"
        request = self.portal.post(path, "bargainer", fields, script=True)
        pressed = time.monotonic()
        version = json.loads(ask(self.portal.port, request)[1])["version"]
        self.pressed[sheet, version] = pressed

    @property
    def waits(self) -> list[float]:
        """Seconds from pressing to each other page that showed it."""
        return [seen - self.pressed[sheet, version] for sheet, version, seen in self.seen]


def main(seconds: float) -> int:
    speak_utf8()
    try:
        with Portal(cards=4, sheets=SHEETS, watchers=PEOPLE) as portal:
            room = _room(portal)
            before = processor.read()
            _live(room, seconds)
            used = processor.used(before, processor.read(), measured=portal.roots, ours=os.getpid())
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    share, waits = used.cpu / used.seconds / 2, room.waits
    p95 = percentile(waits, 0.95)
    say(f"{SHEETS} tables, {SHEETS * PEOPLE} pages, {len(room.pressed)} offers, {room.asked} looks")
    say(f"seen after {percentile(waits, 0.5):.2f} s (half), {p95:.2f} s (95 %), {max(waits):.2f} s (last)")
    say(f"{share:.1%} of two cores; others used {used.others:.2f} cores meanwhile")
    return 0 if p95 <= SLOWEST and share <= SHARE else 1


def _live(room: Room, seconds: float) -> None:
    until = time.monotonic() + seconds
    askers = [threading.Thread(target=room.look, args=[until]) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    for number in itertools.count():
        if room.troubles or time.monotonic() > until - 2 * EVERY:  # every offer has time to be seen
            break
        room.offer(number)
        time.sleep(1)
    for asker in askers:
        asker.join()
    if room.troubles:
        raise Trouble(str(room.troubles[0]))


def _room(portal: Portal) -> Room:
    now, tables = time.monotonic(), portal.plan.sheets
    pages = [
        Page(now + random.uniform(0, EVERY), sheet, f"watcher{person}", tables[sheet][2])  # noqa: S311 -- no secret
        for sheet in range(len(tables))
        for person in range(PEOPLE)
    ]
    heapq.heapify(pages)
    return Room(portal, pages)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
