"""Processor time: ours by process tree, everybody else's by what the machine spent beside it.

Milliseconds on the wall depend on the neighbours of a shared machine; what a request makes the processor do hardly
does. Everything is read from /proc, in clock ticks (10 ms on Linux), summed over the tree and its ended children.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
# Columns of the first line of /proc/stat in which somebody works: user nice system idle iowait irq softirq steal.
_WORKING = (0, 1, 2, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Process:
    parent: int
    ticks: int  # its own and those of its children that have ended


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the machine: seconds on the wall, ticks of everybody, every process."""

    at: float
    busy: int
    processes: Mapping[int, Process]


@dataclass(frozen=True, slots=True)
class Used:
    """Between two readings: wall seconds, processor seconds of the measured trees, cores the others kept busy."""

    seconds: float
    cpu: float
    others: float


def read() -> Reading:
    numbers = (PROC / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    busy = sum(int(numbers[column]) for column in _WORKING)
    processes = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (process := _process(folder)):
            processes[int(folder.name)] = process
    return Reading(time.monotonic(), busy, processes)


def _process(folder: Path) -> Process | None:
    """None for one that ended meanwhile. Its name stands in brackets and may hold anything, brackets too."""
    try:
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return Process(parent=int(fields[1]), ticks=sum(int(fields[n]) for n in (11, 12, 13, 14)))


def tree_ticks(processes: Mapping[int, Process], roots: Iterable[int]) -> int:
    """Ticks of these processes and of all below them."""
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    waiting, total = [pid for pid in roots if pid in processes], 0
    while waiting:
        pid = waiting.pop()
        total += processes[pid].ticks
        waiting += children.get(pid, [])
    return total


def used(before: Reading, after: Reading, *, measured: Iterable[int], ours: int) -> Used:
    """`measured`: roots of the trees that are paid for; `ours`: root of all we started, the load driver included."""
    measured = list(measured)
    seconds = after.at - before.at

    def spent(roots: list[int]) -> int:
        return tree_ticks(after.processes, roots) - tree_ticks(before.processes, roots)

    others = (after.busy - before.busy) - spent([ours])
    return Used(seconds, spent(measured) / TICKS, max(0.0, others / TICKS / seconds))
