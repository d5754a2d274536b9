"""Indicators (ตัวชี้วัด): what is measured, against what, for how much, and by whom."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements import querysets
from agreements.models.weight_rule import sums_to_100
from kpiportal.row_history import tracked


def number_field(label, **more):
    """A measured value: 14 digits before the point, 6 after; NUMERIC, never float."""
    return models.DecimalField(label, max_digits=20, decimal_places=6, **more)


@tracked
class Criteria(models.Model):
    """How a result becomes a score (DOMAIN.md R1-R16). Lists run from the lowest point of the scale upward."""

    class Kind(models.TextChoices):
        HIGHER = "higher", "ยิ่งมากยิ่งดี"
        LOWER = "lower", "ยิ่งน้อยยิ่งดี"
        BANDED = "banded", "เป็นช่วง ไม่เทียบบัญญัติไตรยางศ์"
        TWO_SIDED = "two_sided", "อยู่ในช่วงที่กำหนด"
        MILESTONE = "milestone", "ขั้นตอน (ทำตามลำดับ)"
        MILESTONE_PARTIAL = "milestone_partial", "ขั้นตอน (นับส่วนของขั้นได้)"
        COUNT = "count", "นับจำนวนประเด็น"
        MIXED = "mixed", "ขั้นตอนและตัวเลข"
        COMPOSITE = "composite", "ร้อยละเฉลี่ยถ่วงน้ำหนัก"
        PERCENT_OF_TARGET = "percent_of_target", "เทียบร้อยละของเป้าหมาย"
        YES_NO = "yes_no", "ผ่าน/ไม่ผ่าน"

    class Direction(models.TextChoices):
        HIGHER = "higher", "ค่าสูงดีกว่า"
        LOWER = "lower", "ค่าต่ำดีกว่า"

    kind = models.CharField("ประเภทเกณฑ์", max_length=20, choices=Kind)
    direction = models.CharField("ทิศทาง", max_length=6, choices=Direction, default=Direction.HIGHER)
    levels = ArrayField(number_field("", null=True), verbose_name="ค่าเกณฑ์แต่ละระดับ", default=list, blank=True)
    steps = ArrayField(models.TextField(), verbose_name="ขั้นตอน", default=list, blank=True)
    # Per step, the shares of its parts: [[], [], [], [["ร่างแผน", "0.5"], ["เห็นชอบ", "0.5"]], []]
    parts = models.JSONField("ส่วนของขั้นตอน", default=list, blank=True)
    band_low = number_field("ขอบล่าง", null=True, blank=True)
    band_high = number_field("ขอบบน", null=True, blank=True)
    interval = number_field("ช่วงปรับเกณฑ์", null=True, blank=True)
    target_level = models.PositiveSmallIntegerField("เป้าหมายอยู่ที่ระดับ", null=True, blank=True)

    class Meta:
        verbose_name = "เกณฑ์การให้คะแนน"
        constraints = [
            models.CheckConstraint(
                condition=(Q(band_low__isnull=True) & Q(band_high__isnull=True))
                | Q(band_high__gte=models.F("band_low")),
                name="criteria_band_in_order",
            )
        ]

    def __str__(self):
        return self.get_kind_display()


@tracked
class Indicator(models.Model):
    """A leaf or branch of an agreement's tree. Leaves under a dimension carry `weight` (percent points of
    100); children of a composite carry `inner_weight` (shares of their parent)."""

    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="indicators")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    dimension = models.ForeignKey("agreements.Dimension", models.PROTECT, related_name="indicators")
    number = models.CharField("ตัวชี้วัดที่", max_length=20)
    order = models.PositiveSmallIntegerField("ลำดับ")
    strategic_issue = models.CharField("ประเด็นยุทธศาสตร์", max_length=500, blank=True)
    objective = models.CharField("เป้าประสงค์", max_length=500, blank=True)
    name = models.CharField("ชื่อตัวชี้วัด", max_length=500)
    definition = models.TextField("คำอธิบาย/คำจำกัดความ", blank=True)
    unit = models.CharField("หน่วยวัด", max_length=60)
    formula = models.TextField("สูตรการคำนวณ", blank=True)
    source = models.TextField("แหล่งข้อมูล", blank=True)
    method = models.TextField("วิธีการจัดเก็บข้อมูล", blank=True)
    conditions = models.TextField("เงื่อนไข/หมายเหตุ", blank=True)
    reason = models.TextField("เหตุผลของข้อเสนอ", blank=True)  # said at the table, no part of what is signed
    weight = models.DecimalField("น้ำหนัก (ร้อยละ)", max_digits=5, decimal_places=2, null=True, blank=True)
    inner_weight = models.DecimalField("น้ำหนักภายใน", max_digits=6, decimal_places=4, null=True, blank=True)
    # {"6": "4.00"}: rounds whose weight differs from `weight` (R23)
    round_weights = models.JSONField("น้ำหนักเฉพาะรอบ", default=dict, blank=True)
    target = number_field("ค่าเป้าหมาย", null=True, blank=True)
    criteria = models.OneToOneField(Criteria, models.PROTECT, related_name="indicator")
    start_months = models.PositiveSmallIntegerField("เริ่มที่รอบ (เดือน)", null=True, blank=True)
    cancelled_months = models.PositiveSmallIntegerField("ยกเลิกที่รอบ (เดือน)", null=True, blank=True)
    # Where it came from: the same indicator elsewhere is found by it, and compulsory ones are recognised.
    library = models.ForeignKey(
        "agreements.LibraryIndicator", models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    # A province's share in an indicator its cluster reports (R31): scored there, weighed here.
    cluster_source = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="member_rows")
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "ตัวชี้วัด"
        ordering = ["order"]
        constraints = [
            # Deferred: rows of a workbook may change places with their numbers.
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="indicator_number_once_in_agreement",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["agreement", "order"],
                name="indicator_order_once_in_agreement",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, weight__isnull=False, inner_weight__isnull=True)
                | Q(parent__isnull=False, weight__isnull=True, inner_weight__isnull=False),
                name="indicator_weight_on_top_inner_weight_below",
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100),
                name="indicator_weight_in_percent",
            ),
            models.UniqueConstraint(
                fields=["agreement", "cluster_source"], name="indicator_takes_a_cluster_score_once"
            ),
        ]
        triggers = [
            sums_to_100("weights_sum", pgtrigger.Insert | pgtrigger.UpdateOf("weight"), "NEW.agreement_id"),
            sums_to_100("weights_sum_after_delete", pgtrigger.Delete, "OLD.agreement_id"),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"


class Baseline(models.Model):
    """The result of a named past year (พ.ศ.); a mean names its years, they are not simply the last three."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="baselines")
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ พ.ศ.")
    value = number_field("ผล", null=True, blank=True)
    note = models.CharField("หมายเหตุ", max_length=300, blank=True)

    class Meta:
        verbose_name = "ข้อมูลพื้นฐาน"
        ordering = ["fiscal_year"]
        constraints = [models.UniqueConstraint(fields=["indicator", "fiscal_year"], name="baseline_once_per_year")]

    def __str__(self):
        return f"{self.fiscal_year}: {self.value}"


@tracked
class Assignment(models.Model):
    """Which agency answers for an indicator: one host (เจ้าภาพหลัก), any number of co-hosts (เจ้าภาพร่วม)."""

    class Part(models.TextChoices):
        HOST = "host", "เจ้าภาพหลัก"
        CO_HOST = "co_host", "เจ้าภาพร่วม"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="assignments")
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=8, choices=Part)

    class Meta:
        verbose_name = "เจ้าภาพ"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "organization"], name="assignment_once_per_agency"),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(part="host"), name="indicator_has_one_host_at_most"
            ),
        ]

    def __str__(self):
        return f"{self.get_part_display()} {self.organization}"
