"""Several people at the same moment: real threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

LONGEST = 60  # seconds


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Start them all at once; what each returned or raised, in their order. TimeoutError when one does not end.

    For tests with real transactions (`django_db(transaction=True)`): nothing uncommitted is seen by another thread.
    """
    start = threading.Barrier(len(deeds))
    results: list[Any] = [TimeoutError(f"not done in {LONGEST} s")] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(LONGEST)
            results[place] = deed()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    return results
