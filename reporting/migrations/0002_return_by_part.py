"""Return by part, evidence reused or linked, results as two figures, co-hosts' parts."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0001_create_people_paper_and_trail'),
        ('reporting', '0001_create_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='ผลในส่วนของหน่วยงาน')),
                ('words', models.TextField(verbose_name='คำชี้แจง')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('supplied_at', models.DateTimeField(verbose_name='ส่งเมื่อ')),
            ],
            options={
                'verbose_name': 'ข้อมูลของเจ้าภาพร่วม',
                'ordering': ['pk'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='report',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='report',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='report',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='decision',
            name='asked',
            field=models.JSONField(blank=True, default=list, verbose_name='ส่วนที่ขอให้แก้ไข'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='added_at',
            field=models.DateTimeField(null=True, verbose_name='แนบเมื่อ'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        # Until now every piece of evidence was a file, added when it was uploaded.
        migrations.RunSQL(
            """
            UPDATE reporting_evidence e SET added_at = f.uploaded_at, added_by_id = f.uploaded_by_id
            FROM kpiportal_storedfile f WHERE f.key = e.file_id;
            SET CONSTRAINTS ALL IMMEDIATE;
            SET CONSTRAINTS ALL DEFERRED;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='evidence',
            name='added_at',
            field=models.DateTimeField(verbose_name='แนบเมื่อ'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidence',
            name='copied_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.evidence'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='link',
            field=models.URLField(blank=True, max_length=1000, verbose_name='ที่อยู่เว็บ'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='removed_reason',
            field=models.TextField(blank=True, verbose_name='เหตุผลที่นำออก'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='title',
            field=models.CharField(blank=True, max_length=200, verbose_name='ชื่อเอกสาร'),
        ),
        migrations.AddField(
            model_name='report',
            name='asked',
            field=models.JSONField(blank=True, default=list, verbose_name='ส่วนที่ขอให้แก้ไข'),
        ),
        migrations.AddField(
            model_name='reportentry',
            name='denominator',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='ตัวหาร'),
        ),
        migrations.AddField(
            model_name='reportentry',
            name='numerator',
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='ตัวตั้ง'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='asked',
            field=models.JSONField(blank=True, default=list, verbose_name='ส่วนที่ขอให้แก้ไข'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='kpiportal.storedfile'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_reportevent" ("asked", "due_at", "explanation", "filed_at", "filed_by_id", "host_id", "id", "indicator_id", "no_data", "no_data_reason", "obstacles", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "round_id", "saved_at", "saved_by_id", "score", "state", "state_since", "suggestions", "supporting_factors", "version_id") VALUES (NEW."asked", NEW."due_at", NEW."explanation", NEW."filed_at", NEW."filed_by_id", NEW."host_id", NEW."id", NEW."indicator_id", NEW."no_data", NEW."no_data_reason", NEW."obstacles", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision", NEW."round_id", NEW."saved_at", NEW."saved_by_id", NEW."score", NEW."state", NEW."state_since", NEW."suggestions", NEW."supporting_factors", NEW."version_id"); RETURN NULL;', hash='ed648af608a057606655a5a009b633882a28096e', operation='INSERT', pgid='pgtrigger_insert_insert_69d08', table='reporting_report', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reporting_reportevent" ("asked", "due_at", "explanation", "filed_at", "filed_by_id", "host_id", "id", "indicator_id", "no_data", "no_data_reason", "obstacles", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "round_id", "saved_at", "saved_by_id", "score", "state", "state_since", "suggestions", "supporting_factors", "version_id") VALUES (NEW."asked", NEW."due_at", NEW."explanation", NEW."filed_at", NEW."filed_by_id", NEW."host_id", NEW."id", NEW."indicator_id", NEW."no_data", NEW."no_data_reason", NEW."obstacles", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision", NEW."round_id", NEW."saved_at", NEW."saved_by_id", NEW."score", NEW."state", NEW."state_since", NEW."suggestions", NEW."supporting_factors", NEW."version_id"); RETURN NULL;', hash='d9a6153c4fed708ffeb755662e5b282a8bff8120', operation='UPDATE', pgid='pgtrigger_update_update_6c13c', table='reporting_report', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_reportevent" ("asked", "due_at", "explanation", "filed_at", "filed_by_id", "host_id", "id", "indicator_id", "no_data", "no_data_reason", "obstacles", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "round_id", "saved_at", "saved_by_id", "score", "state", "state_since", "suggestions", "supporting_factors", "version_id") VALUES (OLD."asked", OLD."due_at", OLD."explanation", OLD."filed_at", OLD."filed_by_id", OLD."host_id", OLD."id", OLD."indicator_id", OLD."no_data", OLD."no_data_reason", OLD."obstacles", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revision", OLD."round_id", OLD."saved_at", OLD."saved_by_id", OLD."score", OLD."state", OLD."state_since", OLD."suggestions", OLD."supporting_factors", OLD."version_id"); RETURN NULL;', hash='c083e039746bc7395d5dc84ebc9219d6ce8f1394', operation='DELETE', pgid='pgtrigger_delete_delete_a47c2', table='reporting_report', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('link', '')), models.Q(('file__isnull', True), models.Q(('link', ''), _negated=True), models.Q(('title', ''), _negated=True)), _connector='OR'), name='evidence_is_a_file_or_a_titled_link'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.organization'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='reporting.report'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='supplied_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('report', 'organization'), name='contribution_once_per_agency'),
        ),
    ]
