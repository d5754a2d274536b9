"""Actions on the papers of a signed agreement."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agreements import rules
from agreements.models import Agreement, AgreementVersion
from kpiportal import audit, files
from kpiportal.models import StoredFile, User
from kpiportal.workflow import Stale


@transaction.atomic
def attach_signed_copy(agreement: Agreement, upload: UploadedFile, *, by: User, at: dt.datetime) -> AgreementVersion:
    """Keep the scan of the signed paper with the newest version; an earlier scan stays among the files.

    Raises PermissionDenied, Stale before anything is signed, uploads.UploadRefused with a Thai sentence.
    """
    agreement = Agreement.objects.select_for_update().select_related("owner").get(pk=agreement.pk)
    duty = rules.can_edit(by, agreement)
    if not duty:
        raise PermissionDenied
    version = agreement.versions.order_by("-number").first()
    if version is None:
        raise Stale("คำรับรองฯ นี้ยังไม่ได้ลงนาม จึงยังไม่มีฉบับให้แนบ")
    version.signed_copy = files.store(
        upload, by=by, organization=agreement.owner, at=at, purpose=StoredFile.Purpose.EVIDENCE
    )
    version.save(update_fields=["signed_copy"])
    facts = {"number": version.number, "name": version.signed_copy.original_name, "sha256": version.signed_copy.sha256}
    audit.record("agreements.attach_signed_copy", agreement, by=by, duty=duty, at=at, **facts)
    return version
