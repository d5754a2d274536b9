"""What happened: append-only, held so by the database itself."""

import pgtrigger
from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One deed, written in the transaction of the change it tells of. Never updated, never deleted.

    `actor_text`, `acting_as` and `subject_text` are frozen words: people change posts, history does not.
    """

    at = models.DateTimeField("เมื่อ", db_index=True)
    verb = models.CharField("การกระทำ", max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_text = models.CharField("ผู้กระทำ", max_length=250)
    acting_as = models.CharField("ในฐานะ", max_length=300, blank=True)
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, null=True, related_name="+")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_text = models.CharField("เรื่อง", max_length=400)
    before = models.JSONField("ก่อน", default=dict)
    after = models.JSONField("หลัง", default=dict)
    data = models.JSONField("รายละเอียด", default=dict)
    address = models.GenericIPAddressField("จากที่อยู่เครือข่าย", null=True)

    class Meta:
        verbose_name = "ประวัติ"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the audit trail cannot be emptied';",
            ),
        ]

    def __str__(self):
        return f"{self.verb} {self.subject_text}"
