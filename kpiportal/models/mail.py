"""Mail as rows (the outbox) and the ledger of reminders already decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.models.people import Role, User


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """OPDC's operator and director all of it; an office what goes to the people it looks after."""
        if any(duty.role in (Role.OPERATOR, Role.DIRECTOR) for duty in user.duties):
            return self
        return self.filter(to_user__in=User.objects.visible_to(user).values("pk"))

    def read_here(self):
        """Messages as people find them in the portal."""
        return self.filter(channel__in=["email", "inbox"]).exclude(state="dropped")


class OutgoingMail(models.Model):
    """One message, written in the transaction that caused it and sent after commit (kpiportal/outbox.py).

    What leaves by e-mail is read in the portal too; a row of the channel `inbox` is read there only, and is born sent.
    `message_id` is fixed at birth, so a mail sent twice is recognisably the same mail.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "รอส่ง"
        SENDING = "sending", "กำลังส่ง"
        SENT = "sent", "ส่งแล้ว"
        FAILED = "failed", "ส่งไม่ได้"
        DROPPED = "dropped", "ไม่ต้องส่งแล้ว"

    class Channel(models.TextChoices):
        EMAIL = "email", "อีเมล"
        INBOX = "inbox", "ข้อความในระบบ"
        LINE = "line", "LINE"
        SMS = "sms", "SMS"
        WEBHOOK = "webhook", "ระบบปลายทาง"

    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="mails")
    # An e-mail address; for another channel whatever it calls its people by.
    to_email = models.CharField(max_length=254)
    subject = models.CharField(max_length=400)
    body = models.TextField()
    # An iCalendar text that goes along as a file; empty: none.
    calendar = models.TextField(blank=True)
    # NULL, not "": any number of mails have no key, and NULLs are never equal.
    dedupe_key = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    queued_at = models.DateTimeField()
    sending_since = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True, help_text="เปิดอ่านในระบบครั้งแรก")
    # Where one press ends what is optional of such mail (RFC 8058); empty: nothing in it is.
    unsubscribe = models.CharField(max_length=500, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "จดหมายขาออก"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed", "dropped"]),
                name="outgoing_mail_state_known",
            )
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="outgoing_mail_waiting"),
            models.Index(fields=["sending_since"], condition=Q(state="sending"), name="outgoing_mail_in_flight"),
            models.Index(fields=["to_user"], condition=Q(read_at=None), name="outgoing_mail_unread"),
            models.Index(fields=["to_user", "-queued_at"], name="outgoing_mail_of_a_person"),
        ]

    def __str__(self):
        return f"{self.subject} → {self.to_email}"


class ReminderSent(models.Model):
    """The ledger: this duty, at this step, to this person, on this channel, was decided once.

    `counted_to`: the last day the step was counted to, so that a moved one starts again. `mail`: what told them.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    step = models.SmallIntegerField(help_text="วันทำการก่อนกำหนด (ติดลบ = หลังกำหนด)")
    counted_to = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, default="email")
    mail = models.ForeignKey(OutgoingMail, models.CASCADE, null=True, related_name="reminders")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "step", "counted_to", "user", "channel"],
                name="reminder_sent_once_per_step_and_person",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_id} {self.step}"
