"""The calendar of agreement-making (ปฏิทินการจัดทำคำรับรองฯ): days as rows, never derived."""

from django.db import models
from django.db.models import Q


class CalendarDay(models.Model):
    """A step of the year with its last day, included; `first_day` where it runs over several."""

    class Step(models.TextChoices):
        OTHER = "", "ขั้นตอนอื่น"
        BRIEFING = "briefing", "ประชุมชี้แจงกรอบ"
        FORM_DUE = "form_due", "ส่งแบบฟอร์มให้สำนักงาน ก.พ.ร."
        TABLE = "table", "เจรจา"
        SIGN_DUE = "sign_due", "ลงนามคำรับรองฯ"
        AMEND_DUE = "amend_due", "วันสุดท้ายของการขอเปลี่ยนแปลง"

    framework = models.ForeignKey("agreements.Framework", models.PROTECT, related_name="calendar_days")
    step = models.CharField("ขั้นตอน", max_length=10, choices=Step, blank=True)
    name = models.CharField("เรื่อง", max_length=200)
    who = models.CharField("ผู้ดำเนินการ", max_length=200, blank=True)
    first_day = models.DateField("ตั้งแต่วันที่", null=True, blank=True)
    last_day = models.DateField("ถึงวันที่")

    class Meta:
        verbose_name = "วันในปฏิทิน"
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "step"], condition=~Q(step=""), name="calendar_step_once_in_framework"
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__gte=models.F("first_day")),
                name="calendar_days_in_order",
            ),
        ]

    def __str__(self):
        return self.name
