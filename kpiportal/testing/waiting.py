"""Waiting for what another thread or process does, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable


class Until:
    def until(self, condition: Callable[[], bool], *, seconds: float = 20) -> None:
        """Return as soon as the condition holds; AssertionError when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)
