"""Rounds that OPDC judges before the year's last one."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0007_supply_evidence_and_take_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="evaluationpolicy",
            name="earlier_rounds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), default=list, size=None, verbose_name="รอบที่ประเมินก่อนสิ้นปี"
            ),
        ),
    ]
