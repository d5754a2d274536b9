"""On which steps a duty is reminded of: what OPDC or the party has laid down for the year or round, else its kind's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import ReminderPlan
from kpiportal.obligations import KINDS, Duty
from kpiportal.reminders import latest_step

EARLIEST, LATEST = 60, -60  # working days

Scope = tuple[str, int, int | None, int | None]  # kind, fiscal year, months, party


def known() -> dict[Scope, tuple[int, ...]]:
    """Every row laid down, by its scope. One query."""
    rows = ReminderPlan.objects.values_list("kind", "fiscal_year", "months", "party", "steps")
    return {(kind, year, months, party): tuple(steps) for kind, year, months, party, steps in rows}


def steps_of(
    kind: str, year: int, months: int | None, party: int | None, laid_down: dict[Scope, tuple[int, ...]]
) -> tuple[int, ...]:
    """The narrowest row that fits: the party's round, the party's year, everybody's round, everybody's year."""
    for scope in [(months, party), (None, party), (months, None), (None, None)]:
        if (kind, year, *scope) in laid_down:
            return laid_down[(kind, year, *scope)]
    return KINDS[kind].steps


def line(
    kind: str, year: int, months: int | None, party: int | None, laid_down: dict[Scope, tuple[int, ...]]
) -> dict[str, Any]:
    """A kind's steps in a scope as a page shows them. `own`: laid down for this very scope."""
    steps = steps_of(kind, year, months, party, laid_down)
    return {
        "label": KINDS[kind].label,
        "words": words(steps, waiting=all(step < 0 for step in KINDS[kind].steps)),
        "own": (kind, year, months, party) in laid_down,
        "url": reverse("reminding:plan_edit", args=[kind, year, months or 0, party or 0]),
    }


def words(steps: Iterable[int], *, waiting: bool = False) -> str:
    """ก่อนครบกำหนด 14, 7, 3, 1 วันทำการ · วันครบกำหนด · หลังครบกำหนด 1, 3, 7 วันทำการ."""
    steps = sorted(steps, reverse=True)
    early = ", ".join(str(step) for step in steps if step > 0)
    late = ", ".join(str(-step) for step in steps if step < 0)
    found = [
        f"ก่อนครบกำหนด {early} วันทำการ" if early else "",
        "วันครบกำหนด" if 0 in steps else "",
        f"{'เมื่อรอมาแล้ว' if waiting else 'หลังครบกำหนด'} {late} วันทำการ" if late else "",
    ]
    return " · ".join(part for part in found if part) or "ไม่เตือน"


@dataclass
class Calendar:
    """Which step each duty has reached on a day. Days are counted once for all duties of the same last day."""

    on: dt.date
    closed: Collection[dt.date]
    laid_down: dict[Scope, tuple[int, ...]]
    _steps: dict[tuple[dt.date, dt.date, tuple[int, ...]], int | None] = field(default_factory=dict)

    def reached(self, duty: Duty) -> int | None:
        """The newest step reached; None before the first, and while a notice has just said the same."""
        steps = steps_of(duty.kind, duty.fiscal_year, duty.months, duty.party_id, self.laid_down)
        step = self._step(self.on, counted_to(duty), steps)
        told_on = thai.day_in_bangkok(duty.told_at) if duty.told_at else None
        if step is None or (told_on and self._step(told_on, counted_to(duty), steps) == step):
            return None
        return step

    def _step(self, on: dt.date, to: dt.date, steps: tuple[int, ...]) -> int | None:
        key = (on, to, steps)
        if key not in self._steps:
            self._steps[key] = latest_step(on, to, steps=steps, holidays=self.closed) if steps else None
        return self._steps[key]


def counted_to(duty: Duty) -> dt.date:
    """The day its steps are counted to: the last day in time, or the day a duty without one began."""
    return deadlines.last_day(duty.due_at) if duty.due_at else thai.day_in_bangkok(duty.since)


def span(duties: Iterable[Duty], on: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day any of their steps is counted over."""
    told = (thai.day_in_bangkok(duty.told_at) for duty in duties if duty.told_at)
    days = [on, *(counted_to(duty) for duty in duties), *told]
    return min(days), max(days)
