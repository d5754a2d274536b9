"""OPDC's evaluation of a round and the party's appeal against it. Self scores are copied here, never overwritten."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from kpiportal.models.frozen import append_only
from kpiportal.row_history import tracked
from reporting.evaluation import querysets
from reporting.evaluation.states import EvaluationState


def _score(label, **more):
    return models.DecimalField(label, max_digits=9, decimal_places=4, **more)


class EvaluationPolicy(models.Model):
    """How a year is evaluated: the deductions, the days for an appeal, the words of a grade. Data of its framework.

    Nothing of it is published for provinces, so nothing is taken off unless OPDC says so. `grades` has the form of
    Scale.bands; empty: the scale's own bands are the grades.
    """

    framework = models.OneToOneField("agreements.Framework", models.PROTECT, related_name="evaluation_policy")
    per_missed_report = _score("หักต่อการไม่รายงาน 1 รอบ (คะแนน)", default=Decimal(0), validators=[MinValueValidator(0)])
    floor = _score("หักแล้วไม่ต่ำกว่า (คะแนน)", null=True, blank=True, validators=[MinValueValidator(0)])
    appeal_days = models.PositiveSmallIntegerField(
        "ยื่นอุทธรณ์ได้ภายใน (วัน)", default=15, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    grades = models.JSONField("ระดับผลการประเมิน", default=list, blank=True)
    # Months of the rounds that are evaluated before the year's last one: [6] of a year judged twice.
    earlier_rounds = ArrayField(models.PositiveSmallIntegerField(), verbose_name="รอบที่ประเมินก่อนสิ้นปี", default=list)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "หลักเกณฑ์การประเมิน"
        constraints = [
            models.CheckConstraint(condition=Q(per_missed_report__gte=0), name="policy_takes_nothing_negative")
        ]

    def __str__(self):
        return f"หลักเกณฑ์การประเมิน {self.framework}"


class Evaluation(models.Model):
    """One per round. `state`/`revision`: written only by workflow.advance.

    The deduction rule is copied from the policy when scoring begins, so a later setting changes no score already given.
    `total` and `grade` are those of the last publication; `appeal_due_at` is exclusive (kpiportal/deadlines.py).
    """

    round = models.OneToOneField("reporting.Round", models.PROTECT, related_name="evaluation")
    state = models.CharField("สถานะ", max_length=12, choices=EvaluationState, default=EvaluationState.SCORING)
    revision = models.PositiveIntegerField(default=0)
    per_missed_report = _score("หักต่อการไม่รายงาน 1 รอบ")
    floor = _score("หักแล้วไม่ต่ำกว่า", null=True)
    begun_at = models.DateTimeField("เริ่มให้คะแนนเมื่อ")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField("แจ้งผลเบื้องต้นเมื่อ", null=True)
    appeal_due_at = models.DateTimeField("อุทธรณ์ได้ก่อน", null=True)
    final_at = models.DateTimeField("ผลเป็นที่สุดเมื่อ", null=True)
    total = _score("คะแนนรวม", null=True)
    grade = models.CharField("ระดับผลการประเมิน", max_length=100, blank=True)

    objects = querysets.EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "การประเมินของสำนักงาน ก.พ.ร."
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EvaluationState.values), name="evaluation_state_known"),
            models.CheckConstraint(
                condition=Q(state=EvaluationState.SCORING)
                | Q(published_at__isnull=False, appeal_due_at__isnull=False, total__isnull=False),
                name="evaluation_published_with_total",
            ),
            models.CheckConstraint(
                condition=~Q(state=EvaluationState.FINAL) | Q(final_at__isnull=False), name="evaluation_final_since"
            ),
        ]
        indexes = [
            models.Index(
                fields=["appeal_due_at"],
                condition=Q(state=EvaluationState.PRELIMINARY),
                name="evaluation_appeal_window",
            )
        ]

    def __str__(self):
        return f"การประเมิน{self.round}"


@tracked
class EvaluationLine(models.Model):
    """One indicator of the round: what it gave itself, what the evaluator gives, what an appeal made of it (R32).

    `raw` is the evaluator's score before deductions, `score` what is left of it (None: not yet decided). `lowered` is
    R27's amount with its reason, `missed_reports` R26's count. `appeal_score` counts once the evaluation is final.
    """

    class Verdict(models.TextChoices):
        PENDING = "", "ยังไม่ได้พิจารณา"
        ACCEPTED = "accepted", "ยอมรับคะแนนตนเอง"
        CHANGED = "changed", "ปรับคะแนน"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="lines")
    indicator = models.ForeignKey("agreements.Indicator", models.PROTECT, related_name="+")
    report = models.ForeignKey("reporting.Report", models.PROTECT, null=True, related_name="+")
    self_score = _score("คะแนนประเมินตนเอง", null=True)
    missed_reports = models.PositiveSmallIntegerField("ไม่รายงาน (รอบ)", default=0)
    verdict = models.CharField("ผลพิจารณา", max_length=8, choices=Verdict, default=Verdict.PENDING, blank=True)
    raw = _score("คะแนนผู้ประเมิน", null=True, blank=True)
    reason = models.TextField("เหตุผลที่ปรับคะแนน", blank=True)
    lowered = _score("หักเพราะหลักฐานล่าช้าหรือไม่ครบ", default=Decimal(0))
    lowered_reason = models.TextField("เหตุผลที่หัก", blank=True)
    score = _score("คะแนนหลังหัก", null=True)
    appeal_score = _score("คะแนนหลังอุทธรณ์", null=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("บันทึกล่าสุด", null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = querysets.LineQuerySet.as_manager()

    class Meta:
        verbose_name = "คะแนนของตัวชี้วัด"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "indicator"], name="evaluation_line_once_per_indicator"),
            models.CheckConstraint(condition=Q(lowered__gte=0), name="evaluation_line_lowers_nothing_negative"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(verdict="accepted") | (Q(verdict="changed") & ~Q(reason="")),
                name="evaluation_line_change_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(lowered=0) | ~Q(lowered_reason=""),
                name="evaluation_line_lowered_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.score}"


class SiteVisit(models.Model):
    """A visit of the evaluators (การตรวจติดตาม ณ จังหวัด): when, who went, what they saw. Never changed afterwards."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="visits")
    visited_on = models.DateField("วันที่ตรวจติดตาม")
    people = models.CharField("ผู้ตรวจติดตาม", max_length=300)
    note = models.TextField("บันทึก")
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = querysets.VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "การตรวจติดตาม"
        ordering = ["visited_on", "pk"]
        triggers = append_only()

    def __str__(self):
        return f"ตรวจติดตาม {self.visited_on}"


