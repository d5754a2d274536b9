"""Woken by the clock; each fetches and calls, nothing else."""

import datetime as dt

from celery import shared_task

from kpiportal import clock


@shared_task(name="reporting.queue_due_reminders", ignore_result=True)
def queue_due_reminders(on: str | None = None) -> None:
    from reporting import reminders  # noqa: PLC0415 -- task

    reminders.queue_due_reminders(on=dt.date.fromisoformat(on) if on else clock.today(), at=clock.now())
