"""Private files: what is kept on disk under a random name, and what it was called."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """Bytes on disk under `path`; immutable. Reached only through kpiportal/files.py after a rule said yes."""

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", "หลักฐานอ้างอิง"
        LETTER = "letter", "หนังสือที่ออกแล้ว"
        EXPORT = "export", "ไฟล์ส่งออก"
        ENCLOSURE = "enclosure", "สิ่งที่ส่งมาด้วย"
        EMBLEM = "emblem", "ตราครุฑ"
        RECEIVED = "received", "หนังสือรับ"

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    organization = models.ForeignKey("kpiportal.Organization", models.PROTECT, related_name="+")
    path = models.CharField(max_length=100, unique=True)
    original_name = models.CharField("ชื่อไฟล์", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("ขนาด")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "ไฟล์"
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty")]
        triggers = [pgtrigger.Protect(name="stays_as_stored", operation=pgtrigger.Update)]

    def __str__(self):
        return self.original_name
