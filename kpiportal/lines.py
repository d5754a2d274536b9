"""Lines of a table that nothing changes any more, so that a page may keep what it made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.utils.safestring import SafeString

Line = TypeVar("Line")


class Lines(tuple[Line, ...], Generic[Line]):
    """All lines of a table, for {% rows %} (kpiportal/templatetags/rows.py), which draws each once into `drawn`."""

    drawn: dict[Any, SafeString]

    def __init__(self, lines: Iterable[Line]):
        self.drawn = {}
