"""When people are reminded, in which words, and by which ways."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kpiportal.models.people import Role


class ReminderPlan(models.Model):
    """On which steps duties of a kind are reminded of, for a fiscal year; narrower rows win over wider ones.

    `party` None: every party of the year; `months` None: every round of it. No row: the steps the kind came with.
    """

    kind = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ พ.ศ.")
    months = models.PositiveSmallIntegerField("รอบ (เดือน)", null=True, blank=True)
    party = models.ForeignKey("kpiportal.Organization", models.CASCADE, null=True, blank=True, related_name="+")
    steps = ArrayField(models.SmallIntegerField(), help_text="วันทำการก่อนกำหนด (ติดลบ = หลังกำหนด)")

    class Meta:
        verbose_name = "แผนการเตือน"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fiscal_year", "months", "party"],
                nulls_distinct=False,
                name="reminder_plan_once_per_kind_and_scope",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.fiscal_year}"


class NoticeChoice(models.Model):
    """A person's choice not to hear of a kind of duty by a channel. What they must do themselves in the end is sent all
    the same (reminding/choices.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)

    class Meta:
        verbose_name = "ช่องทางที่ไม่รับ"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="notice_choice_once")]

    def __str__(self):
        return f"{self.user_id}: {self.kind} {self.channel}"


class MailText(models.Model):
    """OPDC's own wording of a mail, for one fiscal year or for all; without a row the shipped wording stands."""

    name = models.CharField(max_length=60)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ พ.ศ.", null=True, blank=True)
    subject = models.CharField("หัวเรื่อง", max_length=300)
    body = models.TextField("เนื้อความ")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "ถ้อยคำของอีเมล"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "fiscal_year"], nulls_distinct=False, name="mail_text_once_per_year"
            )
        ]

    def __str__(self):
        return self.name


class WebhookQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An office sees its own; OPDC's director and operator all."""
        if any(duty.role in (Role.DIRECTOR, Role.OPERATOR) for duty in user.duties):
            return self
        offices = [d.organization_id for d in user.duties if d.role in (Role.COORDINATOR, Role.OFFICE_HEAD)]
        return self.filter(organization__in=offices)


class Webhook(models.Model):
    """Another system of an organization that hears of its people's reminders. `hidden`: its key, encrypted."""

    organization = models.OneToOneField("kpiportal.Organization", models.CASCADE, related_name="webhook")
    url = models.URLField("ที่อยู่ของระบบปลายทาง", max_length=500)
    hidden = models.TextField()
    since = models.DateTimeField()

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = "ระบบปลายทาง (webhook)"

    def __str__(self):
        return f"{self.organization}: {self.url}"


class LineLink(models.Model):
    """A person's LINE account. `code` joins it: typed to the office's account once, good for a while."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="line_link")
    line_id = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=12, blank=True)
    code_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "บัญชี LINE"
        constraints = [
            models.UniqueConstraint(fields=["line_id"], condition=~Q(line_id=""), name="line_account_of_one_person"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="line_code_once"),
        ]

    def __str__(self):
        return f"LINE {self.user_id}"
