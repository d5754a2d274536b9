from django.apps import AppConfig

from kpiportal.context import NavEntry


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "คำรับรองการปฏิบัติราชการ"
    nav = [NavEntry("คำรับรองฯ", "agreements:agreement_list")]

    def ready(self):
        from agreements import new_year, obligations  # noqa: F401, PLC0415 -- they register themselves
        from agreements.amendments import obligations as requests_owed  # noqa: F401, PLC0415
        from agreements.negotiation import matters  # noqa: F401, PLC0415
