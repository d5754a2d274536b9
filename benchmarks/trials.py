"""Short runs, each beside a run of the floor, each looked at for who else used the machine meanwhile.

A-B-A: floor, page, floor, next page, floor ... three times around. A figure is the best of its three runs, and its
ratio is taken to the best floor run next to them. A run during which others used a tenth of a core or more is tried
again, as long as there is patience; a figure for which no run was quiet is marked, never hidden.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks import processor
from benchmarks.load import Load

QUIET = 0.10  # cores that others may use
ROUNDS = 3
ATTEMPTS = 3  # runs of one figure in one round
LONGEST_WAIT = 4.0  # seconds to wait for quiet before one run
GLANCE = 0.25  # seconds of looking whether it is quiet now


@dataclass(frozen=True, slots=True)
class Run:
    """One short run: processor milliseconds per request, and what the browsers saw."""

    cpu_ms: float
    rps: float
    p50: float
    p95: float
    others: float

    @property
    def quiet(self) -> bool:
        return self.others < QUIET


@dataclass
class Measure:
    """Something to measure. `work` does it once; it returns None when it has nothing left to do it on."""

    key: str
    label: str
    work: Callable[[], Load | None]
    runs: list[Run] = field(default_factory=list)
    floors: list[Run] = field(default_factory=list)

    @property
    def best(self) -> Run:
        return best_of(self.runs)

    @property
    def ratio(self) -> float:
        """How many floors it costs."""
        return self.best.cpu_ms / best_of(self.floors).cpu_ms

    @property
    def p95_ratio(self) -> float:
        """How many times longer the slowest twentieth waits than at the floor."""
        return self.best.p95 / best_of(self.floors).p95

    @property
    def disturbed(self) -> bool:
        return not (self.best.quiet and best_of(self.floors).quiet)


def best_of(runs: Sequence[Run]) -> Run:
    """The cheapest run among the quiet ones, or among all when none was quiet."""
    return min([run for run in runs if run.quiet] or runs, key=lambda run: run.cpu_ms)


class Bench:
    """Runs measures against the trees under `roots`. `patience`: seconds it may spend on waiting and trying again."""

    def __init__(self, roots: Iterable[int], *, patience: float):
        self.roots = list(roots)
        self.patience = patience

    def go_around(self, floor: Measure, measures: Sequence[Measure], tell: Callable[[str], None]) -> None:
        for number in range(1, ROUNDS + 1):
            before = self._gated(floor)
            for measure in measures:
                run = self._gated(measure)
                after = self._gated(floor)
                if run and before and after:
                    measure.runs.append(run)
                    measure.floors += [before, after]
                    tell(f"{number}/{ROUNDS} {measure.label}: {run.cpu_ms:.1f} CPU-ms, others {run.others:.2f} cores")
                before = after

    def _gated(self, measure: Measure) -> Run | None:
        """A quiet run, or the quietest of those there was patience for."""
        found: list[Run] = []
        for _ in range(ATTEMPTS):
            self.wait_for_quiet()
            began = time.monotonic()
            run = self._once(measure)
            if run is None:
                break
            found.append(run)
            if run.quiet:
                break
            self.patience -= time.monotonic() - began
            if self.patience <= 0:
                break
        if measure.key == "floor":
            measure.runs += found
        return min(found, key=lambda run: (not run.quiet, run.others), default=None)

    def _once(self, measure: Measure) -> Run | None:
        before = processor.read()
        load = measure.work()
        after = processor.read()
        if load is None:
            return None
        used = processor.used(before, after, measured=self.roots, ours=os.getpid())
        return Run(used.cpu * 1000 / load.requests, load.requests / load.seconds, load.p50, load.p95, used.others)

    def wait_for_quiet(self) -> None:
        began = time.monotonic()
        while time.monotonic() - began < min(LONGEST_WAIT, self.patience):
            before = processor.read()
            time.sleep(GLANCE)
            if processor.used(before, processor.read(), measured=[], ours=os.getpid()).others < QUIET:
                break
        self.patience -= time.monotonic() - began
