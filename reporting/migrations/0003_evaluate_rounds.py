"""OPDC's evaluation of a round, the visits, and the appeal against it."""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0006_keep_signed_copies_and_sum_weights'),
        ('kpiportal', '0008_word_letters'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('reporting', '0002_return_by_part'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filed_at', models.DateTimeField(null=True, verbose_name='ยื่นเมื่อ')),
                ('filed_by_text', models.CharField(blank=True, max_length=500, verbose_name='ผู้ลงนาม')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'คำขออุทธรณ์',
            },
        ),
        migrations.CreateModel(
            name='AppealItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('disputed', models.TextField(verbose_name='ประเด็นที่ขอทบทวน')),
                ('grounds', models.TextField(verbose_name='เหตุผลและข้อเท็จจริง')),
                ('asked_score', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนที่ขอ')),
                ('outcome', models.CharField(blank=True, choices=[('', 'ยังไม่ได้พิจารณา'), ('approved', 'รับอุทธรณ์'), ('partly', 'รับบางส่วน'), ('refused', 'ไม่รับอุทธรณ์')], default='', max_length=8, verbose_name='ผลพิจารณา')),
                ('decision', models.TextField(blank=True, verbose_name='เหตุผลของผลพิจารณา')),
                ('decided_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='reporting.appeal')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ประเด็นอุทธรณ์',
            },
        ),
        migrations.CreateModel(
            name='AppealFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.storedfile')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reporting.appealitem')),
            ],
            options={
                'verbose_name': 'หลักฐานอุทธรณ์',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('scoring', 'กำลังให้คะแนน'), ('preliminary', 'แจ้งผลเบื้องต้นแล้ว'), ('appealed', 'อยู่ระหว่างพิจารณาอุทธรณ์'), ('final', 'ผลเป็นที่สุด')], default='scoring', max_length=12, verbose_name='สถานะ')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('per_missed_report', models.DecimalField(decimal_places=4, max_digits=9, verbose_name='หักต่อการไม่รายงาน 1 รอบ')),
                ('floor', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='หักแล้วไม่ต่ำกว่า')),
                ('begun_at', models.DateTimeField(verbose_name='เริ่มให้คะแนนเมื่อ')),
                ('published_at', models.DateTimeField(null=True, verbose_name='แจ้งผลเบื้องต้นเมื่อ')),
                ('appeal_due_at', models.DateTimeField(null=True, verbose_name='อุทธรณ์ได้ก่อน')),
                ('final_at', models.DateTimeField(null=True, verbose_name='ผลเป็นที่สุดเมื่อ')),
                ('total', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนรวม')),
                ('grade', models.CharField(blank=True, max_length=100, verbose_name='ระดับผลการประเมิน')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='reporting.round')),
            ],
            options={
                'verbose_name': 'การประเมินของสำนักงาน ก.พ.ร.',
            },
        ),
        migrations.AddField(
            model_name='appeal',
            name='evaluation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='reporting.evaluation'),
        ),
        migrations.CreateModel(
            name='EvaluationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('self_score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนประเมินตนเอง')),
                ('missed_reports', models.PositiveSmallIntegerField(default=0, verbose_name='ไม่รายงาน (รอบ)')),
                ('verdict', models.CharField(blank=True, choices=[('', 'ยังไม่ได้พิจารณา'), ('accepted', 'ยอมรับคะแนนตนเอง'), ('changed', 'ปรับคะแนน')], default='', max_length=8, verbose_name='ผลพิจารณา')),
                ('raw', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนผู้ประเมิน')),
                ('reason', models.TextField(blank=True, verbose_name='เหตุผลที่ปรับคะแนน')),
                ('lowered', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=9, verbose_name='หักเพราะหลักฐานล่าช้าหรือไม่ครบ')),
                ('lowered_reason', models.TextField(blank=True, verbose_name='เหตุผลที่หัก')),
                ('score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนหลังหัก')),
                ('appeal_score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนหลังอุทธรณ์')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True, verbose_name='บันทึกล่าสุด')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='reporting.evaluation')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.indicator')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.report')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'คะแนนของตัวชี้วัด',
            },
        ),
        migrations.CreateModel(
            name='AppealItemEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('disputed', models.TextField(verbose_name='ประเด็นที่ขอทบทวน')),
                ('grounds', models.TextField(verbose_name='เหตุผลและข้อเท็จจริง')),
                ('asked_score', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนที่ขอ')),
                ('outcome', models.CharField(blank=True, choices=[('', 'ยังไม่ได้พิจารณา'), ('approved', 'รับอุทธรณ์'), ('partly', 'รับบางส่วน'), ('refused', 'ไม่รับอุทธรณ์')], default='', max_length=8, verbose_name='ผลพิจารณา')),
                ('decision', models.TextField(blank=True, verbose_name='เหตุผลของผลพิจารณา')),
                ('decided_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('appeal', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reporting.appeal')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reporting.appealitem')),
                ('line', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reporting.evaluationline')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='appealitem',
            name='line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal_item', to='reporting.evaluationline'),
        ),
        migrations.CreateModel(
            name='EvaluationLineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('self_score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนประเมินตนเอง')),
                ('missed_reports', models.PositiveSmallIntegerField(default=0, verbose_name='ไม่รายงาน (รอบ)')),
                ('verdict', models.CharField(blank=True, choices=[('', 'ยังไม่ได้พิจารณา'), ('accepted', 'ยอมรับคะแนนตนเอง'), ('changed', 'ปรับคะแนน')], default='', max_length=8, verbose_name='ผลพิจารณา')),
                ('raw', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนผู้ประเมิน')),
                ('reason', models.TextField(blank=True, verbose_name='เหตุผลที่ปรับคะแนน')),
                ('lowered', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=9, verbose_name='หักเพราะหลักฐานล่าช้าหรือไม่ครบ')),
                ('lowered_reason', models.TextField(blank=True, verbose_name='เหตุผลที่หัก')),
                ('score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนหลังหัก')),
                ('appeal_score', models.DecimalField(decimal_places=4, max_digits=9, null=True, verbose_name='คะแนนหลังอุทธรณ์')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True, verbose_name='บันทึกล่าสุด')),
                ('evaluation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reporting.evaluation')),
                ('indicator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.indicator')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reporting.evaluationline')),
                ('report', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reporting.report')),
                ('saved_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EvaluationPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('per_missed_report', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=9, validators=[django.core.validators.MinValueValidator(0)], verbose_name='หักต่อการไม่รายงาน 1 รอบ (คะแนน)')),
                ('floor', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='หักแล้วไม่ต่ำกว่า (คะแนน)')),
                ('appeal_days', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='ยื่นอุทธรณ์ได้ภายใน (วัน)')),
                ('grades', models.JSONField(blank=True, default=list, verbose_name='ระดับผลการประเมิน')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('framework', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_policy', to='agreements.framework')),
            ],
            options={
                'verbose_name': 'หลักเกณฑ์การประเมิน',
            },
        ),
        migrations.CreateModel(
            name='SiteVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_on', models.DateField(verbose_name='วันที่ตรวจติดตาม')),
                ('people', models.CharField(max_length=300, verbose_name='ผู้ตรวจติดตาม')),
                ('note', models.TextField(verbose_name='บันทึก')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='reporting.evaluation')),
                ('file', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpiportal.storedfile')),
            ],
            options={
                'verbose_name': 'การตรวจติดตาม',
                'ordering': ['visited_on', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(condition=models.Q(('state', 'preliminary')), fields=['appeal_due_at'], name='evaluation_appeal_window'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['scoring', 'preliminary', 'appealed', 'final'])), name='evaluation_state_known'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'scoring'), models.Q(('appeal_due_at__isnull', False), ('published_at__isnull', False), ('total__isnull', False)), _connector='OR'), name='evaluation_published_with_total'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('filed_at__isnull', True), ('filed_by__isnull', True)), models.Q(('filed_at__isnull', False), ('filed_by__isnull', False)), _connector='OR'), name='appeal_filed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='evaluationline',
            constraint=models.UniqueConstraint(fields=('evaluation', 'indicator'), name='evaluation_line_once_per_indicator'),
        ),
        migrations.AddConstraint(
            model_name='evaluationline',
            constraint=models.CheckConstraint(condition=models.Q(('lowered__gte', 0)), name='evaluation_line_lowers_nothing_negative'),
        ),
        migrations.AddConstraint(
            model_name='evaluationline',
            constraint=models.CheckConstraint(condition=models.Q(('score__isnull', True), ('verdict', 'accepted'), models.Q(('verdict', 'changed'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='evaluation_line_change_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='evaluationline',
            constraint=models.CheckConstraint(condition=models.Q(('score__isnull', True), ('lowered', 0), models.Q(('lowered_reason', ''), _negated=True), _connector='OR'), name='evaluation_line_lowered_has_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluationline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_evaluationlineevent" ("appeal_score", "evaluation_id", "id", "indicator_id", "lowered", "lowered_reason", "missed_reports", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raw", "reason", "report_id", "revision", "saved_at", "saved_by_id", "score", "self_score", "verdict") VALUES (NEW."appeal_score", NEW."evaluation_id", NEW."id", NEW."indicator_id", NEW."lowered", NEW."lowered_reason", NEW."missed_reports", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raw", NEW."reason", NEW."report_id", NEW."revision", NEW."saved_at", NEW."saved_by_id", NEW."score", NEW."self_score", NEW."verdict"); RETURN NULL;', hash='69b7d5ff8bd318b844fbff1898025c44b28ebd1b', operation='INSERT', pgid='pgtrigger_insert_insert_5a947', table='reporting_evaluationline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluationline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reporting_evaluationlineevent" ("appeal_score", "evaluation_id", "id", "indicator_id", "lowered", "lowered_reason", "missed_reports", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raw", "reason", "report_id", "revision", "saved_at", "saved_by_id", "score", "self_score", "verdict") VALUES (NEW."appeal_score", NEW."evaluation_id", NEW."id", NEW."indicator_id", NEW."lowered", NEW."lowered_reason", NEW."missed_reports", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."raw", NEW."reason", NEW."report_id", NEW."revision", NEW."saved_at", NEW."saved_by_id", NEW."score", NEW."self_score", NEW."verdict"); RETURN NULL;', hash='59e62d5f1206c61f1a5f2936a67983d109dc186e', operation='UPDATE', pgid='pgtrigger_update_update_cf11d', table='reporting_evaluationline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluationline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_evaluationlineevent" ("appeal_score", "evaluation_id", "id", "indicator_id", "lowered", "lowered_reason", "missed_reports", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raw", "reason", "report_id", "revision", "saved_at", "saved_by_id", "score", "self_score", "verdict") VALUES (OLD."appeal_score", OLD."evaluation_id", OLD."id", OLD."indicator_id", OLD."lowered", OLD."lowered_reason", OLD."missed_reports", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."raw", OLD."reason", OLD."report_id", OLD."revision", OLD."saved_at", OLD."saved_by_id", OLD."score", OLD."self_score", OLD."verdict"); RETURN NULL;', hash='9bfce77a782227736b40a5f2a75e7e573d4916a7', operation='DELETE', pgid='pgtrigger_delete_delete_93cfa', table='reporting_evaluationline', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='appealitem',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('decision', ''), _negated=True), _connector='OR'), name='appeal_decision_has_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_appealitemevent" ("appeal_id", "asked_score", "decided_at", "decided_by_id", "decision", "disputed", "grounds", "id", "line_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision") VALUES (NEW."appeal_id", NEW."asked_score", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."disputed", NEW."grounds", NEW."id", NEW."line_id", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision"); RETURN NULL;', hash='bdba9e93a2aacbcbe1af0f2a586a23384076f7d1', operation='INSERT', pgid='pgtrigger_insert_insert_1fcf7', table='reporting_appealitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reporting_appealitemevent" ("appeal_id", "asked_score", "decided_at", "decided_by_id", "decision", "disputed", "grounds", "id", "line_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision") VALUES (NEW."appeal_id", NEW."asked_score", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."disputed", NEW."grounds", NEW."id", NEW."line_id", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision"); RETURN NULL;', hash='1dd37cbb44413610c9b8011eec0a5ff0fd3c6f52', operation='UPDATE', pgid='pgtrigger_update_update_bdeb3', table='reporting_appealitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealitem',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reporting_appealitemevent" ("appeal_id", "asked_score", "decided_at", "decided_by_id", "decision", "disputed", "grounds", "id", "line_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision") VALUES (OLD."appeal_id", OLD."asked_score", OLD."decided_at", OLD."decided_by_id", OLD."decision", OLD."disputed", OLD."grounds", OLD."id", OLD."line_id", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revision"); RETURN NULL;', hash='324ec5fa37175ce7c8d7771737afb204a0529960', operation='DELETE', pgid='pgtrigger_delete_delete_e7d9c', table='reporting_appealitem', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='evaluationpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('per_missed_report__gte', 0)), name='policy_takes_nothing_negative'),
        ),
    ]
