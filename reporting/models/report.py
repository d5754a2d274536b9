"""The SAR card of one indicator in one round, and everything that hangs on it."""

from functools import cached_property

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kpiportal.models.frozen import append_only
from kpiportal.row_history import tracked
from reporting import querysets
from reporting.states import EDITABLE, ReportState


@tracked
class Report(models.Model):
    """The card. `state`/`revision`: written only by workflow.advance (and saves of the open card).

    `score` is the working score of what is typed now; what was sent stands in ReportVersion.
    No result is NULL with `no_data_reason`, never 0 (R33).
    """

    round = models.ForeignKey("reporting.Round", models.PROTECT, related_name="reports")
    indicator = models.ForeignKey("agreements.Indicator", models.PROTECT, related_name="reports")
    host = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="reports")
    version = models.ForeignKey("agreements.AgreementVersion", models.PROTECT, related_name="reports")
    due_at = models.DateTimeField("ส่งก่อน")
    state = models.CharField("สถานะ", max_length=12, choices=ReportState, default=ReportState.NOT_STARTED)
    revision = models.PositiveIntegerField(default=0)
    state_since = models.DateTimeField("อยู่สถานะนี้ตั้งแต่")
    saved_at = models.DateTimeField("บันทึกล่าสุด", null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField("ส่งเมื่อ", null=True, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    no_data = models.BooleanField("ไม่มีข้อมูลในรอบนี้", default=False)
    no_data_reason = models.TextField("เหตุผลที่ไม่มีข้อมูล", blank=True)
    explanation = models.TextField("คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ", blank=True)
    supporting_factors = models.TextField("ปัจจัยสนับสนุน", blank=True)
    obstacles = models.TextField("ปัญหาอุปสรรค", blank=True)
    suggestions = models.TextField("ข้อเสนอแนะ", blank=True)
    score = models.DecimalField("คะแนนที่ได้", max_digits=9, decimal_places=4, null=True, blank=True)
    # What the last return asked for: [{"part", "reason", "fixed", "reply"}]; only these are open then. Empty: all.
    asked = models.JSONField("ส่วนที่ขอให้แก้ไข", default=list, blank=True)

    objects = querysets.ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "รายงานตัวชี้วัด"
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "host"], name="report_once_per_round_and_indicator"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(no_data=False) | Q(score__isnull=True), name="report_without_data_has_no_score"
            ),
        ]
        indexes = [
            models.Index(fields=["host", "state"]),
            models.Index(fields=["due_at"], condition=Q(state__in=sorted(EDITABLE)), name="report_owed_by_due"),
        ]

    def __str__(self):
        return f"{self.indicator} {self.round.name}"

    @cached_property
    def all_evidence(self) -> list["Evidence"]:
        """What is and was on the card, with files and the co-hosts they came from. Read once: every action locks, and
        asks, a card object of its own."""
        return list(self.evidence.select_related("file", "supplier").order_by("number"))

    @property
    def present_evidence(self) -> list["Evidence"]:
        return [item for item in self.all_evidence if item.removed_at is None]


class ReportEntry(models.Model):
    """What was measured, one row per scored leaf: the indicator itself, or each child of a composite."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="entries")
    indicator = models.ForeignKey("agreements.Indicator", models.PROTECT, related_name="+")
    value = models.DecimalField("ผลการดำเนินงาน", max_digits=20, decimal_places=6, null=True, blank=True)
    # Where `value` came from when it was not typed: numerator × 100 ÷ denominator, half-up to six decimals.
    numerator = models.DecimalField("ตัวตั้ง", max_digits=20, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField("ตัวหาร", max_digits=20, decimal_places=6, null=True, blank=True)
    steps_done = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    part = models.DecimalField("ส่วนของขั้นถัดไป", max_digits=6, decimal_places=4, null=True, blank=True)
    # Declared parts of a step that are done, as step × 100 + part: 402 is the second part of step 4.
    sub_points = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    answer = models.BooleanField("ผ่าน", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "indicator"], name="report_entry_once_per_leaf")]

    def __str__(self):
        return f"{self.indicator_id}: {self.value}"


class ReportVersion(models.Model):
    """A card as it was sent: answers, indicator texts, evidence hashes, formula version, score. Never changed.

    `token` is the page's own: the same send clicked twice ends as one version (idempotent).
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("ครั้งที่ส่ง")
    token = models.UUIDField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    score = models.DecimalField("คะแนนที่ได้", max_digits=9, decimal_places=4, null=True)
    formula_version = models.CharField(max_length=20)
    late = models.BooleanField("ส่งเกินกำหนด", default=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_numbered_once"),
            models.UniqueConstraint(fields=["report", "token"], name="report_sent_once_per_token"),
        ]
        triggers = append_only()

    def __str__(self):
        return f"ส่งครั้งที่ {self.number}"

    @property
    def receipt(self) -> str:
        """What the sender may quote: the card, and the beginning of what was frozen."""
        return f"{self.report_id}-{self.number}-{self.sha256[:6].upper()}"


