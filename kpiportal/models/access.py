"""Who opened what, and who asked to be forgotten: what the law on personal data and on computers asks to be kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.models.people import Role


class AccessLog(models.Model):
    """One look at a card, agreement, letter or file. Not part of the trail: purged at night when older than
    KPI_ACCESS_LOG_DAYS (at least 90, พ.ร.บ.คอมพิวเตอร์ มาตรา 26)."""

    at = models.DateTimeField("เมื่อ", db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    door = models.CharField("หน้า", max_length=60)
    address = models.GenericIPAddressField("จากที่อยู่เครือข่าย", null=True)

    class Meta:
        verbose_name = "การเข้าถึง"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-id"])]

    def __str__(self):
        return f"{self.actor_id} {self.subject_type} {self.subject_id}"


class ErasureRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """OPDC's director and operator, who decide: all. Everybody: their own."""
        if any(duty.role in (Role.DIRECTOR, Role.OPERATOR) for duty in user.duties):
            return self
        return self.filter(person=user.pk)

    def open(self):
        return self.filter(answered_at__isnull=True)


class ErasureRequest(models.Model):
    """A person's request that their personal data be erased, and how OPDC's director or operator decided it.

    What is erased is who they were to be reached as; official records and the trail keep their words
    (kpiportal/onboarding/erasures.py)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField("ยื่นเมื่อ")
    reason = models.TextField("เหตุผล", max_length=2000)
    answered_at = models.DateTimeField("ตอบเมื่อ", null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("คำตอบ", max_length=2000, blank=True)
    granted = models.BooleanField("ลบแล้ว", null=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "คำขอลบข้อมูลส่วนบุคคล"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(answered_at__isnull=True), name="erasure_one_open_request"
            ),
        ]

    def __str__(self):
        return f"คำขอลบข้อมูลส่วนบุคคลของ{self.person}"
