"""What keeping secrets and a trail costs: `python -m benchmarks.secrecy` (bars S2 and S10 of the quality list).

1. A neighbour asks for what stands behind our numbers and for numbers nobody has, in turn. How long the 404 takes must
   not tell them apart: median against median within a fifth, page by page.
2. Actions are sealed into the chain once a minute, after the request. What one seal costs the processors, next to
   what it cost to offer one cell: together at most 1.2 times the offer alone.

Ends with 1 when either is not so. Run it on a quiet machine.
"""

from __future__ import annotations

import itertools
import os
import re
import statistics
import subprocess
import sys

from benchmarks import bargain, processor
from benchmarks.load import Request, ask, in_turn
from benchmarks.portal import Portal
from kpiportal.embedded.install import ROOT, say, speak_utf8
from kpiportal.embedded.trouble import Trouble

NOWHERE = "987654321"
NEIGHBOUR = "bargainer"  # of the other province
TRIES, LEAST, MOST = 150, 0.8, 1.2
OFFERS, TIMES = 300, 1.2
_SEAL = "import django; django.setup(); from kpiportal import clock, seals; print(seals.seal(at=clock.now()))"


def main() -> int:
    speak_utf8()
    try:
        with Portal() as portal:
            told = _apart(portal)
            share = _chain(portal)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0 if all(LEAST <= ratio <= MOST for ratio in told) and share <= TIMES else 1


def _apart(portal: Portal) -> list[float]:
    """Per page of ours: how much longer the neighbour waits for its 404 than for that of a number nobody has."""
    ratios = []
    for name, path in sorted(portal.plan.pages.items()):
        nowhere = re.sub(r"\d+", NOWHERE, path, count=1)
        pair = [portal.get_path(one, NEIGHBOUR, expect=404) for one in (path, nowhere)]
        if nowhere == path or not _hidden(portal, pair):
            continue
        waits: list[list[float]] = [[], []]
        for _ in range(TRIES):
            for request, found in zip(pair, waits, strict=True):
                found.append(ask(portal.port, request)[0])
        there, nothing = map(statistics.median, waits)
        ratios.append(there / nothing)
        say(f"{name:12} {there:6.2f} ms where something stands, {nothing:6.2f} where nothing does: {ratios[-1]:.2f}")
    if not ratios:
        raise Trouble("no page of ours is hidden from the neighbour: nothing was measured")
    return ratios


def _hidden(portal: Portal, pair: list[Request]) -> bool:
    """Pages everybody may open, or nobody of this duty, tell nothing."""
    try:
        for request in pair:
            ask(portal.port, request)
    except Trouble:
        return False
    return True


def _chain(portal: Portal) -> float:
    """(offer + its seal) / offer, in processor time."""
    _sealed(portal)
    offers = list(itertools.islice(bargain.offers(portal), OFFERS))
    before = processor.read()
    in_turn(portal.port, offers)
    offered = processor.used(before, processor.read(), measured=portal.roots, ours=os.getpid()).cpu / OFFERS
    before = processor.read()
    count, own = _sealed(portal)
    sealed = own + processor.used(before, processor.read(), measured=portal.roots, ours=os.getpid()).cpu
    if not count:
        raise Trouble("the offers left nothing to seal")
    each = sealed / OFFERS
    times = 1 + each / offered
    say(f"one offer {offered * 1000:.2f} CPU-ms, its seals ({count / OFFERS:.0f}) {each * 1000:.2f}: {times:.2f} times")
    return times


def _sealed(portal: Portal) -> tuple[int, float]:
    """(actions sealed now, processor seconds of the process that did it); starting Python is not part of it."""
    idle = _cpu_of(portal, "import django; django.setup(); print(0)")[1]
    count, spent = _cpu_of(portal, _SEAL)
    return count, max(0.0, spent - idle)


def _cpu_of(portal: Portal, code: str) -> tuple[int, float]:
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", code], env=portal.environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    after = os.times()
    if done.returncode:
        raise Trouble(f"sealing failed\n{done.stderr[-2000:]}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return int(done.stdout.split()[-1]), spent


if __name__ == "__main__":
    sys.exit(main())
