"""Since when a province's report stands where it stands."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0005_cancel_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='consolidation',
            name='state_since',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='อยู่สถานะนี้ตั้งแต่'),
            preserve_default=False,
        ),
    ]
