"""The head of the chain, taken off the machine every day: the one thing its owner cannot rewrite afterwards.

KPI_AUDIT_HEAD_FILE (a mounted place elsewhere) gets a line a day, KPI_AUDIT_HEAD_MAIL a mail. Before a new head is
written the chain is verified against the last one in the file, so a chain rebuilt or cut is found the next morning.
A chain that does not verify gets no new line: the mail and the server's log say what was found.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from pathlib import Path

from django.conf import settings

from kpiportal import outbox, seals, thai
from kpiportal.seals import Fault, Head

log = logging.getLogger(__name__)
MOST_TOLD = 20


def keep(*, at: dt.datetime) -> list[Fault]:
    """Verify, then write the head where the settings say; returns what verifying found."""
    place = Path(settings.KPI_AUDIT_HEAD_FILE) if settings.KPI_AUDIT_HEAD_FILE else None
    if place is None and not settings.KPI_AUDIT_HEAD_MAIL:
        return []
    seals.seal(at=at)
    head, faults = seals.verify(last_kept(place) if place else None)
    for fault in faults[:MOST_TOLD]:
        log.error("audit trail %s at %s, event %s: %s", fault.kind, fault.position, fault.event_id, fault.text)
    for address in settings.KPI_AUDIT_HEAD_MAIL:
        _mail(address, head, faults, at=at)
    if place and not faults:
        _append(place, head)  # last: a place that is away keeps no mail back
    return faults


def last_kept(place: Path) -> Head | None:
    """The newest head in a file: its last line; None when there is no file yet. ValueError: something else is in it."""
    if not place.exists():
        return None
    lines = place.read_text(encoding="utf-8").split("\n")
    written = [line for line in lines if line.strip()]
    try:
        return Head(**json.loads(written[-1])) if written else None
    except TypeError as error:
        raise ValueError(f"{place}: not a head of the chain") from error


def _append(place: Path, head: Head) -> None:
    with place.open("a", encoding="utf-8") as file:
        file.write(head.as_json() + "\n")
        file.flush()
        os.fsync(file.fileno())


def _mail(address: str, head: Head, faults: list[Fault], *, at: dt.datetime) -> None:
    told = [
        f"{fault.kind}: ลำดับ {fault.position or '-'} ประวัติเลข {fault.event_id or '-'}: {fault.text}" for fault in faults
    ]
    facts = {
        "when": thai.date_text(at),
        "verdict": f"พบร่องรอยการแก้ไข {len(faults)} แห่ง" if faults else "ประวัติครบถ้วน",
        "found": "\n".join(told[:MOST_TOLD]),
        "count": str(head.count),
        "head": head.as_json(),
    }
    key = f"audit-head:{address}:{thai.day_in_bangkok(at).isoformat()}"
    outbox.post([outbox.compose("audit_head", to=address, facts=facts, at=at, dedupe_key=key[:200])])
