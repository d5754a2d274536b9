"""What happened: append-only, held so by the database itself."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.models.frozen import append_only
from kpiportal.models.people import Kind, Role


def _only_added(refusal):
    """What holds a table to INSERT, whoever writes: the two triggers every part of the trail has."""
    return [
        *append_only(),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{refusal}';",
        ),
    ]


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """OPDC's directors and negotiators: every action. A province's coordinator and head of office: the actions done
        for their province and its agencies. Nobody else reads the trail; a page's own history is another thing."""
        if any(duty.role in (Role.DIRECTOR, Role.NEGOTIATOR) for duty in user.duties):
            return self
        offices = [
            duty.organization_id
            for duty in user.duties
            if duty.organization.kind == Kind.PROVINCE and duty.role in (Role.COORDINATOR, Role.OFFICE_HEAD)
        ]
        return self.filter(Q(organization__in=offices) | Q(organization__parent__in=offices))


class AuditEvent(models.Model):
    """One action, written in the transaction of the change it tells of. Never updated, never deleted.

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

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "ประวัติ"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"])]
        triggers = _only_added("the audit trail cannot be emptied")

    def __str__(self):
        return f"{self.verb} {self.subject_text}"


class AuditSeal(models.Model):
    """One link of the chain over the trail (kpiportal/seals.py): event `event_id` stands at `position`.

    No foreign key: a seal outlives the event somebody deletes, and says so. `position` has no gaps, from 1.
    """

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "ผนึกประวัติ"
        ordering = ["position"]
        triggers = _only_added("the chain over the audit trail cannot be emptied")

    def __str__(self):
        return f"{self.position} {self.digest[:12]}"
