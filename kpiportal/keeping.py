"""Autosave, field by field: the server's half of static/js/autosave.js.

The browser sends the fields it changed (`dirty`), each with the text it knew before (`base-<name>`). A field that still
has that value is written. One that somebody else changed meanwhile is reported as a conflict with its stored value, and
written only after the person has chosen. So nobody's text is overwritten unseen, and only the same field conflicts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from kpiportal import thai
from kpiportal.numbers import format_number

BASE = "base-"
_UNREADABLE = object()


@dataclass
class Kept:
    """The outcome for each field of one request. `fresh`: every field as stored now, as a form posts it; `by`: who
    saved last, when it was somebody else; `chip`: the words and the tone of the page's chip after this request.
    """

    revision: int
    at: dt.datetime
    saved: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    clashes: list[dict[str, Any]] = field(default_factory=list)
    fresh: dict[str, list[str]] = field(default_factory=dict)
    by: str = ""
    chip: tuple[str, str] = ("", "")

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "at": thai.time_text(self.at).removeprefix("เวลา ")}

    def tell(self, stored: Mapping[str, Any]) -> None:
        """`stored`: every box after the request, as clean values."""
        self.fresh = {name: [as_text(value)] for name, value in stored.items()}


def sort_out(
    data: QueryDict,
    stored: Mapping[str, Any],
    kept: Kept,
    *,
    clean: Callable[[str, str], Any],
    label: Callable[[str], str],
    names: Iterable[str] | None = None,
) -> dict[str, Any]:
    """The boxes to write, clean, by name; all others go into `kept` as saved already, wrong or clashing.

    `stored`: every box as it is now, clean. `clean(name, text)` raises ValidationError with a Thai sentence.
    `names`: the boxes meant, where the page does not say `dirty`.
    """
    changed = {}
    for name in data.getlist("dirty") if names is None else names:
        if name not in stored:
            continue
        try:
            typed = clean(name, data.get(name, ""))
        except ValidationError as refusal:
            kept.errors[name] = refusal.messages[0]
            continue
        if typed == stored[name]:
            kept.saved.append(name)
        elif _known(name, data, clean) == stored[name]:
            changed[name] = typed
        else:
            text = as_text(stored[name])
            kept.clashes.append({"name": name, "label": label(name), "stored": text, "values": [text]})
    return changed


def as_text(value: Any) -> str:
    """A stored value as its box shows it."""
    return "" if value is None else value if isinstance(value, str) else format_number(value)


def _known(name: str, data: QueryDict, clean: Callable[[str, str], Any]) -> Any:
    """The value the page knew for the field; a sentinel equal to nothing when it could never have been stored."""
    try:
        return clean(name, data.get(BASE + name, ""))
    except ValidationError:
        return _UNREADABLE
