"""Long work: begun by a request, done by a worker in small committed steps, found again on its own page.

The broker only says "look at the table". A step locks its job, does a few entries and writes how far it came in one
transaction: killed, run twice or late, no entry is done twice and none is left out. What is done is registered by the
app that does it (`deed`); the kernel knows none of them by name.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from kpiportal.models import Job, User

log = logging.getLogger(__name__)
STEP = 50  # entries in one transaction: about a quarter of a second, and what a page sees of the progress
AT_ONCE = 100  # entries that are not worth sending anybody to wait for
KEPT_FOR = dt.timedelta(days=30)
# A step that took its worker with it this often without getting anywhere is not begun again.
MOST_TRIES = 5
NO_LONGER = "สิทธิ์ของท่านเปลี่ยนไปก่อนที่จะทำเสร็จ ส่วนที่เหลือจึงไม่ได้ทำ"
GAVE_UP = f"ระบบลองทำแล้ว {MOST_TRIES} ครั้งและหยุดกลางคันทุกครั้ง จึงหยุดงานนี้ไว้ สั่งใหม่ได้ ถ้ายังไม่สำเร็จโปรดแจ้งผู้ดูแลระบบ"
_PROGRESS_SECONDS = 600

Deed = Callable[[Job, list[Any], dt.datetime], None]


class CannotBeDone(Exception):
    """The job ends here; `str(error)` is the Thai sentence its page shows."""


@dataclass(frozen=True)
class _Registered:
    do: Deed
    tell: Callable[..., None] | None


_deeds: dict[str, _Registered] = {}


def deed(kind: str, *, tell: Callable[..., None] | None = None) -> Callable[[Deed], Deed]:
    """Register what a kind of job does with some of its entries. `tell(job, at=)` lets the owner of a long one know."""

    def register(function: Deed) -> Deed:
        _deeds[kind] = _Registered(function, tell)
        return function

    return register


def start(kind: str, work: list[Any], *, by: User, at: dt.datetime, **facts: str) -> Job:
    """Write the job down in the surrounding transaction; a worker looks when it commits. facts: title, subject."""
    job = Job.objects.create(kind=kind, owner=by, asked_at=at, total=len(work), work=work, **facts)
    transaction.on_commit(_wake, robust=True)
    return job


def _wake() -> None:
    """With the broker away the next minute's look finds the job all the same."""
    from kpiportal import tasks  # noqa: PLC0415 -- tasks import this module

    tasks.run_jobs.apply_async(retry=False, ignore_result=True)


def run_waiting(*, at: dt.datetime) -> int:
    """Do everything that waits, oldest first; returns how many jobs ended. One that breaks stops no other."""
    ended = 0
    for pk in Job.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        try:
            ended += run(pk, at=at)
        except Exception:
            log.exception("job %s", pk)
    return ended


def run(pk: int, *, at: dt.datetime) -> bool:
    """One job to its end; False when another worker has it or it is over."""
    with _alone(pk) as mine:
        job = _begin(pk, at) if mine else None
        while job and not job.is_over:
            job = _step(pk, at)
        return job is not None


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Whether this worker has the job to itself, between its steps, too: one that only came by is no attempt. The lock
    is the connection's, so a dead worker's is free at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('kpiportal.job'), %s)", [pk])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('kpiportal.job'), %s)", [pk])


@transaction.atomic
def _begin(pk: int, at: dt.datetime) -> Job | None:
    """Count the attempt before it is made, so that one which kills its worker is counted, too."""
    job = _taken(pk)
    if job is None:
        return None
    job.tries += 1
    if job.tries > MOST_TRIES:
        job.refusal, job.ended_at, job.work = GAVE_UP, at, []
    job.save(update_fields=["tries", "refusal", "ended_at", "work"])
    return job


def _taken(pk: int) -> Job | None:
    found: Job | None = Job.objects.select_for_update(skip_locked=True).unfinished().filter(pk=pk).first()
    return found


@transaction.atomic
def _step(pk: int, at: dt.datetime) -> Job | None:
    job = _taken(pk)
    if job is None:
        return None
    now = job.work[job.done : job.done + STEP]
    registered = _deeds[job.kind]
    try:
        with transaction.atomic():
            registered.do(job, now, at)
    except PermissionDenied:
        job.refusal, now = NO_LONGER, []
    except CannotBeDone as refusal:
        job.refusal, now = str(refusal), []
    job.done += len(now)
    job.tries = 0
    if job.refusal or job.done >= job.total:
        job.ended_at, job.work = at, []
        if registered.tell and job.total > AT_ONCE:
            registered.tell(job, at=at)
    job.save(update_fields=["done", "work", "findings", "refusal", "ended_at", "file", "mark", "tries"])
    return job


def note_progress(job: Job, done: int, whole: int) -> None:
    """How far the entry under way is, for the page that waits: nothing is committed before the entry is."""
    cache.set(f"job-progress:{job.pk}", (done, whole), _PROGRESS_SECONDS)


def progress_of(job: Job) -> tuple[int, int]:
    """(done, whole): of the entry under way where it says so, else of the entries."""
    found: tuple[int, int] | None = cache.get(f"job-progress:{job.pk}") if job.total == 1 else None
    return found or (job.done, job.total)


def purge(*, at: dt.datetime) -> int:
    """Delete jobs of the past and the files they made, which may hold personal data; returns how many."""
    old = Job.objects.filter(ended_at__lt=at - KEPT_FOR).select_related("file")
    gone = 0
    for job in old:
        with transaction.atomic():
            job.delete()
            if job.file:
                job.file.delete()  # the bytes follow at night, as a file without a row (files.sweep_orphans)
        gone += 1
    return gone
