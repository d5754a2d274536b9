"""Resolutions (มติที่ประชุม) somebody has to carry out, until they are done."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from meetings import querysets


class Resolution(models.Model):
    """What an office does by a day. `state`/`revision`: written only by workflow.advance (and edits of an open one)."""

    class State(models.TextChoices):
        OPEN = "open", "ต้องดำเนินการ"
        REPORTED = "reported", "รายงานผลแล้ว"
        CLOSED = "closed", "เสร็จสิ้น"

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="resolutions")
    part = models.ForeignKey("meetings.MinutesPart", models.PROTECT, related_name="resolutions")
    words = models.TextField("มติ")
    owner = models.ForeignKey(
        "kpiportal.Organization", models.PROTECT, related_name="resolutions", verbose_name="หน่วยงานที่รับไปดำเนินการ"
    )
    person = models.CharField("ผู้รับผิดชอบ", max_length=200, blank=True)
    due_on = models.DateField("ภายในวันที่")
    state = models.CharField("สถานะ", max_length=8, choices=State, default=State.OPEN)
    revision = models.PositiveIntegerField(default=0)
    result = models.TextField("ผลการดำเนินการ", blank=True)
    reported_at = models.DateTimeField("รายงานเมื่อ", null=True, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "มติที่ประชุม"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "reported", "closed"]), name="resolution_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="reported") | ~Q(result=""), name="resolution_reported_in_words"),
        ]

    def __str__(self):
        return self.words[:90]