class Appeal(models.Model):
    """The party's appeal (คำขออุทธรณ์): a draft until its head signs it, which freezes its words."""

    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="appeal")
    filed_at = models.DateTimeField("ยื่นเมื่อ", null=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filed_by_text = models.CharField("ผู้ลงนาม", max_length=500, blank=True)

    class Meta:
        verbose_name = "คำขออุทธรณ์"
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_by__isnull=True)
                | Q(filed_at__isnull=False, filed_by__isnull=False),
                name="appeal_filed_by_somebody",
            )
        ]

    def __str__(self):
        return f"คำขออุทธรณ์ {self.evaluation}"


@tracked
class AppealItem(models.Model):
    """One indicator in dispute: which points and why, then OPDC's decision with its reason."""

    class Outcome(models.TextChoices):
        PENDING = "", "ยังไม่ได้พิจารณา"
        APPROVED = "approved", "รับอุทธรณ์"
        PARTLY = "partly", "รับบางส่วน"
        REFUSED = "refused", "ไม่รับอุทธรณ์"

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="items")
    line = models.OneToOneField(EvaluationLine, models.PROTECT, related_name="appeal_item")
    disputed = models.TextField("ประเด็นที่ขอทบทวน")
    grounds = models.TextField("เหตุผลและข้อเท็จจริง")
    asked_score = _score("คะแนนที่ขอ", null=True, blank=True)
    outcome = models.CharField("ผลพิจารณา", max_length=8, choices=Outcome, default=Outcome.PENDING, blank=True)
    decision = models.TextField("เหตุผลของผลพิจารณา", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.AppealItemQuerySet.as_manager()

    class Meta:
        verbose_name = "ประเด็นอุทธรณ์"
        constraints = [
            models.CheckConstraint(condition=Q(outcome="") | ~Q(decision=""), name="appeal_decision_has_reason")
        ]

    def __str__(self):
        return f"อุทธรณ์ {self.line}"

    @property
    def is_complete(self) -> bool:
        return bool(self.disputed and self.grounds)


class AppealFile(models.Model):
    """New evidence that goes with a disputed indicator."""

    item = models.ForeignKey(AppealItem, models.PROTECT, related_name="files")
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = querysets.AppealFileQuerySet.as_manager()

    class Meta:
        verbose_name = "หลักฐานอุทธรณ์"
        ordering = ["pk"]

    def __str__(self):
        return self.file.original_name
