"""What the year's data would bring before a meeting: cards that are late, obstacles told, what the table parked.

Each app registers what it knows (`provider`); meetings above propose it for an agenda without importing them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from agreements.models import Agreement


@dataclass(frozen=True)
class Matter:
    """One matter. `source` is its stable name ("reporting.late:3:17"); `section` the agenda's standard item it belongs
    under: 3 เรื่องสืบเนื่อง or 4 เรื่องเสนอให้ทราบและพิจารณา. `group` is the heading people see it under."""

    source: str
    group: str
    section: int
    title: str
    note: str = ""
    presenter: str = ""


Provider = Callable[[Agreement, dt.datetime], list[Matter]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register (decorator)."""
    _providers.append(function)
    return function


def of(agreement: Agreement, *, at: dt.datetime) -> list[Matter]:
    """Everything worth bringing up at that moment, in the order of the apps; a fixed number of queries."""
    return [matter for provide in _providers for matter in provide(agreement, at)]
