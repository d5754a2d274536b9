"""OPDC's library of indicators (คลังตัวชี้วัด), and which of them a year's framework makes compulsory."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements import querysets
from agreements.models.indicator import Criteria, number_field
from kpiportal.row_history import tracked


@tracked
class LibraryIndicator(models.Model):
    """An indicator worded once for every province: definition, formula, and the standard criteria."""

    code = models.CharField("รหัส", max_length=20, unique=True)
    name = models.CharField("ชื่อตัวชี้วัด", max_length=500)
    issue = models.CharField("ประเด็นยุทธศาสตร์", max_length=500, blank=True)
    unit = models.CharField("หน่วยวัด", max_length=60)
    definition = models.TextField("คำอธิบาย/คำจำกัดความ", blank=True)
    formula = models.TextField("สูตรการคำนวณ", blank=True)
    source = models.TextField("แหล่งข้อมูล", blank=True)
    method = models.TextField("วิธีการจัดเก็บข้อมูล", blank=True)
    conditions = models.TextField("เงื่อนไข/หมายเหตุ", blank=True)
    kind = models.CharField("ประเภทเกณฑ์", max_length=20, choices=Criteria.Kind, default=Criteria.Kind.HIGHER)
    direction = models.CharField("ทิศทาง", max_length=6, choices=Criteria.Direction, default=Criteria.Direction.HIGHER)
    levels = ArrayField(number_field(""), verbose_name="ค่าเกณฑ์มาตรฐาน", default=list, blank=True)
    steps = ArrayField(models.TextField(), verbose_name="ขั้นตอน", default=list, blank=True)
    target = number_field("ค่าเป้าหมายมาตรฐาน", null=True, blank=True)
    is_active = models.BooleanField("ใช้อยู่", default=True)
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = "ตัวชี้วัดในคลัง"
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.name}"


class Compulsory(models.Model):
    """A library indicator every form under this framework must carry (ตัวชี้วัดบังคับ)."""

    framework = models.ForeignKey("agreements.Framework", models.PROTECT, related_name="compulsory")
    library = models.ForeignKey(LibraryIndicator, models.PROTECT, related_name="compulsory_in")
    dimension = models.ForeignKey("agreements.Dimension", models.PROTECT, related_name="+")
    # What the form may not change: NULL leaves the weight to the party, `fixed_criteria` holds the standard levels.
    weight = models.DecimalField("น้ำหนัก (ร้อยละ)", max_digits=5, decimal_places=2, null=True, blank=True)
    fixed_criteria = models.BooleanField("ใช้เกณฑ์มาตรฐานเท่านั้น", default=True)

    class Meta:
        verbose_name = "ตัวชี้วัดบังคับ"
        ordering = ["library__code"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "library"], name="compulsory_once_in_framework"),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100),
                name="compulsory_weight_in_percent",
            ),
        ]

    def __str__(self):
        return str(self.library)
