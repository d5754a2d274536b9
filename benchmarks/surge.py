"""The last minute before a deadline: `python -m benchmarks.surge [CARDS] [PEOPLE]`.

Fifty people file five hundred cards within a minute: each opens the card, attaches a file, sends, reads the receipt.
Every sending is pressed as the browser does and read back from the database and the disk afterwards: none may be lost,
doubled or different. The pace is given (each person's cards are due evenly over the minute); how long the answers took
is told. Ends with 1 when a card is not as it was acknowledged, or the minute was not kept.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable

from benchmarks import filing, processor
from benchmarks.load import percentile
from benchmarks.portal import Portal
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

CARDS, PEOPLE, MINUTE = 500, 50, 60.0
WORKERS = 4  # two to a core, as deploy/gunicorn.conf.py starts them


def main(cards: int, people: int) -> int:
    speak_utf8()
    try:
        with Portal(workers=WORKERS, cards=cards, filers=people) as portal:
            before = processor.read()
            tally, seconds = run(portal)
            used = processor.used(before, processor.read(), measured=portal.roots, ours=os.getpid())
            found = filing.proved(portal, tally)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    say(f"{len(tally.filed)} cards sent and acknowledged by {people} people in {seconds:.1f} s")
    for error in tally.errors[:3]:
        say(f"error: {error}")
    for step, took in tally.took.items():
        say(f"{step:18} {len(took):5} times, p50 {percentile(took, 0.5):6.0f} ms, p95 {percentile(took, 0.95):6.0f} ms")
    say(f"processor time {used.cpu * 1000 / cards:.0f} ms a card; others kept {used.others:.1f} cores busy")
    say(f"lost {found.lost}, doubled {found.doubled}, different {found.different}, damaged files {found.damaged}")
    return 0 if found.is_whole and len(tally.filed) == cards and seconds <= MINUTE * 1.05 else 1


def run(portal: Portal, *, seconds: float = MINUTE) -> tuple[filing.Tally, float]:
    """What was told, and how long it took all of them."""
    tally, began, chance = filing.Tally(), time.monotonic(), random.Random(2558)
    filers = [
        filing.Filer(portal, who, hand, tally, _evenly(began, seconds * 0.95, len(hand), chance.random()))
        for who, hand in portal.plan.hands.items()
    ]
    for filer in filers:
        filer.start()
    for filer in filers:
        filer.join()
    return tally, time.monotonic() - began


def _evenly(began: float, seconds: float, count: int, offset: float) -> Callable[[int], None]:
    def wait(n: int) -> None:
        time.sleep(max(0.0, began + (n + offset) * seconds / count - time.monotonic()))

    return wait


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [CARDS, PEOPLE][len(numbers) :])))
