"""Hold what was signed, and what was said at the table, in the database itself."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0007_amend_agreements'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='agreementversion',
            trigger=pgtrigger.compiler.Trigger(name='signed_words_stay', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD."agreement_id", OLD."number", OLD."effective_months", OLD."content", OLD."sha256", OLD."frozen_by_id", OLD."frozen_at") IS DISTINCT FROM (NEW."agreement_id", NEW."number", NEW."effective_months", NEW."content", NEW."sha256", NEW."frozen_by_id", NEW."frozen_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='244f1bef4b78165d11815f640239c06301f18381', operation='UPDATE', pgid='pgtrigger_signed_words_stay_4ba5f', table='agreements_agreementversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreementversion',
            trigger=pgtrigger.compiler.Trigger(name='signed_version_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='658824d667e8d695cb8d8c883fe336732268928d', operation='DELETE', pgid='pgtrigger_signed_version_stays_79aa3', table='agreements_agreementversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remark',
            trigger=pgtrigger.compiler.Trigger(name='words_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4ee7d712a3b9a8f366fe21db3336547dc972a3e3', operation='UPDATE', pgid='pgtrigger_words_stay_a75e8', table='agreements_remark', when='BEFORE')),
        ),
    ]
