"""The agreement (คำรับรองการปฏิบัติราชการ) and its frozen versions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements import querysets
from agreements.models.weight_rule import sums_to_100
from agreements.states import AgreementState as S
from kpiportal.models.frozen import differ


class Agreement(models.Model):
    """One party's agreement for one fiscal year. `state`/`revision`: written only by workflow.advance."""

    framework = models.ForeignKey("agreements.Framework", models.PROTECT, related_name="agreements")
    owner = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="agreements")
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ พ.ศ.")
    state = models.CharField("สถานะ", max_length=12, choices=S, default=S.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    signed_on = models.DateField("ลงนามเมื่อ", null=True, blank=True)

    objects = querysets.AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "คำรับรองการปฏิบัติราชการ"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "fiscal_year"],
                condition=~Q(state=S.CANCELLED),
                name="agreement_one_live_per_owner_and_year",
            ),
            models.CheckConstraint(condition=Q(state__in=S.values), name="agreement_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[S.SIGNED, S.CLOSED], signed_on__isnull=False)
                | Q(state=S.CANCELLED)
                | (~Q(state__in=[S.SIGNED, S.CLOSED, S.CANCELLED]) & Q(signed_on__isnull=True)),
                name="agreement_signed_iff_dated",
            ),
        ]
        triggers = [sums_to_100("agreed_weights_sum", pgtrigger.Insert | pgtrigger.UpdateOf("state"), "NEW.id")]

    def __str__(self):
        return f"คำรับรองฯ {self.owner.full_name} ปีงบประมาณ พ.ศ. {self.fiscal_year}"


# What was signed. Whether it was replaced, and the scan of its paper, come later.
_FROZEN = ("agreement_id", "number", "effective_months", "content", "sha256", "frozen_by_id", "frozen_at")


class AgreementVersion(models.Model):
    """The agreement as signed: canonical JSON and its hash. Version 1 at signing, n+1 per approved amendment."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("ฉบับที่")
    effective_months = models.PositiveSmallIntegerField("มีผลตั้งแต่รอบ (เดือน)")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    # A newer version exists: cards that still stand on this one are read by its words, not by the rows.
    is_replaced = models.BooleanField(default=False)
    # The scan of the paper that was signed by hand.
    signed_copy = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    objects = querysets.VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "ฉบับที่ลงนาม"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_numbered_once"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"({differ(*_FROZEN)})"),
            ),
            pgtrigger.Protect(name="signed_version_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return f"ฉบับที่ {self.number}"
