"""Whether the mail relay accepted a message whose answer was lost: its log is asked before the message is sent again.

KPI_RELAY_LOG names a file the relay writes before it answers, with the Message-ID of every accepted mail (Postfix:
mail.log, a `message-id=<...>` line of cleanup). Without it, a mail interrupted between acceptance and answer is sent
twice with the same Message-ID.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from django.conf import settings


def has(message_id: str) -> bool:
    """True when the log is there and names this mail."""
    path = Path(settings.KPI_RELAY_LOG) if settings.KPI_RELAY_LOG else None
    if path is None or not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as words:
        return words.rfind(message_id.encode()) >= 0
