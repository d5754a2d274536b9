"""The province's own report of a round (SAR): one per round, its chapters, and where a reader's copying stands."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.row_history import tracked
from reporting import querysets
from reporting.states import SarState

_FIXED = [SarState.APPROVED, SarState.SIGNED, SarState.SENT]


class Consolidation(models.Model):
    """The SAR of a round. `state`/`revision`: written only by workflow.advance.

    `content` and `sha256` are fixed by the approval (reporting/sar/content.py): what was approved is what is signed and
    what is sent. `file` is the document as it was sent, typeset once.
    """

    round = models.OneToOneField("reporting.Round", models.PROTECT, related_name="consolidation")
    state = models.CharField("สถานะ", max_length=10, choices=SarState, default=SarState.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    state_since = models.DateTimeField("อยู่สถานะนี้ตั้งแต่")
    # Why the report goes without cards that have not passed (R25); printed with them.
    lacking_reason = models.TextField("เหตุผลที่ส่งโดยตัวชี้วัดไม่ครบ", blank=True)
    content = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    approver = models.CharField("ผู้อนุมัติ", max_length=300, blank=True)
    approver_post = models.CharField("ตำแหน่งผู้อนุมัติ", max_length=300, blank=True)
    approved_at = models.DateTimeField("อนุมัติเมื่อ", null=True, blank=True)
    signer = models.CharField("ผู้ลงนาม", max_length=300, blank=True)
    signer_post = models.CharField("ตำแหน่งผู้ลงนาม", max_length=300, blank=True)
    signed_on = models.DateField("ลงนามเมื่อ", null=True, blank=True)
    # The scan, where it was signed on paper.
    signed_copy = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey("kpiportal.Letter", models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField("ส่งเมื่อ", null=True, blank=True)
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.ConsolidationQuerySet.as_manager()

    class Meta:
        verbose_name = "รายงานการประเมินผลตนเอง"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SarState.values), name="consolidation_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=_FIXED, content__isnull=False, approved_at__isnull=False)
                | (~Q(state__in=_FIXED) & Q(content__isnull=True, approved_at__isnull=True, sha256="")),
                name="consolidation_fixed_iff_approved",
            ),
            models.CheckConstraint(
                condition=Q(state=SarState.SENT, file__isnull=False, sent_at__isnull=False)
                | (~Q(state=SarState.SENT) & Q(file__isnull=True, sent_at__isnull=True)),
                name="consolidation_filed_iff_sent",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_report_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'sent'"),
            ),
        ]

    def __str__(self):
        return f"รายงานการประเมินผลตนเอง {self.round}"

    @property
    def is_fixed(self) -> bool:
        return self.state in _FIXED


@tracked
class Chapter(models.Model):
    """A chapter of words. `drafted` is what the portal last proposed from what was filed; `text` is what people made of
    it, and equal to it while nobody has typed."""

    class Kind(models.TextChoices):
        SUMMARY = "summary", "บทสรุปผู้บริหาร"
        RESULTS = "results", "ผลการดำเนินงานตามมิติ"
        FACTORS = "factors", "ปัจจัยสนับสนุนการดำเนินงาน"
        OBSTACLES = "obstacles", "ปัญหาอุปสรรค"
        SUGGESTIONS = "suggestions", "ข้อเสนอแนะ"

    consolidation = models.ForeignKey(Consolidation, models.PROTECT, related_name="chapters")
    kind = models.CharField("บท", max_length=12, choices=Kind)
    order = models.PositiveSmallIntegerField()
    text = models.TextField("ข้อความ", blank=True)
    drafted = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("บันทึกล่าสุด")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "บทของรายงาน"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["consolidation", "kind"], name="chapter_once_in_consolidation"),
            models.CheckConstraint(
                condition=Q(kind__in=["summary", "results", "factors", "obstacles", "suggestions"]),
                name="chapter_kind_known",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def is_typed(self) -> bool:
        return self.text != self.drafted


class CopyTick(models.Model):
    """One field of the e-SAR copy sheet that a person has copied over; theirs alone."""

    consolidation = models.ForeignKey(Consolidation, models.PROTECT, related_name="ticks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    field = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consolidation", "person", "field"], name="copy_tick_once"),
        ]

    def __str__(self):
        return self.field
