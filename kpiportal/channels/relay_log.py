"""Whether the mail relay accepted a message whose answer was lost: its log is asked before the message is sent again.

KPI_RELAY_LOG names a file the relay writes before it answers, with the Message-ID of every accepted mail (Postfix:
mail.log, a `message-id=<...>` line of cleanup). Without it, a mail interrupted between acceptance and answer is sent
twice with the same Message-ID.
"""

from __future__ import annotations

import logging
import mmap
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)


def has(message_id: str) -> bool:
    """True when the log, or the one before it (logrotate's .1), names this mail. A log that cannot be read names none:
    better twice than never."""
    if not settings.KPI_RELAY_LOG:
        return False
    now = Path(settings.KPI_RELAY_LOG)
    return any(_names(path, message_id) for path in (now, now.with_name(f"{now.name}.1")))


def _names(path: Path, message_id: str) -> bool:
    try:
        if not path.is_file() or not path.stat().st_size:
            return False
        with path.open("rb") as lines, mmap.mmap(lines.fileno(), 0, access=mmap.ACCESS_READ) as words:
            return words.rfind(message_id.encode()) >= 0
    except OSError as error:
        log.error("the relay's log cannot be read: %s", error)
        return False
