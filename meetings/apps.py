from django.apps import AppConfig

from kpiportal.context import NavEntry


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "ประชุมและหนังสือ"
    nav = [NavEntry("ประชุมและหนังสือ", "meetings:meeting_list", also=frozenset({"letters"}))]

    def ready(self):
        from meetings import obligations, slips  # noqa: F401, PLC0415 -- they register themselves
