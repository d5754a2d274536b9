"""Official letters (หนังสือราชการ): the register's series and the letters themselves."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kpiportal.models.frozen import differ
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
        """The office's own people, and whoever received the issued letter; OPDC sees what was sent out, not memos."""
        own = user.organization_ids
        seen = Q(organization__in=own) | Q(recipients__organization__in=own, state__in=Letter.NUMBERED)
        if user.sits_at(Kind.OPDC):
            seen |= Q(state__in=Letter.NUMBERED) & ~Q(kind=Letter.Kind.MEMO)
        return self.filter(pk__in=Letter._base_manager.filter(seen).values("pk"))

    def numbered(self):
        """What stands in the register: issued, or issued and voided."""
        return self.filter(state__in=Letter.NUMBERED)


# What is on paper, in the register and on disk once a letter is issued; only `state` may still move (cancelled).
_FROZEN = (
    "organization_id", "series_id", "number", "number_text", "letterhead", "dated", "subject", "addressee",
    "references", "enclosures", "body", "closing", "signer", "signer_post", "owner", "issued_at", "frozen", "file_id",
    "kind", "urgency", "salutation", "signer_rank", "rank_inside", "acting_order", "copies_to", "phone", "fax", "email",
    "emblem_paper", "proof_code", "bundle_id", "master_id", "urgent_by",
)  # fmt: skip


@tracked
class Letter(models.Model):
    """A letter. Typed words while a draft; once issued, `frozen` + `file` are the letter and never change."""

    class State(models.TextChoices):
        DRAFT = "draft", "ร่าง"
        CHECKING = "checking", "รอหัวหน้าตรวจ"
        SIGNING = "signing", "รอผู้ลงนาม"
        APPROVED = "approved", "เห็นชอบแล้ว รอออกเลข"
        ISSUED = "issued", "ออกเลขแล้ว"
        CANCELLED = "cancelled", "ยกเลิก"
        DISCARDED = "discarded", "ทิ้งร่างแล้ว"

    NUMBERED = (State.ISSUED, State.CANCELLED)
    UNNUMBERED = (State.DRAFT, State.CHECKING, State.SIGNING, State.APPROVED)

    class Kind(models.TextChoices):
        """ระเบียบงานสารบรรณ ข้อ 11-13. A circular (ว) is an external letter out of a circular series."""

        EXTERNAL = "external", "หนังสือภายนอก"
        MEMO = "memo", "บันทึกข้อความ"
        STAMPED = "stamped", "หนังสือประทับตรา"

    class Urgency(models.TextChoices):
        FAST = "ด่วน", "ด่วน"
        FASTER = "ด่วนมาก", "ด่วนมาก"
        FASTEST = "ด่วนที่สุด", "ด่วนที่สุด"
        WITHIN = "ด่วนภายใน", "ด่วนภายใน (ระบุวันและเวลา)"

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
    kind = models.CharField("ชนิดหนังสือ", max_length=10, choices=Kind, default=Kind.EXTERNAL)
    urgency = models.CharField("ชั้นความเร็ว", max_length=20, choices=Urgency, blank=True)
    urgent_by = models.DateTimeField("ด่วนภายใน", null=True, blank=True)  # of Urgency.WITHIN
    salutation = models.CharField("คำขึ้นต้น", max_length=60, default="เรียน")
    signer_rank = models.CharField("ยศหรือตำแหน่งทางวิชาการ", max_length=60, blank=True)
    rank_inside = models.BooleanField("พิมพ์ยศหรือตำแหน่งทางวิชาการในวงเล็บหน้าชื่อ", default=False)
    signatory = models.ForeignKey("kpiportal.Signatory", models.PROTECT, null=True, blank=True, related_name="letters")
    acting_order = models.CharField("คำสั่งให้ปฏิบัติราชการแทน", max_length=200, blank=True)
    copies_to = ArrayField(models.CharField(max_length=200), verbose_name="สำเนาส่ง", default=list, blank=True)
    phone = models.CharField("โทร.", max_length=100, blank=True)
    fax = models.CharField("โทรสาร", max_length=100, blank=True)
    email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์", blank=True)
    emblem_paper = models.BooleanField("พิมพ์ลงบนกระดาษตราครุฑ", default=True)
    master = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)  # since when it waits on the next reader
    issued_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(null=True, blank=True)
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    # The letter and its enclosures in one file for printing; `file` stays the letter alone, an archive PDF.
    bundle = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    signed_copy = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    proof_code = models.CharField(max_length=24, null=True, blank=True, unique=True, editable=False)  # noqa: DJ001

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "หนังสือ"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="letter_number_once_in_series"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "checking", "signing", "approved", "discarded"],
                    number__isnull=True,
                    file__isnull=True,
                    issued_at__isnull=True,
                )
                | Q(
                    state__in=["issued", "cancelled"],
                    number__isnull=False,
                    file__isnull=False,
                    issued_at__isnull=False,
                ),
                name="letter_numbered_and_filed_iff_issued",
            ),
        ]
        ordering = [F("number").desc(nulls_first=True), "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="issued_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('issued', 'cancelled') AND "
                    f"(NEW.state NOT IN ('issued', 'cancelled') OR {differ(*_FROZEN)})"
                ),
            ),
            pgtrigger.Protect(
                name="issued_letter_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state IN ('issued', 'cancelled')"),
            ),
        ]

    def __str__(self):
        return f"{self.number_text or 'ร่าง'} {self.subject}"


class LetterRecipient(models.Model):
    """Who a letter goes to; the name and post are frozen words."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="recipients")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    text = models.CharField("ผู้รับ", max_length=300)
    salutation = models.CharField("คำขึ้นต้น", max_length=60, blank=True, help_text="ว่าง: ตามหนังสือ")
    closing = models.CharField("คำลงท้าย", max_length=100, blank=True, help_text="ว่าง: ตามหนังสือ")
    worded = models.BooleanField(default=False, editable=False)  # `text` was typed, not made of the office's head
    address = models.CharField("ที่อยู่บนซอง", max_length=300, blank=True)
    # The copy addressed to this receiver, once it is printed.
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "organization"], name="letter_sent_once_to_an_office")]
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class LetterEnclosure(models.Model):
    """A file that goes with a letter, in the order of สิ่งที่ส่งมาด้วย; merged behind it when it is issued."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="files")
    line = models.CharField("สิ่งที่ส่งมาด้วย", max_length=300)  # as it stands in Letter.enclosures
    pages = models.PositiveSmallIntegerField("จำนวนหน้า")
    order = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "ไฟล์สิ่งที่ส่งมาด้วย"
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=Q(pages__gt=0), name="letter_enclosure_has_pages")]

    def __str__(self):
        return self.line
