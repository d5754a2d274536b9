"""Long work on people: invitations from a workbook, and what is kept about a person (the engine: kpiportal/jobs.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kpiportal.jobs import AT_ONCE, handler, purge, run, run_waiting, start
from kpiportal.models import Job, Organization, User
from kpiportal.onboarding import invitations, my_data, notices
from kpiportal.onboarding.duties import require_proof
from kpiportal.onboarding.invitations import Guest

__all__ = ["AT_ONCE", "gather_own_data", "invite", "purge", "run", "run_waiting"]


@transaction.atomic
def invite(guests: list[Guest], *, by: User, at: dt.datetime) -> Job:
    """Invite everybody on a checked list, by `run`: now when they are few, else by a worker. ProofNeeded, asked here
    where somebody sits: a worker has nobody to ask."""
    for guest in guests:
        require_proof(guest.organization, guest.role)
    rows = [[g.organization.pk, g.role, g.email, g.title, g.first_name, g.last_name, g.position, g.row] for g in guests]
    return start(Job.Kind.INVITE_PEOPLE, rows, by=by, at=at)


@transaction.atomic
def gather_own_data(*, by: User, at: dt.datetime) -> Job:
    """Put together what is kept about a person, for that person."""
    return start(Job.Kind.OWN_DATA, [by.pk], by=by, at=at)


@handler(Job.Kind.INVITE_PEOPLE, tell=notices.job_over)
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


@handler(Job.Kind.OWN_DATA)
def _gather(job: Job, rows: list[Any], at: dt.datetime) -> None:
    job.file = my_data.as_stored_file(User.objects.get(pk=job.owner_id), at=at)
