"""Who was expected and who came (ใบลงทะเบียน, ผู้มาประชุม ผู้ไม่มาประชุม ผู้เข้าร่วมประชุม)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from meetings import querysets


class Attendee(models.Model):
    """A seat in the room. Expected ones stand here from the letter's issue on; others are added when they come."""

    class Part(models.TextChoices):
        CHAIR = "chair", "ประธาน"
        MEMBER = "member", "ผู้ได้รับเชิญ"
        SECRETARY = "secretary", "เลขานุการ"
        JOINED = "joined", "ผู้เข้าร่วมประชุม"

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="attendees")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, null=True, blank=True, related_name="+")
    part = models.CharField("ฐานะในที่ประชุม", max_length=10, choices=Part)
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("ชื่อ", max_length=200, blank=True)
    post = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    # The post of the head whose place a deputy takes; empty when the head comes.
    stands_for = models.CharField("แทน", max_length=300, blank=True)
    came_at = models.DateTimeField("มาเมื่อ", null=True, blank=True)
    reason = models.TextField("เหตุที่ไม่มา", blank=True)
    by_phone = models.BooleanField("ลงชื่อด้วย QR", default=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.AttendeeQuerySet.as_manager()

    class Meta:
        verbose_name = "ผู้เข้าประชุม"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part__in=["chair", "member", "secretary", "joined"]), name="attendee_part_known"
            ),
            models.UniqueConstraint(
                fields=["meeting", "organization"], condition=Q(part="member"), name="attendee_one_seat_per_office"
            ),
            models.CheckConstraint(
                condition=Q(came_at__isnull=True) | ~Q(name=""), name="attendee_who_came_has_a_name"
            ),
        ]

    def __str__(self):
        return self.name or self.post
