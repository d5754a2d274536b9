"""The year's framework (กรอบการประเมินผล): everything that changes from year to year is a row here, never code."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements import querysets
from agreements.states import FrameworkState
from kpiportal.models.people import Kind


class Scale(models.Model):
    """The points a result is scored on (1..5, or 50/75/100), with its floor, decimals and words for totals."""

    class Floor(models.TextChoices):
        ONE_AT_FLOOR = "one_at_floor", "ได้คะแนนของระดับแรก"
        ZERO = "zero", "ได้ 0"
        PROPORTIONAL = "proportional", "ลดตามส่วน"

    class Missing(models.TextChoices):
        LOWEST = "lowest", "นับเป็นคะแนนของระดับแรก"
        ZERO = "zero", "นับเป็น 0"

    name = models.CharField("ชื่อ", max_length=60, unique=True)
    points = ArrayField(models.DecimalField(max_digits=7, decimal_places=2), verbose_name="คะแนนของแต่ละระดับ")
    floor = models.CharField("ต่ำกว่าระดับแรก", max_length=12, choices=Floor, default=Floor.ONE_AT_FLOOR)
    missing = models.CharField("ไม่มีผลเมื่อสิ้นปี", max_length=8, choices=Missing, default=Missing.LOWEST)
    decimals = models.PositiveSmallIntegerField("ทศนิยมของคะแนน", default=4)
    # [{"from": "4.50", "word": "ดีเยี่ยม", "light": "green"}, ...] highest first; thresholds are data per year.
    bands = models.JSONField("ช่วงคะแนน", default=list)

    class Meta:
        verbose_name = "มาตรคะแนน"

    def __str__(self):
        return self.name


def usual_amendment_reasons() -> list[str]:
    """Why an agreement is changed in most years (DOMAIN.md 4.6); every framework keeps its own list."""
    return [
        "นโยบายหรือแผนของรัฐบาลเปลี่ยนแปลง",
        "ปัจจัยที่อยู่นอกเหนือการควบคุมของจังหวัด",
        "สาธารณภัยหรือเหตุสุดวิสัย",
        "หน่วยงานเจ้าของข้อมูลเปลี่ยนวิธีจัดเก็บหรือยกเลิกข้อมูล",
        "เหตุอื่น",
    ]


class Framework(models.Model):
    """One fiscal year's framework for one kind of party. `state`: written only by workflow.advance."""

    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ พ.ศ.")
    party_kind = models.CharField("ใช้กับ", max_length=10, choices=[(Kind.PROVINCE, "จังหวัด"), (Kind.CLUSTER, "กลุ่มจังหวัด")])
    name = models.CharField("ชื่อ", max_length=200)
    scale = models.ForeignKey(Scale, models.PROTECT, related_name="frameworks", verbose_name="มาตรคะแนน")
    state = models.CharField("สถานะ", max_length=10, choices=FrameworkState, default=FrameworkState.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    # Who takes the agreements of the year (ผู้รับคำรับรอง): [{"name": "...", "post": "..."}], in the order they sign.
    receivers = models.JSONField("ผู้รับคำรับรอง", default=list, blank=True)
    amendment_reasons = ArrayField(
        models.CharField(max_length=120), verbose_name="เหตุผลที่ขอเปลี่ยนแปลงได้", default=usual_amendment_reasons
    )

    objects = querysets.FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = "กรอบการประเมินผล"
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "party_kind"],
                condition=~Q(state=FrameworkState.ARCHIVED),
                name="framework_one_live_per_year_and_party_kind",
            ),
            models.CheckConstraint(condition=Q(state__in=FrameworkState.values), name="framework_state_known"),
        ]

    def __str__(self):
        return self.name


class Dimension(models.Model):
    """มิติ or ประเด็นการประเมินผล: a node of the framework's tree with its weight (percent points of 100)."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="dimensions")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    order = models.PositiveSmallIntegerField("ลำดับ")
    name = models.CharField("ชื่อ", max_length=200)
    weight = models.DecimalField("น้ำหนัก (ร้อยละ)", max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = "มิติ"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "order"], name="dimension_order_once_in_framework"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=100), name="dimension_weight_in_percent"),
        ]

    def __str__(self):
        return self.name

    @property
    def place(self) -> int:
        """The how-manieth of the dimensions that indicators stand under: the first figure of their numbers."""
        leaves = Dimension.objects.filter(framework=self.framework_id, children=None)
        return leaves.filter(order__lte=self.order).count()


class RoundPlan(models.Model):
    """A reporting round of the framework. Dates are the last days, included (kpiportal/deadlines.py)."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="round_plans")
    months = models.PositiveSmallIntegerField("รอบ (เดือน)")
    name = models.CharField("ชื่อรอบ", max_length=60)
    period_end = models.DateField("ข้อมูลถึงวันที่")
    agency_due = models.DateField("หน่วยงานส่งภายในวันที่")
    opdc_due = models.DateField("จังหวัดส่งสำนักงาน ก.พ.ร. ภายในวันที่")
    # Which narrative blocks a card asks for in this round; the 12-month round asks for all by default.
    asks = ArrayField(models.CharField(max_length=30), verbose_name="หัวข้อที่ต้องกรอก", default=list)

    class Meta:
        verbose_name = "รอบการรายงาน"
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "months"], name="round_plan_once_in_framework"),
            models.CheckConstraint(
                condition=Q(agency_due__gte=models.F("period_end"), opdc_due__gte=models.F("agency_due")),
                name="round_plan_dates_in_order",
            ),
        ]

    def __str__(self):
        return self.name
