from django.apps import AppConfig


class KpiportalConfig(AppConfig):
    name = "kpiportal"
    verbose_name = "แกนกลาง"

    def ready(self):
        from kpiportal import checks  # noqa: F401, PLC0415 -- registers the system checks
