"""The negotiation table (โต๊ะเจรจา): what each side offers in every cell, and the ledger of how it came there.

A cell holds what a side says now; the ledger holds every word it ever said. What is agreed is never stored: it is
where both sides say the same. Every action takes the agreement's row lock and raises the table's version by one, so
versions run without gaps in the order of commit, and "changed since" is one comparison.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.negotiation import querysets
from kpiportal.models.frozen import append_only


class Side(models.TextChoices):
    PARTY = "party", "จังหวัด"
    OPDC = "opdc", "ก.พ.ร."

    @property
    def other(self) -> "Side":
        return Side.OPDC if self is Side.PARTY else Side.PARTY


class Table(models.Model):
    """One agreement's table. `version` counts its actions; written only under the agreement's lock."""

    agreement = models.OneToOneField("agreements.Agreement", models.PROTECT, related_name="table")
    version = models.PositiveBigIntegerField(default=0)
    laid_at = models.DateTimeField()

    objects = querysets.TableQuerySet.as_manager()

    class Meta:
        verbose_name = "โต๊ะเจรจา"

    def __str__(self):
        return f"โต๊ะเจรจา {self.agreement}"


class Line(models.Model):
    """One indicator on the table. `version`: of the last action that touched it."""

    table = models.ForeignKey(Table, models.CASCADE, related_name="lines")
    indicator = models.OneToOneField("agreements.Indicator", models.CASCADE, related_name="line")
    version = models.PositiveBigIntegerField()
    added_by = models.CharField("ฝ่ายที่เสนอเพิ่ม", max_length=5, choices=Side, blank=True)
    parked_at = models.DateTimeField("พักไว้เมื่อ", null=True, blank=True)
    parked_reason = models.CharField("เรื่องที่ต้องทำ", max_length=500, blank=True)
    parked_owner = models.CharField("ผู้รับไปดำเนินการ", max_length=200, blank=True)
    parked_until = models.DateField("ภายในวันที่", null=True, blank=True)

    objects = querysets.LineQuerySet.as_manager()

    class Meta:
        verbose_name = "รายการเจรจา"
        constraints = [
            models.CheckConstraint(
                condition=Q(parked_at__isnull=True)
                | Q(~Q(parked_owner=""), ~Q(parked_reason=""), parked_until__isnull=False),
                name="line_parked_with_owner_and_day",
            ),
        ]

    def __str__(self):
        return str(self.indicator)


class Cell(models.Model):
    """What one side says now in one place: `weight`, `target`, `low`, `high`, `keep`, or a column `1`, `2`, ...

    A column is a number, or the words of a step. `keep` is 1 or 0: whether the indicator stays.
    """

    line = models.ForeignKey(Line, models.CASCADE, related_name="cells")
    side = models.CharField(max_length=5, choices=Side)
    name = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    words = models.TextField(blank=True)
    version = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ช่องเจรจา"
        constraints = [
            models.UniqueConstraint(fields=["line", "side", "name"], name="cell_once_per_line_and_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="cell_side_known"),
        ]

    def __str__(self):
        return f"{self.get_side_display()} {self.name} {self.words or self.value}"


class Offer(models.Model):
    """One line of the ledger: who offered what where, and whether it was the other side's own figure.

    The indicator is kept by number and key without a constraint: the ledger outlives an indicator both sides drop.
    """

    class Deed(models.TextChoices):
        LAID = "laid", "ตั้งต้นจากแบบฟอร์ม"
        OFFER = "offer", "เสนอ"
        ACCEPT = "accept", "รับตาม"

    table = models.ForeignKey(Table, models.PROTECT, related_name="offers")
    indicator = models.ForeignKey("agreements.Indicator", models.DO_NOTHING, db_constraint=False, related_name="offers")
    number = models.CharField(max_length=20)
    side = models.CharField(max_length=5, choices=Side)
    name = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    words = models.TextField(blank=True)
    deed = models.CharField(max_length=6, choices=Deed)
    version = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ข้อเสนอ"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "version", "indicator", "side", "name"], name="offer_once_per_deed_and_cell"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "id"])]
        triggers = append_only()

    def __str__(self):
        return f"{self.get_side_display()} {self.number} {self.name}"


class Remark(models.Model):
    """A note on an indicator: for both sides, or for one's own side only. Never changed, never taken back."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="remarks")
    side = models.CharField(max_length=5, choices=Side)
    shared = models.BooleanField("ให้อีกฝ่ายเห็น")
    words = models.TextField("หมายเหตุ")
    version = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = querysets.RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = "หมายเหตุการเจรจา"
        ordering = ["id"]
        # It goes with its line only, when both sides drop the indicator.
        triggers = [pgtrigger.Protect(name="words_stay", operation=pgtrigger.Update)]

    def __str__(self):
        return self.words[:60]


class Assent(models.Model):
    """One side has said yes to the whole table as it stood at `version`. Any later change takes it away."""

    table = models.ForeignKey(Table, models.CASCADE, related_name="assents")
    side = models.CharField(max_length=5, choices=Side)
    version = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "การตกลงทั้งฉบับ"
        constraints = [models.UniqueConstraint(fields=["table", "side"], name="assent_once_per_side")]

    def __str__(self):
        return f"{self.get_side_display()} ตกลง"


class Sitting(models.Model):
    """A session of negotiation: when, where, who sat there. Its decisions are the ledger between its two times."""

    table = models.ForeignKey(Table, models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField("ครั้งที่")
    place = models.CharField("สถานที่", max_length=200)
    opened_at = models.DateTimeField("เริ่ม")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("เลิก", null=True, blank=True)
    # [{"side": "party", "name": "นาย...", "post": "...", "present": true}, ...] as printed in the minutes
    attendance = models.JSONField("ผู้เข้าร่วม", default=list)
    # What was decided and what is parked, frozen when the sitting is closed (negotiation/minutes.py).
    content = models.JSONField("เนื้อหาบันทึก", default=dict)

    objects = querysets.SittingQuerySet.as_manager()

    class Meta:
        verbose_name = "การประชุมเจรจา"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="sitting_numbered_once"),
            models.UniqueConstraint(
                fields=["table"], condition=Q(closed_at__isnull=True), name="sitting_one_open_per_table"
            ),
        ]

    def __str__(self):
        return f"การเจรจาครั้งที่ {self.number}"
