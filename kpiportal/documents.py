"""Documents that take a while: ordered by a click, made by a worker, kept for 30 days for whoever ordered them.

An app registers a maker by name. The job stores a hash of the document's data (`mark`), so that a page can say when
the data has changed since. A half-made document is never kept: its file gets a row only in the job's last step.
"""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from kpiportal import files, jobs
from kpiportal.models import Job, Organization, StoredFile, User
from kpiportal.pdf import PdfError

Progress = Callable[[int, int], None]  # (done, whole)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = "ที่เก็บไฟล์ของระบบเต็ม เอกสารจึงยังไม่ได้จัดทำ โปรดแจ้งผู้ดูแลระบบ แล้วสั่งใหม่"


@dataclass(frozen=True)
class Document:
    """What a maker returns. `mark`: a hash of the data the document was made from."""

    name: str
    content_type: str
    data: bytes
    organization: Organization
    mark: str


Maker = Callable[[int, User, dt.datetime, Progress], Document]
_makers: dict[str, Maker] = {}


def maker(name: str) -> Callable[[Maker], Maker]:
    """Register: `maker(subject's key, owner, at, progress) -> Document`. PermissionDenied ends the job."""

    def register(function: Maker) -> Maker:
        _makers[name] = function
        return function

    return register


@transaction.atomic
@transaction.atomic
def order(name: str, key: int, *, subject: str, title: str, by: User, at: dt.datetime) -> Job:
    """Create the job; a second click gets the one already running. `subject`: what it is about, for `ordered`."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at one moment come one after the other
    found = Job.objects.visible_to(by).unfinished().filter(kind=Job.Kind.DOCUMENT, subject=subject, title=title)
    return found.first() or jobs.start(Job.Kind.DOCUMENT, [[name, key]], by=by, at=at, subject=subject, title=title)


def ordered(subject: str, by: User) -> list[Job]:
    """This person's documents about the subject, newest first."""
    found = Job.objects.visible_to(by).filter(kind=Job.Kind.DOCUMENT, subject=subject)
    return list(found.defer("work").select_related("file"))


@jobs.handler(Job.Kind.DOCUMENT)
def _make(job: Job, entries: list[list[Any]], at: dt.datetime) -> None:
    by = User.objects.get(pk=job.owner_id)
    for name, key in entries:
        try:
            made = _makers[name](key, by, at, partial(jobs.note_progress, job))
            job.file = _kept(made, by, at)
        except PdfError as refusal:
            raise jobs.CannotBeDone(f"จัดหน้าเอกสารไม่ได้: {' '.join(refusal.reasons)}"[:400]) from refusal
        except Exception as trouble:
            if not _is_disk_full(trouble):
                raise
            raise jobs.CannotBeDone(DISK_FULL) from trouble
        job.mark = made.mark


def _is_disk_full(trouble: BaseException | None) -> bool:
    """Whether the disk is full, also when a library wraps the OSError."""
    while trouble is not None:
        if isinstance(trouble, OSError) and trouble.errno in _FULL:
            return True
        trouble = trouble.__cause__ or trouble.__context__
    return False


def _kept(made: Document, by: User, at: dt.datetime) -> StoredFile:
    return files.store_bytes(
        made.data,
        name=made.name,
        content_type=made.content_type,
        purpose=StoredFile.Purpose.EXPORT,
        organization=made.organization,
        by=by,
        at=at,
    )
