"""The agenda (ระเบียบวาระการประชุม): the five standard items, each with sub-items."""

from django.db import models
from django.db.models import Q

from meetings import querysets


class Section(models.IntegerChoices):
    """The standard items; their numbers are those printed (วาระที่ ๑ - ๕)."""

    CHAIR = 1, "เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ"
    MINUTES = 2, "เรื่องรับรองรายงานการประชุม"
    CONTINUED = 3, "เรื่องสืบเนื่อง"
    PROPOSED = 4, "เรื่องเสนอให้ที่ประชุมทราบและพิจารณา"
    OTHER = 5, "เรื่องอื่น ๆ"


class AgendaItem(models.Model):
    """A sub-item. `source` names what it was filled from, so that the same matter is not proposed twice."""

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="agenda")
    section = models.PositiveSmallIntegerField("ระเบียบวาระที่", choices=Section)
    order = models.PositiveSmallIntegerField("ลำดับ")
    title = models.CharField("เรื่อง", max_length=500)
    presenter = models.CharField("ผู้เสนอ", max_length=200, blank=True)
    note = models.TextField("รายละเอียด", blank=True)
    source = models.CharField(max_length=80, blank=True)
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "ระเบียบวาระ"
        ordering = ["section", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(section__in=Section.values), name="agenda_section_known"),
            models.UniqueConstraint(
                fields=["meeting", "source"], condition=~Q(source=""), name="agenda_matter_once_per_meeting"
            ),
        ]

    def __str__(self):
        return self.title
