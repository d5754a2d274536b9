"""Who tried to come in and what was refused."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpiportal", "0004_request_accounts_and_run_jobs")]

    operations = [
        migrations.CreateModel(
            name="SecurityLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, verbose_name="เมื่อ")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("signed_in", "เข้าสู่ระบบ"),
                            ("failed", "เข้าสู่ระบบไม่สำเร็จ"),
                            ("signed_out", "ออกจากระบบ"),
                            ("refused", "ระบบไม่อนุญาต"),
                            ("held_up", "ลองถี่เกินไป"),
                        ],
                        max_length=10,
                        verbose_name="เหตุการณ์",
                    ),
                ),
                ("unknown", models.CharField(blank=True, max_length=32)),
                ("door", models.CharField(blank=True, max_length=80, verbose_name="หน้า")),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("address", models.GenericIPAddressField(null=True, verbose_name="จากที่อยู่เครือข่าย")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "บันทึกความปลอดภัย",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["user", "-at"], name="security_log_of_person"),
                    models.Index(fields=["address", "-at"], name="security_log_of_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["signed_in", "failed", "signed_out", "refused", "held_up"])),
                        name="security_log_what_known",
                    )
                ],
            },
        ),
    ]
