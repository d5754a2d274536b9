"""Spell every address in lower case, and hold that in the database. Two spellings of one address stop this migration."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpiportal", "0014_keep_files_as_stored"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE kpiportal_user SET email = lower(email) WHERE email <> lower(email)", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="user_email_in_lower_case",
            ),
        ),
    ]
