"""What goes with a form to OPDC: the province's action plan and other papers (สิ่งที่ส่งมาด้วย)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements import querysets


class Enclosure(models.Model):
    """A numbered file of an agreement. Taken off it stays on record, and its number is not used again."""

    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="enclosures")
    number = models.PositiveSmallIntegerField("ลำดับ")
    title = models.CharField("ชื่อเอกสาร", max_length=200)
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("นำออกเมื่อ", null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.EnclosureQuerySet.as_manager()

    class Meta:
        verbose_name = "เอกสารแนบ"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="enclosure_numbered_once"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="enclosure_removed_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"
