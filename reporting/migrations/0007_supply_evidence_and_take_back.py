"""A co-host's own evidence; a certification that is taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0012_send_events_along'),
        ('reporting', '0006_date_report_states'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_once_per_version_and_step',
        ),
        migrations.AddField(
            model_name='decision',
            name='turn',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='พิจารณาครั้งที่'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='supplier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.organization'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='step',
            field=models.CharField(choices=[('certify', 'การรับรองของหัวหน้าหน่วยงาน'), ('review', 'การตรวจของจังหวัด'), ('takeback', 'การถอนการรับรอง')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('version', 'step', 'turn'), name='decision_once_per_version_step_and_turn'),
        ),
    ]
