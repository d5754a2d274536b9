"""The portal's Celery app with a beat in a hurry: what comes every hour or minute comes every few seconds."""

from __future__ import annotations

import django

django.setup()

from kpiportal.celery import app  # noqa: E402 -- its tasks bind once Django is set up

app.conf.beat_schedule = {
    "sweep the outbox": {"task": "kpiportal.sweep_outbox", "schedule": 2.0},
    "queue reminders": {"task": "kpiportal.queue_reminders", "schedule": 5.0},
}
