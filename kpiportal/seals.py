"""The hash chain over the audit trail: every committed row is sealed in order, and tampering can be detected.

Writers never wait: a task seals committed rows every minute, in the order it finds them (AuditSeal.position). A row
that commits late, with a lower id than one already sealed, takes the next position.
digest(n) = SHA-256(digest(n-1) + "\n" + n + "\n" + canonical JSON of the event and the moment of its sealing).
Whoever owns the database can rebuild the whole chain or cut off its end; only a chain head kept elsewhere shows that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from kpiportal.models import AuditEvent, AuditSeal

GENESIS = "0" * 64
BATCH = 2_000
NEAR = 1_000  # how far a swapped seal's event is looked for; further off it is told as edited
# Held by the one worker that is sealing; any number nobody else locks by.
_LOCK = 0x5EA1ED
# An action sealed late with an old number stood in a transaction no longer than this, or was slipped in afterwards.
LONGEST_TRANSACTION = dt.timedelta(hours=1)
# Written out, not read from the model: a column added later must not change digests made before it.
COLUMNS = (
    "id", "at", "verb", "actor_id", "actor_text", "acting_as", "organization_id", "subject_type", "subject_id",
    "subject_text", "before", "after", "data", "address",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """The end of the chain: what to keep off the machine. `digest` is hex, `sealed_at` ISO 8601 or ""."""

    count: int
    digest: str
    sealed_at: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True)
class Fault:
    """kind: edited, deleted, inserted, reordered, cut; position in the chain and event id where known."""

    kind: str
    position: int | None
    event_id: int | None
    text: str


def seal(*, at: dt.datetime) -> int:
    """Seal every committed event that has no seal yet; returns how many (0 when another worker is sealing)."""
    sealed = 0
    while done := _seal_batch(at):
        sealed += done
    return sealed


def head() -> Head:
    last = AuditSeal.objects.order_by("-position").first()
    return Head(last.position, last.digest, _moment(last.sealed_at)) if last else Head(0, GENESIS, "")


def verify(kept: Head | None = None) -> tuple[Head, list[Fault]]:
    """Recompute the chain from its first link. kept: a head exported earlier, which must still be on the chain."""
    previous, expected, highest = GENESIS, 1, (0, None)
    end, faults = Head(0, GENESIS, ""), []
    passed: str | None = GENESIS if kept and kept.count == 0 else None
    with _one_snapshot():
        for link, event in _links():
            if link.position != expected:  # what this link was made from is gone: nothing to recompute it with
                faults.append(Fault("deleted", expected, None, f"ผนึกลำดับ {expected} ถึง {link.position - 1} หายไป"))
            elif event is None:
                faults.append(_fault("deleted", link, "ผนึกยังอยู่ แต่ประวัติถูกลบ"))
            elif digest_of(previous, link.position, event, link.sealed_at) != link.digest:
                faults.append(_fault(*_what_changed(link, previous)))
            elif _slipped_in(event, highest):
                faults.append(_fault("inserted", link, "เลขและเวลาเก่ากว่าที่ผนึกไปแล้วนานเกินกว่าธุรกรรมหนึ่งจะรอได้"))
            # The chain goes on from what is written, so that one fault is told once and the next is still found.
            previous, expected = link.digest, link.position + 1
            highest = max(highest, (link.event_id, link.sealed_at), key=lambda seen: seen[0])
            end = Head(link.position, link.digest, _moment(link.sealed_at))
            if kept and link.position == kept.count:
                passed = link.digest
        faults += _unsealed(highest)
    if kept and passed != kept.digest:
        faults.append(_kept_fault(kept, passed))
    return end, faults


def digest_of(previous: str, position: int, event: dict[str, Any], sealed_at: dt.datetime) -> str:
    text = f"{previous}\n{position}\n{canonical({**event, 'sealed_at': sealed_at})}"
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(row: dict[str, Any]) -> str:
    """One text for one row: keys sorted, no blanks, moments in UTC to the microsecond."""
    shown = {key: _moment(value) if isinstance(value, dt.datetime) else value for key, value in row.items()}
    return json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@transaction.atomic
def _seal_batch(at: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    last = head()
    waiting = AuditEvent.objects.filter(~Exists(AuditSeal.objects.filter(event_id=OuterRef("pk"))))
    links, previous = [], last.digest
    for position, event in enumerate(waiting.order_by("id").values(*COLUMNS)[:BATCH], start=last.count + 1):
        previous = digest_of(previous, position, event, at)
        links.append(AuditSeal(position=position, event_id=event["id"], digest=previous, sealed_at=at))
    AuditSeal.objects.bulk_create(links)
    return len(links)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Seals and events as of one moment, so that a seal made meanwhile is not taken for a fault."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _links() -> Iterator[tuple[AuditSeal, dict[str, Any] | None]]:
    """Each seal with its event, a batch at a time."""
    done: int | None = None
    while True:
        seals = AuditSeal.objects.order_by("position")
        batch = list((seals if done is None else seals.filter(position__gt=done))[:BATCH])
        if not batch:
            return
        ids = [link.event_id for link in batch]
        events = {event["id"]: event for event in AuditEvent.objects.filter(pk__in=ids).values(*COLUMNS)}
        for link in batch:
            yield link, events.get(link.event_id)
        done = batch[-1].position


def _what_changed(link: AuditSeal, previous: str) -> tuple[str, AuditSeal, str]:
    """A digest that does not fit: another event's (somebody swapped two seals), or this one's words changed."""
    near = AuditEvent.objects.filter(pk__range=(link.event_id - NEAR, link.event_id + NEAR)).exclude(pk=link.event_id)
    for other in near.values(*COLUMNS):
        if digest_of(previous, link.position, other, link.sealed_at) == link.digest:
            return "reordered", link, f"ลำดับนี้เคยเป็นของประวัติเลข {other['id']}"
    return "edited", link, "ข้อความในประวัติหรือในผนึกไม่ตรงกับเมื่อผนึก"


def _slipped_in(event: dict[str, Any], highest: tuple[int, dt.datetime | None]) -> bool:
    number, sealed_at = highest
    return sealed_at is not None and event["id"] < number and event["at"] < sealed_at - LONGEST_TRANSACTION


def _unsealed(highest: tuple[int, dt.datetime | None]) -> list[Fault]:
    """Events waiting for the next minute are fine; an old one among sealed ones is a fault."""
    waiting = AuditEvent.objects.filter(~Exists(AuditSeal.objects.filter(event_id=OuterRef("pk"))))
    return [
        Fault("inserted", None, event["id"], "ไม่มีผนึก ทั้งที่ประวัติเลขสูงกว่าผนึกไปนานแล้ว")
        for event in waiting.filter(pk__lt=highest[0]).order_by("id").values("id", "at")
        if _slipped_in(event, highest)
    ]


def _kept_fault(kept: Head, found: str | None) -> Fault:
    if found is None:
        return Fault("cut", kept.count, None, f"หัวโซ่ที่เก็บไว้อยู่ที่ลำดับ {kept.count} แต่ลำดับนั้นไม่มีแล้ว")
    return Fault("edited", kept.count, None, f"ผนึกลำดับ {kept.count} ไม่ตรงกับหัวโซ่ที่เก็บไว้ โซ่ถูกสร้างใหม่")


def _fault(kind: str, link: AuditSeal, text: str) -> Fault:
    return Fault(kind, link.position, link.event_id, text)


def _moment(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
