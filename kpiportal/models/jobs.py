"""Work that outlives a request: who asked for it, how far it is, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own: what a job holds was typed by its owner, or is about them."""
        return self.filter(owner=user.pk)

    def unfinished(self):
        return self.filter(ended_at__isnull=True)


class Job(models.Model):
    """`work` is what is to be done, one entry after the other, and is emptied at the end; `done` counts entries whose
    actions are committed with it, so a job that was killed goes on where it stopped (kpiportal/jobs.py). A document
    (kpiportal/documents.py) says what it is about (`subject`) and what it was made of (`mark`)."""

    class Kind(models.TextChoices):
        INVITE_PEOPLE = "invite", "เชิญบุคคลจากไฟล์ Excel"
        OWN_DATA = "own_data", "สำเนาข้อมูลส่วนบุคคล"
        DOCUMENT = "document", "จัดทำเอกสาร"
        PRINT_LETTERS = "letters", "จัดพิมพ์หนังสือตามรายชื่อผู้รับ"

    kind = models.CharField("งาน", max_length=10, choices=Kind)
    title = models.CharField("ชื่องาน", max_length=300, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    mark = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    asked_at = models.DateTimeField("สั่งเมื่อ")
    ended_at = models.DateTimeField("เสร็จเมื่อ", null=True)
    total = models.PositiveIntegerField("ทั้งหมด")
    done = models.PositiveIntegerField("ทำแล้ว", default=0)
    # Times it was begun since it last got on: one that kills its worker every time is given up.
    tries = models.PositiveSmallIntegerField(default=0)
    work = models.JSONField(default=list)
    findings = models.JSONField("แถวที่ทำไม่ได้", default=list)
    refusal = models.CharField("หยุดเพราะ", max_length=400, blank=True)
    file = models.ForeignKey("kpiportal.StoredFile", models.PROTECT, null=True, related_name="+")

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "งานเบื้องหลัง"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(
                condition=Q(kind__in=["invite", "own_data", "document", "letters"]), name="job_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="job_unfinished")]

    def __str__(self):
        return self.label if self.title else f"{self.label} {self.total:,}"

    @property
    def label(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None
