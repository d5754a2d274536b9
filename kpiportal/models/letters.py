"""Official letters (หนังสือราชการ): the register's series and the letters themselves."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kpiportal.models.people import Kind
from kpiportal.row_history import tracked


class LetterSeries(models.Model):
    """One running number: an office, ordinary or circular (ว), a calendar year พ.ศ. Gapless by lock."""

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="letter_series")
    prefix = models.CharField("หัวเลขหนังสือ", max_length=30, help_text="เช่น ชม 0017.2")
    circular = models.BooleanField("หนังสือเวียน (ว)", default=False)
    year = models.PositiveSmallIntegerField("ปี พ.ศ.")
    last_number = models.PositiveIntegerField("เลขล่าสุด", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "circular", "year"], name="letter_series_one_per_prefix_and_year")
        ]

    def __str__(self):
        return f"{self.prefix}/{'ว ' if self.circular else ''}({self.year})"


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's own people, and whoever received the issued letter; OPDC sees issued letters."""
        own = user.organization_ids
        seen = Q(organization__in=own) | (Q(recipients__organization__in=own) & ~Q(state=Letter.State.DRAFT))
        if user.sits_at(Kind.OPDC):
            seen |= ~Q(state=Letter.State.DRAFT)
        return self.filter(pk__in=Letter._base_manager.filter(seen).values("pk"))


# What is on paper, in the register and on disk once a letter is issued; only `state` may still move (cancelled).
_FROZEN = (
    "organization_id", "series_id", "number", "number_text", "letterhead", "dated", "subject", "addressee",
    "references", "enclosures", "body", "closing", "signer", "signer_post", "owner", "issued_at", "frozen", "file_id",
)  # fmt: skip


def _row(alias: str) -> str:
    return "(" + ", ".join(f'{alias}."{name}"' for name in _FROZEN) + ")"


@tracked
class Letter(models.Model):
    """A letter. Typed words while a draft; once issued, `frozen` + `file` are the letter and never change."""

    class State(models.TextChoices):
        DRAFT = "draft", "ร่าง"
        ISSUED = "issued", "ออกเลขแล้ว"
        CANCELLED = "cancelled", "ยกเลิก"

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="letters")
    series = models.ForeignKey(LetterSeries, models.PROTECT, related_name="letters")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField("เลขทะเบียนส่ง", null=True, blank=True)
    number_text = models.CharField("ที่", max_length=60, blank=True)
    letterhead = ArrayField(models.CharField(max_length=200), verbose_name="ส่วนราชการเจ้าของหนังสือ")
    dated = models.DateField("ลงวันที่")
    subject = models.CharField("เรื่อง", max_length=500)
    addressee = models.CharField("เรียน", max_length=300)
    references = ArrayField(models.CharField(max_length=300), verbose_name="อ้างถึง", default=list, blank=True)
    enclosures = ArrayField(models.CharField(max_length=300), verbose_name="สิ่งที่ส่งมาด้วย", default=list, blank=True)
    body = ArrayField(models.TextField(), verbose_name="ข้อความ")
    closing = models.CharField("คำลงท้าย", max_length=100, default="ขอแสดงความนับถือ")
    signer = models.CharField("ผู้ลงนาม", max_length=200)
    signer_post = ArrayField(models.CharField(max_length=200), verbose_name="ตำแหน่งผู้ลงนาม")
    owner = ArrayField(models.CharField(max_length=200), verbose_name="ส่วนราชการเจ้าของเรื่อง")
    issued_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(null=True, blank=True)
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "หนังสือ"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="letter_number_once_in_series"),
            models.CheckConstraint(
                condition=Q(state="draft", number__isnull=True, file__isnull=True, issued_at__isnull=True)
                | (~Q(state="draft") & Q(number__isnull=False, file__isnull=False, issued_at__isnull=False)),
                name="letter_numbered_and_filed_iff_issued",
            ),
        ]
        ordering = [F("number").desc(nulls_first=True), "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="issued_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {_row('OLD')} IS DISTINCT FROM {_row('NEW')})"
                ),
            ),
            pgtrigger.Protect(
                name="issued_letter_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self):
        return f"{self.number_text or 'ร่าง'} {self.subject}"


class LetterRecipient(models.Model):
    """Who a letter goes to; the name and post are frozen words."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="recipients")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    text = models.CharField("ผู้รับ", max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "organization"], name="letter_sent_once_to_an_office")]
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text
