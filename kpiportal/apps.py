from django.apps import AppConfig


class KpiportalConfig(AppConfig):
    name = "kpiportal"
    verbose_name = "แกนกลาง"

    def ready(self):
        # Here, not in __init__: Celery's Django fix-up looks for the settings module when its app is made.
        from kpiportal import celery, checks  # noqa: F401, PLC0415 -- the app tasks bind to; the system checks
