"""The minutes (รายงานการประชุม, form 11): drafted, circulated, adopted and then frozen."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from meetings import querysets
from meetings.models.agenda import Section


class Minutes(models.Model):
    """`state`/`revision`: written by workflow.advance and by saves of the draft; adopted, it never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", "ร่าง"
        CIRCULATED = "circulated", "เวียนให้ตรวจแก้"
        ADOPTED = "adopted", "รับรองแล้ว"

    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="minutes")
    state = models.CharField("สถานะ", max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField("เริ่มประชุม")
    ended_at = models.DateTimeField("เลิกประชุม", null=True, blank=True)
    recorder = models.CharField("ผู้จดรายงานการประชุม", max_length=200, blank=True)
    recorder_post = models.CharField("ตำแหน่งผู้จด", max_length=200, blank=True)
    checker = models.CharField("ผู้ตรวจรายงานการประชุม", max_length=200, blank=True)
    checker_post = models.CharField("ตำแหน่งผู้ตรวจ", max_length=200, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    circulated_at = models.DateTimeField("เวียนเมื่อ", null=True, blank=True)
    adopted_at = models.DateTimeField("รับรองเมื่อ", null=True, blank=True)
    # The meeting that adopted it; empty when that one is not in the portal.
    adopted_in = models.ForeignKey("meetings.Meeting", models.PROTECT, null=True, blank=True, related_name="adopted")
    content = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "รายงานการประชุม"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "circulated", "adopted"]), name="minutes_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(content__isnull=False, file__isnull=False, adopted_at__isnull=False),
                name="minutes_frozen_when_adopted",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")), name="minutes_end_after_begin"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="adopted_minutes_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'adopted'"),
            )
        ]

    def __str__(self):
        return f"รายงานการประชุม {self.meeting}"


class MinutesPart(models.Model):
    """What was said and decided on one item. A part keeps its words when its agenda item goes."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="parts")
    item = models.ForeignKey("meetings.AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+")
    section = models.PositiveSmallIntegerField("ระเบียบวาระที่", choices=Section)
    order = models.PositiveSmallIntegerField("ลำดับ", default=0)
    title = models.CharField("เรื่อง", max_length=500, blank=True)
    discussion = models.TextField("สาระการประชุม", blank=True)
    decision = models.TextField("มติที่ประชุม", blank=True)

    objects = querysets.OfMinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "ส่วนของรายงานการประชุม"
        ordering = ["section", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "item"], condition=Q(item__isnull=False), name="minutes_part_once_per_item"
            )
        ]

    def __str__(self):
        return self.title or self.get_section_display()


class Correction(models.Model):
    """What an office that was there asks to be put right before the minutes are adopted."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="corrections")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    words = models.TextField("ขอแก้ไข")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ขอแก้ไขรายงานการประชุม"
        ordering = ["pk"]

    def __str__(self):
        return self.words[:60]
