"""The paper that was signed by hand: its scan is kept with the letter; a later scan takes the earlier one's place."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from kpiportal import audit, files
from kpiportal.letters.approval import can_write
from kpiportal.models import Letter, StoredFile, User
from kpiportal.workflow import Stale

audit.tells(**{"letters.scan": "เก็บสำเนาฉบับลงนาม"})


@transaction.atomic
def attach(letter: Letter, upload: UploadedFile, *, by: User, at: dt.datetime) -> Letter:
    """Keep the scan. Raises PermissionDenied, Stale before a number stands on it, UploadRefused."""
    row = Letter.objects.select_for_update(of=("self",)).select_related("organization").get(pk=letter.pk)
    duty = can_write(by, row)
    if not duty:
        raise PermissionDenied
    if row.state not in Letter.NUMBERED:
        raise Stale("หนังสือนี้ยังไม่ได้ออกเลข จึงยังไม่มีฉบับลงนามให้เก็บ")
    row.signed_copy = files.store(
        upload, by=by, organization=row.organization, at=at, purpose=StoredFile.Purpose.LETTER
    )
    row.save(update_fields=["signed_copy"])
    facts = {"name": row.signed_copy.original_name, "sha256": row.signed_copy.sha256}
    audit.record("letters.scan", row, by=by, duty=duty, at=at, **facts)
    return row
