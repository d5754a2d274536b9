"""One row of the permission matrix, and the names of the people in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PARTY = ("coordinator", "office_head", "governor", "viewer")
WRITERS = ("coordinator", "office_head")
HOST = ("collector", "overseer")
OTHER_HOST = ("other_collector", "other_overseer")
OPDC = ("negotiator", "evaluator", "director")
NEIGHBOURS = ("neighbour", "neighbour_collector", "neighbour_overseer", "neighbour_governor")
EVERYBODY = (*PARTY, *HOST, *OTHER_HOST, *OPDC, *NEIGHBOURS, "operator", "nobody")
SIGNED_IN_ONLY = {who: 200 for who in EVERYBODY}


def each(*groups: tuple[str, ...] | str, code: int) -> dict[str, int]:
    return {who: code for group in groups for who in ((group,) if isinstance(group, str) else group)}


@dataclass(frozen=True)
class Row:
    """One URL with its arguments: `path` finds them in the world; `get`/`post` give codes by person.

    A stranger gets 302 to the login page, or `anonymous` where the page is `public`.
    """

    name: str
    path: Callable[[Any], list[Any]] = field(default=lambda place: [])
    get: dict[str, int] | None = None
    post: dict[str, int] | None = None
    data: Callable[[Any], dict[str, Any]] = field(default=lambda place: {})
    other: int = 404
    anonymous: int = 302
    anonymous_post: int | None = None  # where a stranger's POST answers otherwise than the GET
    public: bool = False
    shared: bool = False  # no object of one province behind it
    label: str = ""

    @property
    def key(self) -> str:
        return self.label or self.name