class Evidence(models.Model):
    """A numbered file or link of a card. Removing keeps the row and its number: numbers already quoted stay true.

    One stored file may stand on cards of several rounds (`copied_from` says where it was first); a link has a title.
    `supplier`: the co-host that put it there; none, and it is the host's own.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField("ลำดับที่")
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="evidence")
    link = models.URLField("ที่อยู่เว็บ", max_length=1000, blank=True)
    title = models.CharField("ชื่อเอกสาร", max_length=200, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey("kpiportal.Organization", models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField("แนบเมื่อ")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.TextField("เหตุผลที่นำออก", blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    is_there_already = False  # of one that was asked for again: reporting/evidence.py

    objects = querysets.EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "หลักฐานอ้างอิง"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="evidence_numbered_once_in_report"),
            models.CheckConstraint(
                condition=(Q(file__isnull=False) & Q(link="")) | (Q(file__isnull=True) & ~Q(link="") & ~Q(title="")),
                name="evidence_is_a_file_or_a_titled_link",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="evidence_removed_by_somebody",
            ),
        ]

    def __str__(self):
        return f"หลักฐานที่ {self.number}"

    @property
    def name(self) -> str:
        return self.file.original_name if self.file else self.title


class Contribution(models.Model):
    """What a co-host (เจ้าภาพร่วม) supplies for the host's card: its own figure and words. The host alone scores."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="contributions")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    value = models.DecimalField("ผลในส่วนของหน่วยงาน", max_digits=20, decimal_places=6, null=True, blank=True)
    words = models.TextField("คำชี้แจง")
    revision = models.PositiveIntegerField(default=0)
    supplied_at = models.DateTimeField("ส่งเมื่อ")
    supplied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "ข้อมูลของเจ้าภาพร่วม"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "organization"], name="contribution_once_per_agency")]

    def __str__(self):
        return f"{self.organization}: {self.value}"


class Decision(models.Model):
    """What a certifier or reviewer said of one sent version. A row is never changed: a certification taken back is a
    row more, and whatever follows counts one `turn` higher."""

    class Step(models.TextChoices):
        CERTIFY = "certify", "การรับรองของหัวหน้าหน่วยงาน"
        REVIEW = "review", "การตรวจของจังหวัด"
        TAKE_BACK = "takeback", "การถอนการรับรอง"

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=8, choices=Step)
    turn = models.PositiveSmallIntegerField("พิจารณาครั้งที่", default=1)
    passed = models.BooleanField("ผ่าน")
    comment = models.TextField("เหตุผล", blank=True)
    asked = models.JSONField("ส่วนที่ขอให้แก้ไข", default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_text = models.CharField("ผู้พิจารณา", max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "step", "turn"], name="decision_once_per_version_step_and_turn"),
            models.CheckConstraint(condition=Q(passed=True) | ~Q(comment=""), name="decision_refusal_has_reason"),
        ]
        triggers = append_only()

    def __str__(self):
        return f"{self.get_step_display()} {'ผ่าน' if self.passed else 'ไม่ผ่าน'}"
