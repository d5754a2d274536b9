"""Background jobs: started by a request, done by a worker in small committed steps, shown on a progress page.

A job is a row; a broker message only makes a worker look at the table. One step locks the job, handles up to STEP
entries and stores its progress, all in one transaction, so no entry is handled twice or skipped however often a
worker is killed or a message repeated. Apps register what a kind of job does with `handler`.
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
AT_ONCE = 100  # up to this many entries the request does the work itself
KEPT_FOR = dt.timedelta(days=30)
# Attempts without any progress (the worker died each time) before the job is given up.
MOST_TRIES = 5
NO_LONGER = "สิทธิ์ของท่านเปลี่ยนไปก่อนที่จะทำเสร็จ ส่วนที่เหลือจึงไม่ได้ทำ"
GAVE_UP = f"ระบบลองทำแล้ว {MOST_TRIES} ครั้งและหยุดกลางคันทุกครั้ง จึงหยุดงานนี้ไว้ สั่งใหม่ได้ ถ้ายังไม่สำเร็จโปรดแจ้งผู้ดูแลระบบ"
_PROGRESS_SECONDS = 600

Handler = Callable[[Job, list[Any], dt.datetime], None]


class CannotBeDone(Exception):
    """The job ends here; `str(error)` is the Thai sentence its page shows."""


@dataclass(frozen=True)
class _Registered:
    do: Handler
    tell: Callable[..., None] | None


_handlers: dict[str, _Registered] = {}


def handler(kind: str, *, tell: Callable[..., None] | None = None) -> Callable[[Handler], Handler]:
    """Register the function that handles entries of this kind of job.

    It is called as `function(job, entries, at)` inside the step's transaction and may raise PermissionDenied or
    CannotBeDone, which end the job. `tell(job, at=)` is called at the end of a job of more than AT_ONCE entries.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = _Registered(function, tell)
        return function

    return register


def start(kind: str, work: list[Any], *, by: User, at: dt.datetime, **facts: str) -> Job:
    """Create the job in the surrounding transaction; a worker is woken on commit. work: its entries as JSON values;
    facts: further columns of Job (title, subject)."""
    job = Job.objects.create(kind=kind, owner=by, asked_at=at, total=len(work), work=work, **facts)
    transaction.on_commit(_wake, robust=True)
    return job


def _wake() -> None:
    """Without a broker the job waits for the next run of the minute's task."""
    from kpiportal import tasks  # noqa: PLC0415 -- tasks import this module

    tasks.run_jobs.apply_async(retry=False, ignore_result=True)


def run_waiting(*, at: dt.datetime) -> int:
    """Run all unfinished jobs, oldest first; returns how many ended. A failing job is logged and stops no other."""
    ended = 0
    for pk in Job.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        try:
            ended += run(pk, at=at)
        except Exception:
            log.exception("job %s", pk)
    return ended


def run(pk: int, *, at: dt.datetime) -> bool:
    """Run one job to its end; False when another worker has it or it has ended."""
    with _alone(pk) as mine:
        job = _begin(pk, at) if mine else None
        while job and not job.is_over:
            job = _step(pk, at)
        return job is not None


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Hold the job for this worker between its steps as well; yields False when another worker holds it.

    An advisory lock of the connection: PostgreSQL frees it at once when the worker dies.
    """
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
    """Count the attempt before it is made, so that one which kills its worker counts as well."""
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
    registered = _handlers[job.kind]
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
    """Keep the progress inside the current entry in the cache: the row changes only when the entry is committed."""
    cache.set(f"job-progress:{job.pk}", (done, whole), _PROGRESS_SECONDS)


def progress_of(job: Job) -> tuple[int, int]:
    """(done, whole): inside the only entry where it reports that, else in entries."""
    found: tuple[int, int] | None = cache.get(f"job-progress:{job.pk}") if job.total == 1 else None
    return found or (job.done, job.total)


def purge(*, at: dt.datetime) -> int:
    """Delete jobs that ended KEPT_FOR ago with the files they made (personal data); returns how many."""
    old = Job.objects.filter(ended_at__lt=at - KEPT_FOR).select_related("file")
    gone = 0
    for job in old:
        with transaction.atomic():
            job.delete()
            if job.file:
                job.file.delete()  # the bytes follow at night, as a file without a row (files.sweep_orphans)
        gone += 1
    return gone
