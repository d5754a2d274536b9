"""Woken by the queue or the clock; each fetches and calls, nothing else."""

from celery import shared_task

from kpiportal import clock


@shared_task(name="kpiportal.sweep_outbox", ignore_result=True)
def sweep_outbox() -> None:
    from kpiportal import outbox  # noqa: PLC0415 -- task

    outbox.sweep(at=clock.now())
