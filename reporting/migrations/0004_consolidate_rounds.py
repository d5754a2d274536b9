"""The province's own report of a round, its chapters, and what a reader has copied."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0010_make_documents'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('reporting', '0003_evaluate_rounds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Chapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('summary', 'บทสรุปผู้บริหาร'), ('results', 'ผลการดำเนินงานตามมิติ'), ('factors', 'ปัจจัยสนับสนุนการดำเนินงาน'), ('obstacles', 'ปัญหาอุปสรรค'), ('suggestions', 'ข้อเสนอแนะ')], max_length=12, verbose_name='บท')),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True, verbose_name='ข้อความ')),
                ('drafted', models.TextField(blank=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(verbose_name='บันทึกล่าสุด')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'บทของรายงาน',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Consolidation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'กำลังรวบรวม'), ('proposed', 'รอหัวหน้าสำนักงานอนุมัติ'), ('approved', 'รอลงนาม'), ('signed', 'ลงนามแล้ว รอส่ง'), ('sent', 'ส่งสำนักงาน ก.พ.ร. แล้ว')], default='draft', max_length=10, verbose_name='สถานะ')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('lacking_reason', models.TextField(blank=True, verbose_name='เหตุผลที่ส่งโดยตัวชี้วัดไม่ครบ')),
                ('content', models.JSONField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('approver', models.CharField(blank=True, max_length=300, verbose_name='ผู้อนุมัติ')),
                ('approver_post', models.CharField(blank=True, max_length=300, verbose_name='ตำแหน่งผู้อนุมัติ')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='อนุมัติเมื่อ')),
                ('signer', models.CharField(blank=True, max_length=300, verbose_name='ผู้ลงนาม')),
                ('signer_post', models.CharField(blank=True, max_length=300, verbose_name='ตำแหน่งผู้ลงนาม')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='ลงนามเมื่อ')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='ส่งเมื่อ')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.storedfile')),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.letter')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consolidation', to='reporting.round')),
                ('signed_copy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.storedfile')),
            ],
            options={
                'verbose_name': 'รายงานการประเมินผลตนเอง',
            },
        ),
        migrations.CreateModel(
            name='ChapterEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('summary', 'บทสรุปผู้บริหาร'), ('results', 'ผลการดำเนินงานตามมิติ'), ('factors', 'ปัจจัยสนับสนุนการดำเนินงาน'), ('obstacles', 'ปัญหาอุปสรรค'), ('suggestions', 'ข้อเสนอแนะ')], max_length=12, verbose_name='บท')),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True, verbose_name='ข้อความ')),
                ('drafted', models.TextField(blank=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(verbose_name='บันทึกล่าสุด')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reporting.chapter')),
                ('saved_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('consolidation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reporting.consolidation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='chapter',
            name='consolidation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chapters', to='reporting.consolidation'),
        ),
        migrations.CreateModel(
            name='CopyTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=80)),
                ('consolidation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ticks', to='reporting.consolidation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='consolidation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'proposed', 'approved', 'signed', 'sent'])), name='consolidation_state_known'),
        ),
        migrations.AddConstraint(
            model_name='consolidation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('content__isnull', False), ('state__in', ['approved', 'signed', 'sent'])), models.Q(models.Q(('state__in', ['approved', 'signed', 'sent']), _negated=True), ('approved_at__isnull', True), ('content__isnull', True), ('sha256', '')), _connector='OR'), name='consolidation_fixed_iff_approved'),
        ),
        migrations.AddConstraint(
            model_name='consolidation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('file__isnull', True), ('sent_at__isnull', True)), _connector='OR'), name='consolidation_filed_iff_sent'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consolidation',
            trigger=pgtrigger.compiler.Trigger(name='sent_report_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state = 'sent')", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6a378d076bf7779b506517905c732b66771a558b', operation='UPDATE OR DELETE', pgid='pgtrigger_sent_report_stays_362a7', table='reporting_consolidation', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='chapter',
            constraint=models.UniqueConstraint(fields=('consolidation', 'kind'), name='chapter_once_in_consolidation'),
        ),
        migrations.AddConstraint(
            model_name='chapter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['summary', 'results', 'factors', 'obstacles', 'suggestions'])), name='chapter_kind_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chapter',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_chapterevent" ("consolidation_id", "drafted", "id", "kind", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "saved_at", "saved_by_id", "text") VALUES (NEW."consolidation_id", NEW."drafted", NEW."id", NEW."kind", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision", NEW."saved_at", NEW."saved_by_id", NEW."text"); RETURN NULL;', hash='a30e87746e48ac6fe82ba066170f1e748ff4b623', operation='INSERT', pgid='pgtrigger_insert_insert_ee443', table='reporting_chapter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chapter',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reporting_chapterevent" ("consolidation_id", "drafted", "id", "kind", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "saved_at", "saved_by_id", "text") VALUES (NEW."consolidation_id", NEW."drafted", NEW."id", NEW."kind", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision", NEW."saved_at", NEW."saved_by_id", NEW."text"); RETURN NULL;', hash='54e305bcf4cdaf3ff7c2256d107ca115923c5a17', operation='UPDATE', pgid='pgtrigger_update_update_7183f', table='reporting_chapter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chapter',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_chapterevent" ("consolidation_id", "drafted", "id", "kind", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "saved_at", "saved_by_id", "text") VALUES (OLD."consolidation_id", OLD."drafted", OLD."id", OLD."kind", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revision", OLD."saved_at", OLD."saved_by_id", OLD."text"); RETURN NULL;', hash='a68bba7bf6e9500cf5688a9506550efa6cb6ce37', operation='DELETE', pgid='pgtrigger_delete_delete_d509a', table='reporting_chapter', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='copytick',
            constraint=models.UniqueConstraint(fields=('consolidation', 'person', 'field'), name='copy_tick_once'),
        ),
    ]
