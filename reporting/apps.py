from django.apps import AppConfig

from kpiportal.context import NavEntry


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "การรายงานผล"
    nav = [
        NavEntry("รายงานผล", "reporting:round_list"),
        NavEntry(
            "ภาพรวม",
            "reporting:overview",
            kinds=frozenset({"opdc", "province", "cluster"}),
            also=frozenset({"reporting:dashboard", "reporting:what_if"}),
        ),
    ]

    def ready(self):
        from reporting import matters, obligations, receivers  # noqa: F401, PLC0415 -- they register themselves
        from reporting.evaluation import obligations as evaluation_obligations  # noqa: F401, PLC0415 -- as above
        from reporting.sar import exports  # noqa: F401, PLC0415 -- it registers itself
        from reporting.sar import obligations as sar_obligations  # noqa: F401, PLC0415 -- it registers itself
