"""Requests to change what was signed (คำขอเปลี่ยนแปลงรายละเอียดตัวชี้วัด, DOMAIN.md 4.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.amendments import querysets
from agreements.states import AmendmentState as S


class Amendment(models.Model):
    """One request of a party; applied, it is a version of the agreement. `state`: written only by workflow.advance."""

    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField("คำขอครั้งที่")
    state = models.CharField("สถานะ", max_length=10, choices=S, default=S.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    # Whose people opened it: the party's office, or an agency that hosts an indicator.
    opened_by = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    # The version the request was written against: what stands in `before` of its rows.
    base = models.ForeignKey("agreements.AgreementVersion", models.PROTECT, related_name="requests")
    effective_months = models.PositiveSmallIntegerField("มีผลตั้งแต่รอบ (เดือน)")
    reason_kind = models.CharField("ประเภทของเหตุผล", max_length=120, blank=True)
    reason = models.TextField("เหตุผลและความจำเป็น", blank=True)
    letter = models.ForeignKey("kpiportal.Letter", models.PROTECT, null=True, blank=True, related_name="+")
    letter_no = models.CharField("เลขที่หนังสือ", max_length=60, blank=True)
    letter_date = models.DateField("ลงวันที่", null=True, blank=True)
    # The scan of the request the governor signed by hand; none where the governor pressed the button.
    signed_copy = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("ยื่นเมื่อ", null=True, blank=True)
    asked_by_text = models.CharField("ผู้ยื่น", max_length=500, blank=True)
    decided_at = models.DateTimeField("พิจารณาเมื่อ", null=True, blank=True)
    decided_by_text = models.CharField("ผู้พิจารณา", max_length=500, blank=True)
    version = models.OneToOneField(
        "agreements.AgreementVersion", models.PROTECT, null=True, blank=True, related_name="amendment"
    )

    objects = querysets.AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "คำขอเปลี่ยนแปลง"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="amendment_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=S.values), name="amendment_state_known"),
            models.CheckConstraint(
                condition=Q(state=S.APPLIED, version__isnull=False) | (~Q(state=S.APPLIED) & Q(version__isnull=True)),
                name="amendment_applied_iff_a_version",
            ),
        ]

    def __str__(self):
        return f"คำขอเปลี่ยนแปลงครั้งที่ {self.number} {self.agreement}"


class AmendmentRow(models.Model):
    """One field of one indicator: what stood there, what is asked for, what was decided.

    `before`, `after` and `granted` are the texts of the form's boxes by name: {"target": "80"}.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", "เห็นชอบ"
        PART = "part", "เห็นชอบบางส่วน"
        REFUSE = "refuse", "ไม่เห็นชอบ"

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="rows")
    indicator = models.ForeignKey("agreements.Indicator", models.PROTECT, related_name="amendment_rows")
    field = models.CharField(max_length=20)
    before = models.JSONField()
    after = models.JSONField()
    decision = models.CharField("ผลการพิจารณา", max_length=8, choices=Decision, blank=True)
    granted = models.JSONField(null=True, blank=True)
    answer = models.TextField("เหตุผลของ ก.พ.ร.", blank=True)

    class Meta:
        verbose_name = "รายการที่ขอเปลี่ยน"
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "indicator", "field"], name="amendment_row_once_per_field"),
            models.CheckConstraint(
                condition=Q(decision__in=["", "approve"]) | ~Q(answer=""), name="amendment_row_refused_with_reason"
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.field}"


class AmendmentFile(models.Model):
    """Evidence of a request. Taken off a draft the file stays among the files; its number is not used again."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField("ลำดับ")
    title = models.CharField("ชื่อเอกสาร", max_length=200)
    file = models.OneToOneField("kpiportal.StoredFile", models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = querysets.AmendmentFileQuerySet.as_manager()

    class Meta:
        verbose_name = "เอกสารประกอบคำขอ"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["amendment", "number"], name="amendment_file_numbered_once")]

    def __str__(self):
        return f"{self.number}. {self.title}"
