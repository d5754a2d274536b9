"""Documents made in the background: ordered once, found again, made of what they say, refused in words."""

from __future__ import annotations

import datetime as dt
import resource
from contextlib import contextmanager

import pytest

from kpiportal import documents, files, jobs
from kpiportal.models import Job, Membership, StoredFile
from kpiportal.testing.plugin import NOW
from reporting.sar import pages, testing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def order(sar, cast, kind="xlsx") -> Job:
    return documents.order(
        f"sar.{kind}", sar.pk, subject=pages.subject_of(sar), title=f"SAR.{kind}", by=cast.coordinator, at=NOW
    )


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_a_document_is_made_by_a_worker_and_found_again(sar, cast, kind):
    job = order(sar, cast, kind)
    assert order(sar, cast, kind).pk == job.pk  # clicked twice
    assert jobs.run_waiting(at=NOW) == 1
    [found] = documents.ordered(pages.subject_of(sar), cast.coordinator)
    assert found.is_over
    assert files.is_intact(found.file)
    assert found.file.original_name == f"SAR รอบ 12 เดือน จังหวัดเชียงใหม่ ปี 2558 ร่าง.{kind}"
    assert documents.ordered(pages.subject_of(sar), cast.office_head) == []
    assert order(sar, cast, kind).pk != job.pk  # a new one, once it is there


def test_a_document_says_when_its_data_has_changed(sar, cast):
    order(sar, cast)
    jobs.run_waiting(at=NOW)

    def stale() -> list[bool]:
        shown = pages.context(sar, by=cast.coordinator, at=NOW)["documents"]
        return [one["stale"] for one in shown]

    assert stale() == [False]
    sar.chapters.filter(kind="summary").update(text="เขียนใหม่")
    assert stale() == [True]


def test_a_maker_that_kills_its_worker_is_given_up(sar, cast):
    job = order(sar, cast)
    Job.objects.filter(pk=job.pk).update(tries=jobs.MOST_TRIES)
    assert jobs.run(job.pk, at=NOW)
    job.refresh_from_db()
    assert (job.refusal, job.file, job.ended_at) == (jobs.GAVE_UP, None, NOW)


def test_a_killed_worker_leaves_nothing_and_the_next_one_finishes(sar, cast, monkeypatch):
    job = order(sar, cast)

    def killed(*facts):
        raise SystemExit  # what a worker's own end looks like from inside a transaction

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setitem(documents._makers, "sar.xlsx", killed)
        jobs.run(job.pk, at=NOW)
    job.refresh_from_db()
    assert (job.done, job.tries, job.file) == (0, 1, None)
    assert StoredFile.objects.filter(purpose="export").count() == 0
    assert jobs.run_waiting(at=NOW) == 1


def test_whoever_may_no_longer_read_it_gets_nothing(sar, cast):
    job = order(sar, cast)
    Membership.objects.filter(user=cast.coordinator).update(valid_to=NOW.date() - dt.timedelta(days=1))
    jobs.run(job.pk, at=NOW)
    job.refresh_from_db()
    assert (job.refusal, job.file) == (jobs.NO_LONGER, None)


@contextmanager
def no_room(size: int):
    """The kernel itself refuses to write a file longer than `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_nothing_half_is_kept(sar, cast, settings):
    job = order(sar, cast, "docx")
    with no_room(1000):
        jobs.run(job.pk, at=NOW)
    job.refresh_from_db()
    assert (job.refusal, job.file) == (documents.DISK_FULL, None)
    assert testing.flagged(sar) == set()
