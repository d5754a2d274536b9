"""Long work on people: begun by a request, done by a worker in small committed steps, found again on its own page.

The broker only says "look at the table". A step locks its job, does a few entries and writes how far it came in one
transaction: killed, run twice or late, no entry is done twice and none is left out.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal.models import Job, Organization, User
from kpiportal.onboarding import invitations, my_data, notices
from kpiportal.onboarding.duties import require_proof
from kpiportal.onboarding.invitations import Guest

log = logging.getLogger(__name__)
STEP = 50  # entries in one transaction: about a quarter of a second, and what a page sees of the progress
AT_ONCE = 100  # entries that are not worth sending anybody to wait for
KEPT_FOR = dt.timedelta(days=30)
NO_LONGER = "สิทธิ์ของท่านเปลี่ยนไปก่อนที่จะทำเสร็จ ส่วนที่เหลือจึงไม่ได้ทำ"


@transaction.atomic
def invite(guests: list[Guest], *, by: User, at: dt.datetime) -> Job:
    """Invite everybody on a checked list, by `run`: now when they are few, else by a worker. ProofNeeded, asked here
    where somebody sits: a worker has nobody to ask."""
    for guest in guests:
        require_proof(guest.organization, guest.role)
    rows = [[g.organization.pk, g.role, g.email, g.title, g.first_name, g.last_name, g.position, g.row] for g in guests]
    return _start(Job.Kind.INVITE_PEOPLE, rows, by=by, at=at)


@transaction.atomic
def gather_own_data(*, by: User, at: dt.datetime) -> Job:
    """Put together what is kept about a person, for that person."""
    return _start(Job.Kind.OWN_DATA, [by.pk], by=by, at=at)


def _start(kind: str, work: list[Any], *, by: User, at: dt.datetime) -> Job:
    job = Job.objects.create(kind=kind, owner=by, asked_at=at, total=len(work), work=work)
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
    job = _step(pk, at)
    while job and not job.is_over:
        job = _step(pk, at)
    return job is not None


@transaction.atomic
def _step(pk: int, at: dt.datetime) -> Job | None:
    job = Job.objects.select_for_update(skip_locked=True).unfinished().filter(pk=pk).first()
    if job is None:
        return None
    now = job.work[job.done : job.done + STEP]
    try:
        with transaction.atomic():
            _DEEDS[Job.Kind(job.kind)](job, now, at)
    except PermissionDenied:
        job.refusal, now = NO_LONGER, []
    job.done += len(now)
    if job.refusal or job.done >= job.total:
        job.ended_at, job.work = at, []
        if job.total > AT_ONCE:
            notices.job_over(job, at=at)
    job.save(update_fields=["done", "work", "findings", "refusal", "ended_at", "file"])
    return job


def _invite_some(job: Job, rows: list[list[Any]], at: dt.datetime) -> None:
    """What the check could not see (somebody was invited in between) is kept by its row; the others are invited."""
    by = User.objects.get(pk=job.owner_id)
    places = Organization.objects.in_bulk({row[0] for row in rows})
    guests = [Guest(places[row[0]], *row[1:]) for row in rows]
    try:
        with transaction.atomic():
            invitations.invite_all(guests, by=by, at=at)
    except ValidationError:
        for guest in guests:
            try:
                invitations.invite(guest, by=by, at=at)
            except ValidationError as refusal:
                job.findings.append({"row": guest.row, "text": refusal.messages[0]})


def _gather(job: Job, rows: list[Any], at: dt.datetime) -> None:
    job.file = my_data.as_stored_file(User.objects.get(pk=job.owner_id), at=at)


_DEEDS = {Job.Kind.INVITE_PEOPLE: _invite_some, Job.Kind.OWN_DATA: _gather}


def purge(*, at: dt.datetime) -> int:
    """Delete jobs of the past and the files they made, which hold personal data; returns how many."""
    old = Job.objects.filter(ended_at__lt=at - KEPT_FOR).select_related("file")
    gone = 0
    for job in old:
        with transaction.atomic():
            job.delete()
            if job.file:
                job.file.delete()  # the bytes follow at night, as a file without a row (files.sweep_orphans)
        gone += 1
    return gone
