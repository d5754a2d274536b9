"""Hold the row of a stored file as it was written."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('kpiportal', '0013_keep_drafts_and_word_templates'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='storedfile',
            trigger=pgtrigger.compiler.Trigger(name='stays_as_stored', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8ad3974e184b4d80dd9463af5875a4f34c1f4239', operation='UPDATE', pgid='pgtrigger_stays_as_stored_65b62', table='kpiportal_storedfile', when='BEFORE')),
        ),
    ]
