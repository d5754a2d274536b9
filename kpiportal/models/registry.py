"""What an office keeps about its letters: who signs, how one greets, what is written often, post received."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kpiportal.models.letters import Letter, LetterSeries
from kpiportal.models.people import Kind
from kpiportal.row_history import tracked


class OwnQuerySet(models.QuerySet):
    """Rows of an office, read by its own people."""

    def visible_to(self, user):
        return self.filter(organization__in=user.organization_ids)


@tracked
class Signatory(models.Model):
    """Who may sign for an office, in which post, and by which order when it is for another (annex 3)."""

    class Acting(models.TextChoices):
        """The law behind the duty gives the words; nobody may choose them (LETTERS: delegation, vacancy, post)."""

        DELEGATED = "ปฏิบัติราชการแทน", "ปฏิบัติราชการแทน (ได้รับมอบอำนาจ)"
        HEAD = "รักษาราชการแทน", "รักษาราชการแทน (ไม่มีผู้ดำรงตำแหน่งหรือปฏิบัติราชการไม่ได้)"
        POST = "รักษาการในตำแหน่ง", "รักษาการในตำแหน่ง"
        DUTY = "ปฏิบัติหน้าที่แทน", "ปฏิบัติหน้าที่แทน"
        ACTING = "รักษาการแทน", "รักษาการแทน"
        DOING = "ทำการแทน", "ทำการแทน"

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="signatories")
    # Who approves in the portal; without an account the letter is signed on paper and the scan is kept.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("ชื่อเต็ม", max_length=200)
    rank = models.CharField("ยศหรือตำแหน่งทางวิชาการ", max_length=60, blank=True)
    rank_inside = models.BooleanField("พิมพ์ยศหรือตำแหน่งทางวิชาการในวงเล็บหน้าชื่อ", default=False)
    post = models.CharField("ตำแหน่ง", max_length=200)
    acting = models.CharField("ลงนามในฐานะ", max_length=20, choices=Acting, blank=True)
    principal = models.CharField("แทนตำแหน่ง", max_length=200, blank=True)
    order_text = models.CharField("คำสั่ง", max_length=200, blank=True)
    valid_from = models.DateField("ตั้งแต่วันที่")
    valid_until = models.DateField("ถึงวันที่", null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = "ผู้ลงนาม"
        ordering = [F("valid_until").desc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acting="", principal="") | (~Q(acting="") & ~Q(principal="") & ~Q(order_text="")),
                name="signatory_acts_by_an_order",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="signatory_period_runs_forward",
            ),
        ]

    def __str__(self):
        return f"{self.name} {' '.join(self.post_lines)}"

    @property
    def post_lines(self) -> list[str]:
        """Own post and wording, then the post stood in for: two lines under the name."""
        return [f"{self.post} {self.acting}", self.principal] if self.acting else [self.post]

    def covers(self, day) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Salutation(models.Model):
    """คำขึ้นต้นและคำลงท้าย by class of receiver (annex 2); one table for everybody, kept by OPDC."""

    name = models.CharField("ผู้รับ", max_length=300, unique=True)
    opening = models.CharField("คำขึ้นต้น", max_length=60)
    closing = models.CharField("คำลงท้าย", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "คำขึ้นต้นและคำลงท้าย"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class LetterTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The common ones, and one's own office's."""
        return self.filter(Q(organization__isnull=True) | Q(organization__in=user.organization_ids))

    def used_by(self, office):
        """What this office begins letters with: its own, and the common ones it has not worded for itself."""
        own = self.filter(organization=office)
        replaced = own.exclude(replaces=None).values("replaces")
        return self.filter(Q(organization=office) | Q(organization=None)).exclude(pk__in=replaced)


class LetterTemplate(models.Model):
    """Words for a purpose, with fields in square brackets ([ปีงบประมาณ]); see kpiportal/letter_fields.py."""

    organization = models.ForeignKey(
        "kpiportal.Organization", models.PROTECT, null=True, blank=True, related_name="letter_templates"
    )
    # The common one an office has worded for itself.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField("ใช้เมื่อ", max_length=120)
    kind = models.CharField("ชนิดหนังสือ", max_length=10, choices=Letter.Kind, default=Letter.Kind.EXTERNAL)
    circular = models.BooleanField("หนังสือเวียน (ว)", default=False)
    subject = models.CharField("เรื่อง", max_length=500)
    addressee = models.CharField("เรียน", max_length=300, blank=True)
    body = ArrayField(models.TextField(), verbose_name="ข้อความ")

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "แบบหนังสือ"
        ordering = ["purpose", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "replaces"], name="letter_template_worded_once"),
            models.CheckConstraint(
                condition=Q(replaces=None) | Q(organization__isnull=False), name="letter_template_of_an_office_replaces"
            ),
        ]

    def __str__(self):
        return self.purpose


class Emblem(models.Model):
    """The emblem an office's administrator gave: cleaned and drawn once, 300 dots an inch. The newest counts."""

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="emblems")
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, related_name="+")
    given_at = models.DateTimeField("วันที่ใส่ตรา")

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = "ตราครุฑ"
        ordering = ["-given_at", "-pk"]

    def __str__(self):
        return f"{self.organization}"


class HeldNumber(models.Model):
    """A number of the register without a letter of the portal: reserved by hand, or taken over from before."""

    class Why(models.TextChoices):
        RESERVED = "reserved", "จองเลขไว้"
        EARLIER = "earlier", "ออกก่อนใช้ระบบ"

    series = models.ForeignKey(LetterSeries, models.PROTECT, related_name="held_numbers")
    number = models.PositiveIntegerField("เลขทะเบียนส่ง")
    why = models.CharField("ที่มา", max_length=10, choices=Why)
    dated = models.DateField("ลงวันที่")
    addressee = models.CharField("ถึง", max_length=300, blank=True)
    subject = models.CharField("เรื่อง", max_length=500)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="held_number")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = "เลขที่ไม่มีหนังสือในระบบ"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="held_number_once_in_series"),
            models.CheckConstraint(condition=Q(number__gt=0), name="held_number_positive"),
        ]

    def __str__(self):
        return f"{self.series} {self.number}"


class ReceivedRegister(models.Model):
    """ทะเบียนหนังสือรับ: one running number of an office and calendar year พ.ศ.; gapless by lock."""

    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="received_registers")
    year = models.PositiveSmallIntegerField("ปี พ.ศ.")
    last_number = models.PositiveIntegerField("เลขล่าสุด", default=0)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = "ทะเบียนหนังสือรับ"
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="received_register_one_per_year")]

    def __str__(self):
        return f"{self.organization} {self.year}"


class ReceivedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(register__organization__in=user.organization_ids)


@tracked
class ReceivedLetter(models.Model):
    """A letter that came in: its number in the register is never changed or given again."""

    register = models.ForeignKey(ReceivedRegister, models.PROTECT, related_name="letters")
    number = models.PositiveIntegerField("เลขทะเบียนรับ")
    received_at = models.DateTimeField("รับเมื่อ")
    number_text = models.CharField("ที่", max_length=80)
    dated = models.DateField("ลงวันที่")
    sender = models.CharField("จาก", max_length=300)
    addressee = models.CharField("ถึง", max_length=300)
    subject = models.CharField("เรื่อง", max_length=500)
    action = models.CharField("การปฏิบัติ", max_length=500, blank=True)
    scan = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = "หนังสือรับ"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="received_number_once")]

    def __str__(self):
        return f"{self.number} {self.subject}"


# Offices that write letters of their own; agencies write through their province.
WRITING_KINDS = (Kind.OPDC, Kind.PROVINCE, Kind.CLUSTER)
