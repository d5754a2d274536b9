"""Celery tasks: each reads the clock and calls one function, nothing else."""

import datetime as dt

from celery import shared_task

from kpiportal import clock, thai

ORPHAN_AGE = dt.timedelta(hours=24)  # longer than any action that has written its file and not yet its row


@shared_task(name="kpiportal.sweep_outbox", ignore_result=True)
def sweep_outbox() -> None:
    from kpiportal import outbox  # noqa: PLC0415 -- task

    outbox.sweep(at=clock.now())


@shared_task(name="kpiportal.queue_reminders", ignore_result=True)
def queue_reminders(on: str | None = None) -> None:
    from kpiportal.reminding import hours, morning  # noqa: PLC0415 -- task

    now = clock.now()
    if on is None:
        morning.queue_reminders(on=clock.today(), at=now)
    else:
        day = dt.date.fromisoformat(on)
        morning.queue_reminders(on=day, at=dt.datetime.combine(day, hours.hours()[0], thai.BANGKOK))


@shared_task(name="kpiportal.collect_bounces", ignore_result=True)
def collect_bounces() -> None:
    from kpiportal.channels import bounces  # noqa: PLC0415 -- task

    bounces.collect()


@shared_task(name="kpiportal.heartbeat", ignore_result=True)
def heartbeat() -> None:
    from kpiportal.machine import state  # noqa: PLC0415 -- task

    state.heartbeat(at=clock.now())


@shared_task(name="kpiportal.sweep_orphan_files", ignore_result=True)
def sweep_orphan_files() -> None:
    from kpiportal import files  # noqa: PLC0415 -- task

    # Files carry the machine's time, so the demo's shift is taken off again.
    files.sweep_orphans(clock.now() - clock.shift() - ORPHAN_AGE)


@shared_task(name="kpiportal.expire_invitations", ignore_result=True)
def expire_invitations() -> None:
    from kpiportal.onboarding import invitations  # noqa: PLC0415 -- task

    invitations.expire(at=clock.now())


@shared_task(name="kpiportal.seal_audit", ignore_result=True)
def seal_audit() -> None:
    from kpiportal import seals  # noqa: PLC0415 -- task

    seals.seal(at=clock.now())


@shared_task(name="kpiportal.purge_access_log", ignore_result=True)
def purge_access_log() -> None:
    from kpiportal import access, security_log  # noqa: PLC0415 -- task

    now = clock.now()
    access.purge(at=now)
    security_log.purge(at=now)


@shared_task(name="kpiportal.run_jobs", ignore_result=True)
def run_jobs() -> None:
    from kpiportal import jobs  # noqa: PLC0415 -- task

    jobs.run_waiting(at=clock.now())


@shared_task(name="kpiportal.purge_jobs", ignore_result=True)
def purge_jobs() -> None:
    from kpiportal import jobs  # noqa: PLC0415 -- task
    from kpiportal.onboarding import erasures, requests  # noqa: PLC0415 -- task

    jobs.purge(at=clock.now())
    requests.purge(at=clock.now())
    erasures.purge()


@shared_task(name="kpiportal.keep_audit_head", ignore_result=True)
def keep_audit_head() -> None:
    from kpiportal import seal_keeping  # noqa: PLC0415 -- task

    seal_keeping.keep(at=clock.now())
