"""Counts about people, cached for a minute and invalidated by every action on people.

They change about once a day, and the home page that shows them is opened all the time and has its eight queries
already.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import transaction

KEPT_FOR = 60  # seconds
_GENERATION = "people.generation"
Found = TypeVar("Found")


def kept(name: str, count: Callable[[], Found]) -> Found:
    """What `count` gives, at most a minute old and never older than the last action. Without a cache: counted again."""
    key = f"people.{name}"
    found = cache.get_many([_GENERATION, key])
    generation = found.get(_GENERATION, "")
    if key in found and found[key][0] == generation:
        answer: Found = found[key][1]
        return answer
    answer = count()
    cache.set(key, (generation, answer), KEPT_FOR)
    return answer


def forget() -> None:
    """After an action on people, once it is committed: whatever was counted before is counted again."""
    transaction.on_commit(_next_generation, robust=True)


def _next_generation() -> None:
    cache.set(_GENERATION, uuid.uuid4().hex, None)
