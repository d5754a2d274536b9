"""Twenty people shift weights while both sides keep saying yes: is any agreement ever seen whose weights are not 100?

    python -m benchmarks.weights [SHIFTS]     (bar R2 of the quality list; 10,000 unless told)

A shift takes 0.01 from one indicator and gives it to another: the province offers, OPDC accepts, once for each of the
two, again whenever somebody was faster. In between the sum is not 100. (Two who offer the very same figure have said
one thing, so the sum may end beside 100, as it may among people: after each turn somebody puts the dimensions right.)
All the while each side presses its yes to the whole table, and somebody rescinds what came to be agreed. A reader asks
PostgreSQL without a pause for the state and the sum of the weights. Ends with 1 when the reader ever saw an agreed
agreement with another sum than 100, when an answer was neither yes, "not now" nor "not complete" (a deadlock would be a
500), or when at the end, with everybody done, both sides could not agree (the sheet would be jammed).
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal

import psycopg2
from psycopg2.extensions import connection as Link  # noqa: N812 -- a class in spite of its name

from benchmarks.load import exchange
from benchmarks.portal import Portal
from benchmarks.prepare import PER_DIMENSION
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

PEOPLE, AT_A_TIME, SHIFTS = 20, 100, 10_000
PROVINCE, OPDC = "bargainer", "watcher1"
STEP = Decimal("0.01")
EVERYTHING = 10**12  # "I have seen every version there will be": OPDC takes whatever the province says
ANSWERS = {200, 302, 409, 422}  # done; done; somebody was faster or it is closed; something is missing
_WHOLE = """
SELECT a.state, a.revision, t.version, (SELECT sum(i.weight) FROM agreements_indicator i
                                         WHERE i.agreement_id = a.id AND i.parent_id IS NULL)
  FROM agreements_agreement a JOIN agreements_table t ON t.agreement_id = a.id WHERE a.id = %s"""
_CELL = "SELECT value, version FROM agreements_cell WHERE line_id = %s AND side = 'party' AND name = 'weight'"


@dataclass
class Tally:
    """What was asked, what the reader saw, what came of it."""

    shifts: int = 0
    looks: int = 0
    looks_agreed: int = 0
    violations: list[str] = field(default_factory=list)
    agreed: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    jammed: bool = False
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        return (
            f"{self.shifts} shifts in {self.seconds:.0f} s; agreed {self.agreed} times; {self.looks} looks, "
            f"{self.looks_agreed} of them at an agreed one, {len(self.violations)} with another sum than 100; "
            f"answers {told}; {'JAMMED' if self.jammed else 'agreed at the end'}"
        )

    @property
    def holds(self) -> bool:
        return not self.violations and not self.jammed and self.agreed > 0 and set(self.answers) <= ANSWERS


class Storm:
    """One agreement at the table, the people at it and the reader."""

    def __init__(self, portal: Portal, agreement: int):
        self.portal, self.agreement, self.tally = portal, agreement, Tally()
        self.over = threading.Event()
        self.lines = portal.plan.table_lines
        self.dimensions = [self.lines[at : at + PER_DIMENSION] for at in range(0, len(self.lines), PER_DIMENSION)]
        with closing(self.link()) as link:
            self.allowed = [self._sum(lines, link) for lines in self.dimensions]

    def read(self, sql: str, key: int, link: Link) -> tuple:
        with link.cursor() as cursor:
            cursor.execute(sql, [key])
            row: tuple = cursor.fetchone()
        return row

    def link(self) -> Link:
        assert self.portal.servers is not None
        link = psycopg2.connect(self.portal.servers.database_url)
        link.autocommit = True
        return link

    def press(self, path: str, person: str, *, script: bool = True, **fields: object) -> int:
        request = self.portal.post(path, person, {name: str(value) for name, value in fields.items()}, script=script)
        status = exchange(self.portal.port, request)[1]
        self.tally.answers[status] += 1
        return status

    def shift(self, die: random.Random, link: Link) -> None:
        giver, taker = die.sample(self.lines, 2)
        for line, change in ((giver, -STEP), (taker, STEP)):
            self.change(line, change, link)
        self.tally.shifts += 1

    def change(self, line: int, change: Decimal, link: Link) -> None:
        while not self._offered(line, change, link):
            pass

    def settle(self, link: Link) -> None:
        """Every dimension back to its weight, as somebody does who reads the sums under the table."""
        for place, lines in enumerate(self.dimensions):
            lacking = self.allowed[place] - self._sum(lines, link)
            if lacking:
                self.change(max(lines, key=lambda line: self.read(_CELL, line, link)[0]), lacking, link)

    def _sum(self, lines: list[int], link: Link) -> Decimal:
        return sum((self.read(_CELL, line, link)[0] for line in lines), Decimal(0))

    def _offered(self, line: int, change: Decimal, link: Link) -> bool:
        weight, version = self.read(_CELL, line, link)
        offer = {"seen": version, "weight": f"{max(weight + change, Decimal(0)):.2f}"}
        if self.press(f"/agreements/table/lines/{line}/offer/", PROVINCE, **offer) != 200:
            time.sleep(0.02)  # reads who was faster, or waits until the table is open again
            return False
        while self.press(f"/agreements/table/lines/{line}/accept/", OPDC, seen=EVERYTHING) != 200:
            time.sleep(0.02)
        return True

    def say_yes(self, person: str) -> None:
        with closing(self.link()) as link:
            while not self.over.is_set():
                _, revision, version, _ = self.read(_WHOLE, self.agreement, link)
                path = f"/agreements/{self.agreement}/table/agree/"
                self.press(path, person, script=False, seen=version, revision=revision)

    def rescind(self) -> None:
        """Take back what was agreed, after people have met it closed for a moment."""
        with closing(self.link()) as link:
            while not self.over.is_set():
                state, revision, _, _ = self.read(_WHOLE, self.agreement, link)
                if state == "agreed":
                    self.tally.agreed += 1
                    time.sleep(0.1)
                    fields = {"revision": revision, "reason": "ตัวเลขผิด"}
                    self.press(f"/agreements/{self.agreement}/move/rescind/", PROVINCE, script=False, **fields)
                time.sleep(0.01)

    def watch(self) -> None:
        with closing(self.link()) as link:
            while not self.over.is_set():
                state, _, _, whole = self.read(_WHOLE, self.agreement, link)
                time.sleep(0.001)  # the others are threads of the same process
                self.tally.looks += 1
                if state == "agreed":
                    self.tally.looks_agreed += 1
                    if whole != 100:
                        self.tally.violations.append(f"{state} with {whole}")

    def rage(self, shifts: int) -> None:
        """So many shifts, a few from each person at a time; after each turn the sum is 100 again and yes can win."""
        with closing(self.link()) as link:
            while self.tally.shifts < shifts:
                before = self.tally.agreed
                self._together(AT_A_TIME // PEOPLE)
                self.settle(link)
                until = time.monotonic() + 2  # a turn in which nobody presses at the right moment is no jam yet
                while self.tally.agreed == before and time.monotonic() < until:
                    time.sleep(0.01)
            self.over.set()
            time.sleep(0.5)
            self.tally.jammed = not self._agrees_now(link)

    def _together(self, each: int) -> None:
        def play(number: int) -> None:
            die = random.Random(f"{number} {self.tally.shifts}")
            with closing(self.link()) as link:
                for _ in range(each):
                    self.shift(die, link)

        _run([lambda number=number: play(number) for number in range(PEOPLE)])

    def _agrees_now(self, link: Link) -> bool:
        for person in (PROVINCE, OPDC):
            _, revision, version, _ = self.read(_WHOLE, self.agreement, link)
            self.press(
                f"/agreements/{self.agreement}/table/agree/", person, script=False, seen=version, revision=revision
            )
        state, _, _, whole = self.read(_WHOLE, self.agreement, link)
        return bool(state == "agreed" and whole == 100)


def _run(tasks: list[Callable[[], None]]) -> None:
    """All at once, in threads. Raises Trouble with the first thing that went wrong."""
    troubles: list[Exception] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except (OSError, psycopg2.Error, AssertionError) as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=guarded, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise Trouble(repr(troubles[0]))


def run(portal: Portal, shifts: int) -> Tally:
    agreement = int(portal.plan.pages["table"].strip("/").split("/")[1])
    storm = Storm(portal, agreement)
    with closing(storm.link()) as link:
        for line in storm.lines:  # what OPDC had countered, the province takes; then OPDC takes all the rest
            storm.press(f"/agreements/table/lines/{line}/accept/", PROVINCE, seen=EVERYTHING)
        version = storm.read(_WHOLE, agreement, link)[2]
        storm.press(f"/agreements/{agreement}/table/accept-rest/", OPDC, script=False, seen=version)
    storm.tally.answers.clear()
    began = time.monotonic()
    _run(
        [
            lambda: storm.rage(shifts),
            lambda: storm.say_yes(PROVINCE),
            lambda: storm.say_yes(OPDC),
            storm.rescind,
            storm.watch,
        ]
    )
    storm.tally.seconds = time.monotonic() - began
    return storm.tally


def main(shifts: int) -> int:
    speak_utf8()
    try:
        with Portal(workers=4, watchers=2) as portal:
            tally = run(portal, shifts)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    say(tally.sentence)
    for violation in tally.violations[:10]:
        say(violation)
    return 0 if tally.holds else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SHIFTS))
