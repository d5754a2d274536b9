"""Meetings: who is called, when, where, by which letter, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from meetings import querysets


class Meeting(models.Model):
    """A meeting a party calls. `state`/`revision`: written only by workflow.advance."""

    class State(models.TextChoices):
        DRAFT = "draft", "เตรียมการ"
        CALLED = "called", "ออกหนังสือเชิญแล้ว"
        HELD = "held", "ประชุมแล้ว"
        CANCELLED = "cancelled", "ยกเลิก"

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "ติดตามผลการดำเนินงาน"
        BRIEFING = "briefing", "ชี้แจงกรอบและแนวทาง"
        NEGOTIATION = "negotiation", "เจรจาความเหมาะสมของตัวชี้วัด"
        OTHER = "other", "เรื่องอื่น ๆ"

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="meetings")
    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="meetings")
    kind = models.CharField("ประเภท", max_length=12, choices=Kind, default=Kind.FOLLOW_UP)
    # ครั้งที่ n/พ.ศ. of the calendar year the meeting is held in, as the minutes say it.
    number = models.PositiveSmallIntegerField("ครั้งที่", null=True, blank=True)
    plan = models.ForeignKey("agreements.RoundPlan", models.PROTECT, null=True, blank=True, related_name="+")
    sitting = models.ForeignKey("agreements.Sitting", models.PROTECT, null=True, blank=True, related_name="meetings")
    subject = models.CharField("เรื่อง", max_length=500)
    starts_at = models.DateTimeField("เริ่มประชุม")
    ends_at = models.DateTimeField("ถึงเวลา", null=True, blank=True)
    venue = models.CharField("สถานที่", max_length=400)
    video_link = models.URLField("ลิงก์ประชุมทางไกล", max_length=500, blank=True)
    chair = models.CharField("ประธาน", max_length=200, blank=True)
    chair_post = models.CharField("ตำแหน่งประธาน", max_length=200, blank=True)
    secretary = models.CharField("เลขานุการ", max_length=200, blank=True)
    secretary_post = models.CharField("ตำแหน่งเลขานุการ", max_length=200, blank=True)
    letter = models.OneToOneField("kpiportal.Letter", models.PROTECT, null=True, blank=True, related_name="meeting")
    # Letters that called to this meeting before its day or place was changed; each stays valid paper in its register.
    earlier_letters = models.ManyToManyField("kpiportal.Letter", related_name="+", blank=True)
    cancel_letter = models.OneToOneField(
        "kpiportal.Letter", models.PROTECT, null=True, blank=True, related_name="cancelled_meeting"
    )
    # The way to the sign-in page at the door: kept encrypted, found by its digest (kpiportal/sealed_links.py).
    door_hidden = models.TextField(blank=True)
    door_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField("สถานะ", max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "การประชุม"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "called", "held", "cancelled"]), name="meeting_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "held"]) | Q(letter__isnull=False), name="meeting_called_by_a_letter"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["door_digest"], condition=~Q(door_digest=""), name="meeting_one_per_door"),
        ]

    def __str__(self):
        return self.subject


class Invitation(models.Model):
    """An office invited to a meeting, and what it answered. Who changed an answer when is in the trail."""

    class Answer(models.TextChoices):
        NONE = "", "ยังไม่ตอบ"
        ATTEND = "attend", "เข้าร่วมประชุมด้วยตนเอง"
        DEPUTY = "deputy", "มอบหมายผู้แทน"
        ABSENT = "absent", "ไม่สามารถเข้าร่วมประชุม"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="invitations")
    answer = models.CharField("คำตอบ", max_length=8, choices=Answer, default=Answer.NONE, blank=True)
    name = models.CharField("ชื่อผู้เข้าประชุม", max_length=200, blank=True)
    post = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    phone = models.CharField("โทรศัพท์", max_length=60, blank=True)
    people = models.PositiveSmallIntegerField("จำนวนผู้เข้าประชุม", default=0)
    reason = models.TextField("เหตุผล", blank=True)
    answered_at = models.DateTimeField("ตอบเมื่อ", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField("เตือนเมื่อ", null=True, blank=True)
    # The office's own link: the token encrypted, and its digest to find the row by (kpiportal/sealed_links.py).
    link_hidden = models.TextField(blank=True)
    link_digest = models.CharField(max_length=64, blank=True)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "ผู้รับเชิญ"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organization"], name="invited_once_to_a_meeting"),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="invitation_one_per_link"
            ),
            models.CheckConstraint(condition=~Q(answer="deputy") | ~Q(name=""), name="invitation_deputy_is_named"),
            models.CheckConstraint(condition=~Q(answer="absent") | ~Q(reason=""), name="invitation_absence_has_reason"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="invitation_answered_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.organization} → {self.meeting}"
