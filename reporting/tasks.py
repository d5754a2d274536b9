"""Celery tasks: each reads the clock and calls one function, nothing else."""

from celery import shared_task

from kpiportal import clock


@shared_task(name="reporting.lapse_appeals", ignore_result=True)
def lapse_appeals() -> None:
    from reporting.evaluation import actions  # noqa: PLC0415 -- task

    actions.lapse_appeals(at=clock.now())
