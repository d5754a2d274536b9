"""Load the demo once: Chiang Mai's fiscal year 2558, through the actions its users would use."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kpiportal import demo
from kpiportal.models import User


class Command(BaseCommand):
    help = "Load the demo: Chiang Mai, fiscal year 2558. Run again it changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=["signed", "reporting", "complete"], default="reporting")

    def handle(self, *, stage: str, **options):
        if not settings.DEMO:
            raise CommandError("ข้อมูลสาธิตใช้ได้เฉพาะโหมดสาธิต (KPI_DEMO=1)")
        with transaction.atomic():
            if User.objects.filter(email__endswith=f"@{demo.DOMAIN}").exists():
                self.stdout.write("มีข้อมูลสาธิตอยู่แล้ว")
                return
            if User.objects.exists():
                raise CommandError("ฐานข้อมูลนี้มีผู้ใช้จริงอยู่แล้ว จึงไม่โหลดข้อมูลสาธิต")
            world = demo.load_world(stage)
            for app in apps.get_app_configs():
                if app.name == "reporting" and stage == "signed":
                    continue
                if not app.name.startswith(("django", "kpiportal")) and find_spec(f"{app.name}.demo"):
                    import_module(f"{app.name}.demo").load(world)
            demo.settle_in()
        self.stdout.write("โหลดข้อมูลสาธิตแล้ว")
