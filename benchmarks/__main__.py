"""`make bench`: build a portal, measure it, print one table, the missed goals last.

Ends with 0 when there is a table; with `--strict` (`make bench ARGS=--strict`, for a build) with 1 when a goal is
missed in a quiet run.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks import bargain, letter_memory, processor, table, writes
from benchmarks.load import Load, Request, ask, hammer, in_turn
from benchmarks.portal import Portal
from benchmarks.trials import ROUNDS, Bench, Measure
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

CONNECTIONS = 8
PAGE_SECONDS, FLOOR_SECONDS, WARM_UP_SECONDS = 2.0, 1.0, 1.0
PATIENCE = 100.0  # seconds of waiting for a quiet machine, in all
PRINTS, LETTERS = 2, 100
# key, page, who looks, label, and how many rows of a table it must show, else it is not the page meant
PAGES = [
    ("summary", "summary", "coordinator", "round summary, 60 indicators", 60),
    ("admin", "admin", "coordinator", "Django admin, the same 60 rows", 60),
    ("agreement", "agreement", "coordinator", "agreement, 60 indicators", 60),
    ("form", "form", "bargainer", "form to fill in, 60 indicators", 60),
    ("home", "home", "coordinator", "home of a coordinator", 0),
    ("home_collector", "home", "collector", "home of a collector, 30 cards", 0),
    ("indicator", "indicator", "coordinator", "one indicator", 0),
    ("card", "card", "collector", "card form", 0),
]


def main() -> int:
    speak_utf8()
    began = time.monotonic()
    tell("building: servers with fsync, migrations, static files, two agreements of 60 indicators")
    try:
        with Portal() as portal:
            bench = Bench(portal.roots, patience=PATIENCE)
            floor = Measure("floor", "F0: whole middleware, session, person", _floor(portal))
            measures = [
                _django(portal),
                *_pages(portal),
                *bargain.measures(portal, _hammering),
                *writes.measures(portal),
            ]
            bench.go_around(floor, measures, tell)
            letters = [_letters(bench) for _ in range(ROUNDS)]
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    results = table.Results(floor, measures, letters)
    say(table.page(results, machine=_machine(), minutes=(time.monotonic() - began) / 60))
    if results.all_held:
        return 0
    tell("missed: " + "; ".join(goal.sentence for goal in results.goals if goal.sure and not goal.held))
    return 1 if "--strict" in sys.argv else 0


def tell(sentence: str) -> None:
    """What goes on meanwhile, beside the table."""
    sys.stderr.write(sentence + "\n")


def _floor(portal: Portal) -> Callable[[], Load]:
    request = portal.get("floor", "coordinator")
    return _hammering(portal, request, FLOOR_SECONDS)


def _django(portal: Portal) -> Measure:
    request = portal.get_path("/benchmarks/django/", "coordinator")
    return Measure("django", "Django as it comes: session, person", _hammering(portal, request, FLOOR_SECONDS))


def _pages(portal: Portal) -> list[Measure]:
    measures = []
    for key, page, person, label, rows in PAGES:
        request = portal.get(page, person)
        shown = ask(portal.port, request)[1].count(b"<tr")
        if shown < rows:
            raise Trouble(f"{request.path} shows {shown} rows, not {rows}: not the page to measure")
        measures.append(Measure(key, label, _hammering(portal, request, PAGE_SECONDS)))
    paper = portal.get("summary_pdf", "coordinator")
    prints = Measure("summary_pdf", "the summary as PDF", lambda: in_turn(portal.port, [paper] * PRINTS))
    prints.work()
    return [*measures, prints]


def _hammering(portal: Portal, request: Request, seconds: float) -> Callable[[], Load]:
    """A page both workers have drawn before."""
    hammer(portal.port, request, seconds=WARM_UP_SECONDS, connections=CONNECTIONS)
    return lambda: hammer(portal.port, request, seconds=seconds, connections=CONNECTIONS)


def _letters(bench: Bench) -> table.Letters:
    """Letters in a fresh process: what each costs, and how much the process grew."""
    bench.wait_for_quiet()
    before = processor.read()
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
        cpu_ms, grown = fresh.submit(letter_memory.measure, LETTERS).result()
    used = processor.used(before, processor.read(), measured=[], ours=os.getpid())
    return table.Letters(cpu_ms, grown, used.others)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = next(
        (line.partition("=")[2].strip('"') for line in _lines("/etc/os-release") if line.startswith("PRETTY_NAME=")),
        platform.system(),
    )
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


if __name__ == "__main__":
    sys.exit(main())
