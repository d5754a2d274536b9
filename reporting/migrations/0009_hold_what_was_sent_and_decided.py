"""Hold sent cards, decisions and visits; a removal has somebody, a final evaluation its moment."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0014_keep_files_as_stored'),
        ('reporting', '0008_judge_half_years'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='034e2efbf00adb8d882a22fd918b61614e502032', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e2b45', table='reporting_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportversion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='17635f5d2e7f75bab6849284e4f10fdf0e39309c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_01a62', table='reporting_reportversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sitevisit',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1df1b001d9fb3a241d77ea256af1459f2d1f1507', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cc10e', table='reporting_sitevisit', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'final'), _negated=True), ('final_at__isnull', False), _connector='OR'), name='evaluation_final_since'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='evidence_removed_by_somebody'),
        ),
    ]
