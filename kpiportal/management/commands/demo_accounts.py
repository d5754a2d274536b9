"""Print who can sign in to the demo, one account per role first."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kpiportal import demo
from kpiportal.models import Membership


class Command(BaseCommand):
    help = "List the accounts of the demo."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("มีเฉพาะในโหมดสาธิต (KPI_DEMO=1)")
        rows = Membership.objects.filter(user__email__endswith=f"@{demo.DOMAIN}").select_related("user", "organization")
        self.stdout.write(f"รหัสผ่านของทุกบัญชี: {demo.PASSWORD}")
        for duty in rows.order_by("pk"):
            role = duty.get_role_display()
            self.stdout.write(f"  {duty.user.email:32}{role} {duty.organization.full_name} ({duty.user.full_name})")
