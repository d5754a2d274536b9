"""Meetings: who is called, when, where, by which letter, and what they answered."""

from django.db import models
from django.db.models import Q

from meetings import querysets


class Meeting(models.Model):
    """A meeting a party calls. `state`/`revision`: written only by workflow.advance."""

    class State(models.TextChoices):
        DRAFT = "draft", "เตรียมการ"
        CALLED = "called", "ออกหนังสือเชิญแล้ว"
        CANCELLED = "cancelled", "ยกเลิก"

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="meetings")
    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="meetings")
    subject = models.CharField("เรื่อง", max_length=500)
    starts_at = models.DateTimeField("เริ่มประชุม")
    venue = models.CharField("สถานที่", max_length=400)
    letter = models.OneToOneField("kpiportal.Letter", models.PROTECT, null=True, blank=True, related_name="meeting")
    state = models.CharField("สถานะ", max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "การประชุม"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "called", "cancelled"]), name="meeting_state_known"),
            models.CheckConstraint(
                condition=~Q(state="called") | Q(letter__isnull=False), name="meeting_called_by_a_letter"
            ),
        ]

    def __str__(self):
        return self.subject


class Invitation(models.Model):
    """An office invited to a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="invitations")

    class Meta:
        verbose_name = "ผู้รับเชิญ"
        constraints = [models.UniqueConstraint(fields=["meeting", "organization"], name="invited_once_to_a_meeting")]

    def __str__(self):
        return f"{self.organization} → {self.meeting}"
