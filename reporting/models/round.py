"""A party's round of a fiscal year (รอบ 6 / 9 / 12 เดือน)."""

from django.db import models
from django.db.models import F, Q

from reporting import querysets
from reporting.states import RoundState


class Round(models.Model):
    """One round of one agreement; due instants are stored at signing, exclusive (kpiportal/deadlines.py).

    `state`/`revision`: written only by workflow.advance.
    """

    agreement = models.ForeignKey("agreements.Agreement", models.PROTECT, related_name="rounds")
    plan = models.ForeignKey("agreements.RoundPlan", models.PROTECT, related_name="rounds")
    months = models.PositiveSmallIntegerField("รอบ (เดือน)")
    name = models.CharField("ชื่อรอบ", max_length=60)
    period_end = models.DateField("ข้อมูลถึงวันที่")
    agency_due_at = models.DateTimeField("หน่วยงานส่งก่อน")
    opdc_due_at = models.DateTimeField("จังหวัดส่งสำนักงาน ก.พ.ร. ก่อน")
    state = models.CharField("สถานะ", max_length=10, choices=RoundState, default=RoundState.SCHEDULED)
    revision = models.PositiveIntegerField(default=0)

    objects = querysets.RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "รอบการรายงาน"
        ordering = ["agreement", "months"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "months"], name="round_once_per_agreement"),
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state_known"),
            models.CheckConstraint(condition=Q(opdc_due_at__gte=F("agency_due_at")), name="round_due_dates_in_order"),
        ]

    def __str__(self):
        return f"{self.name} {self.agreement}"
