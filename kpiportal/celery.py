"""The Celery app and the beat schedule. Every task queries the database for what is due, so a lost, late or repeated
message has no effect of its own.
"""

from celery import Celery
from celery.schedules import crontab

# DJANGO_SETTINGS_MODULE comes from whoever starts the process: a default here would reach pytest before its own.
app = Celery("kpiportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "kpiportal.sweep_outbox", "schedule": 60.0},
    "show that beat and worker live": {"task": "kpiportal.heartbeat", "schedule": 60.0},
    "seal the audit trail": {"task": "kpiportal.seal_audit", "schedule": 60.0},
    "keep the head of the trail's chain": {
        "task": "kpiportal.keep_audit_head",
        "schedule": crontab(minute=10, hour=6),
    },
    "purge the access log": {"task": "kpiportal.purge_access_log", "schedule": crontab(minute=50, hour=2)},
    # Hourly, not once a day: a missed morning is caught up; the ledger keeps it single, reminding/hours.py quiet.
    "queue reminders": {"task": "kpiportal.queue_reminders", "schedule": crontab(minute=5)},
    "make results final whose days for an appeal are over": {
        "task": "reporting.lapse_appeals",
        "schedule": crontab(minute="1,31"),
    },
    "collect mail that came back": {"task": "kpiportal.collect_bounces", "schedule": crontab(minute="*/15")},
    "run waiting jobs": {"task": "kpiportal.run_jobs", "schedule": 60.0},
    "purge jobs": {"task": "kpiportal.purge_jobs", "schedule": crontab(minute=55, hour=2)},
    "expire invitations": {"task": "kpiportal.expire_invitations", "schedule": crontab(minute=40)},
    # At night, when nobody uploads; a night that was missed is caught up when beat starts.
    "sweep orphan files": {"task": "kpiportal.sweep_orphan_files", "schedule": crontab(minute=30, hour=2)},
}
