from django.apps import AppConfig

from kpiportal.context import NavEntry


class KpiportalConfig(AppConfig):
    name = "kpiportal"
    verbose_name = "แกนกลาง"
    nav = [
        NavEntry(
            "บุคคล",
            "people:people_list",
            kinds=frozenset({"province", "opdc"}),
            roles=frozenset({"coordinator", "office_head", "director"}),
        ),
        NavEntry(
            "ระบบ",
            "machine:status",
            kinds=frozenset({"opdc"}),
            roles=frozenset({"director", "operator"}),
            also=frozenset({"holidays", "reminding:plan_list", "reminding:text_list", "reminding:text_edit"}),
        ),
        NavEntry("บัญชีผู้ใช้", "people:person_list", kinds=frozenset({"opdc"}), roles=frozenset({"director", "operator"})),
        NavEntry(
            "ประวัติ",
            "trail:event_list",
            kinds=frozenset({"province", "opdc"}),
            roles=frozenset({"coordinator", "office_head", "director", "negotiator"}),
        ),
    ]

    def ready(self):
        from django.db.models.signals import post_migrate  # noqa: PLC0415 -- as the apps are ready

        from kpiportal import database_rights  # noqa: PLC0415 -- it reads the models

        post_migrate.connect(database_rights.after_migrate, sender=self)
        # Here, not in __init__: Celery's Django fix-up looks for the settings module when its app is made.
        # The app tasks bind to; the system checks; the makers of documents.
        from kpiportal import celery, checks, documents  # noqa: F401, PLC0415 -- they register themselves
        from kpiportal.letters import obligations as letters_owed  # noqa: F401, PLC0415 -- it registers itself
        from kpiportal.letters import printing  # noqa: F401, PLC0415 -- it registers itself
        from kpiportal.onboarding import jobs, obligations  # noqa: F401, PLC0415 -- they register themselves
