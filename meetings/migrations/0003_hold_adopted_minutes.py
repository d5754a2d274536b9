"""Hold adopted minutes in the database itself."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_plan_and_minute_meetings'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='minutes',
            trigger=pgtrigger.compiler.Trigger(name='adopted_minutes_stay', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state = 'adopted')", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='485c22ec8cae8309c7fda0e8db2a8597355ce6b3', operation='UPDATE OR DELETE', pgid='pgtrigger_adopted_minutes_stay_31f0e', table='meetings_minutes', when='BEFORE')),
        ),
    ]
