"""Jobs that make documents: what they are about, what they were made of, how often they were begun."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0009_plan_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='mark',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='job',
            name='subject',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='job',
            name='title',
            field=models.CharField(blank=True, max_length=300, verbose_name='ชื่องาน'),
        ),
        migrations.AddField(
            model_name='job',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('invite', 'เชิญบุคคลจากไฟล์ Excel'), ('own_data', 'สำเนาข้อมูลส่วนบุคคล'), ('document', 'จัดทำเอกสาร')], max_length=10, verbose_name='งาน'),
        ),
        migrations.RemoveConstraint(model_name='job', name='job_kind_known'),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', ['invite', 'own_data', 'document'])), name='job_kind_known'
            ),
        ),
    ]
