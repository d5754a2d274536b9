"""Twenty editors of one negotiation table over HTTP, ten thousand acknowledged edits: is any of them lost?

    python -m benchmarks.editors [EDITS]

Every editor reads the target of an indicator, raises its whole part by one and offers that on the version read, at once
again when somebody was faster. Whole parts therefore count edits: as many as were acknowledged, or one was overwritten
unread. The second run is the positive control, the same with the version check switched off (the editors claim to have
seen everything): it must lose edits, else the first run proves nothing. Ends with 1 when either is not so.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from dataclasses import dataclass

from benchmarks.load import ask, percentile
from benchmarks.portal import Portal
from kpiportal.embedded.install import say, speak_utf8
from kpiportal.embedded.trouble import Trouble

EDITORS, HOT_LINES, EDITS = 20, 6, 10_000
TOLD_EVERY = 1_000
CONTROL = 1_000  # edits of the positive control
EVERYTHING = 10**12  # "I have seen every version there will be"


@dataclass
class Tally:
    """What the editors were told, and what stands in the database at the end."""

    acknowledged: int
    refused: int
    found: int
    seconds: float
    p95: float

    @property
    def lost(self) -> int:
        return self.acknowledged - self.found

    @property
    def sentence(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.refused} refused with both values, {self.lost} lost; "
            f"{self.acknowledged / self.seconds:.0f} a second, p95 {self.p95:.0f} ms"
        )


def main(edits: int) -> int:
    speak_utf8()
    try:
        with Portal() as portal:
            checked = _run(portal, edits, checked=True)
            say(f"with the version check:    {checked.sentence}")
            control = _run(portal, CONTROL, checked=False)
            say(f"without (must lose edits): {control.sentence}")
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0 if checked.lost == 0 and checked.acknowledged >= edits and control.lost > 0 else 1


def _run(portal: Portal, edits: int, *, checked: bool) -> Tally:
    lines = portal.plan.table_lines[:HOT_LINES]
    before = {line: _target(portal, line)[0] for line in lines}
    left = itertools.count(edits, -1)
    taken: list[float] = []
    refused: list[float] = []
    troubles: list[Exception] = []

    def edit(number: int) -> None:
        try:
            for line in itertools.cycle(lines[number % HOT_LINES :] + lines[: number % HOT_LINES]):
                if next(left) <= 0 or troubles:
                    return
                while not _offer(portal, line, number, checked, taken, refused):
                    pass
                if len(taken) % TOLD_EVERY == 0:
                    sys.stderr.write(f"{len(taken)} edits\n")
        except (Trouble, OSError, ValueError) as trouble:
            troubles.append(trouble)

    began = time.monotonic()
    editors = [threading.Thread(target=edit, args=[number]) for number in range(1, EDITORS + 1)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    if troubles:
        raise Trouble(str(troubles[0]))
    found = sum(_target(portal, line)[0] - before[line] for line in lines)
    return Tally(len(taken), len(refused), found, time.monotonic() - began, percentile(taken, 0.95))


def _offer(portal: Portal, line: int, number: int, checked: bool, taken: list[float], refused: list[float]) -> bool:
    """One try; True when it was acknowledged."""
    whole, version = _target(portal, line)
    fields = {"seen": str(version if checked else EVERYTHING), "target": f"{whole + 1}.{number:02}"}
    request = portal.post(f"/agreements/table/lines/{line}/offer/", "bargainer", fields, script=True)
    try:
        taken.append(ask(portal.port, request)[0])
    except Trouble as trouble:
        if "409" not in str(trouble):
            raise
        refused.append(0.0)
        return False
    return True


def _target(portal: Portal, line: int) -> tuple[int, int]:
    """(whole part of the party's target, version of that cell)."""
    page = ask(portal.port, portal.get_path(f"/benchmarks/cell/{line}/", "bargainer"))[1]
    whole, version = json.loads(page)
    return whole, version


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EDITS))
