"""What each person owes, from one source: the home page and the reminders read the same lists.

Apps above register a provider: `provider(user, at) -> Owed`. The kernel knows none of them by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kpiportal.models import User


@dataclass(frozen=True)
class Task:
    """One thing to do, as templates/components/task.html shows it: what, on what, since or until when, one button."""

    title: str
    detail: str
    url: str
    action: str
    chip_kind: str = ""
    chip_text: str = ""
    due_at: dt.datetime | None = None
    main: bool = False


@dataclass
class Owed:
    """What one app says to one person: `mine` waits on them; `panels` and `sections` are parts of the
    page, each (template, data), beside and below."""

    mine: list[Task] = field(default_factory=list)
    panels: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sections: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def nearest(self) -> Task | None:
        """The next day that matters; what is overdue says so on its own line."""
        return next((task for task in self.mine if task.chip_kind == "due" and task.due_at), None)


Provider = Callable[[User, dt.datetime], Owed]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register (decorator)."""
    _providers.append(function)
    return function


def of(user: User, *, at: dt.datetime) -> Owed:
    """Everything, latest-due last; what has no date comes after what has."""
    total = Owed()
    for provide in _providers:
        part = provide(user, at)
        total.mine += part.mine
        total.panels += part.panels
        total.sections += part.sections
    total.mine.sort(key=lambda task: (task.due_at is None, task.due_at or at))
    if total.mine and not any(task.main for task in total.mine):
        total.mine[0] = replace(total.mine[0], main=True)  # one filled button: where to begin
    return total
