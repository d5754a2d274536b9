"""Does a worker grow while it sets letters?  `python -m benchmarks.letter_memory [LETTERS]`.

Prints milliseconds of processor time a letter and how much the process grew, for copies of one circular and for letters
of their own number; goal: under 5 MB over 300 letters.
A process that loaded fonts and style sheets again for each letter would grow by 0.3 MB a letter.
"""

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from kpiportal.pdf.letter import render_letter
from kpiportal.tests.pdf.letters import CHIANG_MAI

WARM_UP = 20
PAGE_BYTES = resource.getpagesize()


def resident_bytes() -> int:
    """Memory of this process that is in RAM now (not the highest it ever was)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def measure(letters: int, *, differing: str = "recipient") -> tuple[float, float]:
    """(milliseconds of processor time per letter, growth in MB) over `letters`; `differing`: recipient or number."""

    def make(number: int) -> None:
        render_letter(replace(CHIANG_MAI, **{differing: f"{getattr(CHIANG_MAI, differing)} {number}"}))

    for number in range(WARM_UP):
        make(number)
    before, start = resident_bytes(), time.process_time()
    for number in range(letters):
        make(number)
    spent = time.process_time() - start
    return spent / letters * 1000, (resident_bytes() - before) / 1_000_000


def main(letters: int) -> None:
    for differing, name in (("recipient", "copies"), ("number", "letters")):
        milliseconds, grown = measure(letters, differing=differing)
        sys.stdout.write(f"{letters} {name}: {milliseconds:.1f} CPU-ms each, grew {grown:.1f} MB (goal < 5)\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
