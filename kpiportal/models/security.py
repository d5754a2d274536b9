"""Sign-ins, failed sign-ins and refused requests, for whoever investigates an incident (ASVS 16.3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SecurityLog(models.Model):
    """One sign-in, failed sign-in, sign-out or refusal. Beside the trail, not in it: nothing of the portal changed.
    Kept as long as the access log (KPI_ACCESS_LOG_DAYS) and purged with it."""

    class What(models.TextChoices):
        SIGNED_IN = "signed_in", "เข้าสู่ระบบ"
        FAILED = "failed", "เข้าสู่ระบบไม่สำเร็จ"
        SIGNED_OUT = "signed_out", "ออกจากระบบ"
        REFUSED = "refused", "ระบบไม่อนุญาต"
        HELD_UP = "held_up", "ลองถี่เกินไป"

    at = models.DateTimeField("เมื่อ", db_index=True)
    what = models.CharField("เหตุการณ์", max_length=10, choices=What)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Of a name nobody here has: a keyed hash, because people type passwords into the wrong box.
    unknown = models.CharField(max_length=32, blank=True)
    door = models.CharField("หน้า", max_length=80, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    address = models.GenericIPAddressField("จากที่อยู่เครือข่าย", null=True)

    class Meta:
        verbose_name = "บันทึกความปลอดภัย"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["signed_in", "failed", "signed_out", "refused", "held_up"]),
                name="security_log_what_known",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="security_log_of_person"),
            models.Index(fields=["address", "-at"], name="security_log_of_address"),
        ]

    def __str__(self):
        return f"{self.get_what_display()} {self.user_id or self.unknown}"
