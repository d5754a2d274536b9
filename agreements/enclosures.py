"""Papers that go with the form: attached and taken off while the form is open, read by whoever sees the agreement."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agreements import form_actions
from agreements.models import Agreement, Enclosure
from kpiportal import audit, files
from kpiportal.models import StoredFile, User
from kpiportal.workflow import Stale


@transaction.atomic
def attach(agreement: Agreement, upload: UploadedFile, *, title: str, by: User, at: dt.datetime) -> Enclosure:
    """One more numbered paper. Raises uploads.UploadRefused with a Thai sentence; nothing is kept then."""
    agreement = form_actions.locked(agreement)
    duty = form_actions.may_write(agreement, by)
    stored = files.store(upload, by=by, organization=agreement.owner, at=at, purpose=StoredFile.Purpose.EVIDENCE)
    last = agreement.enclosures.order_by("-number").values_list("number", flat=True).first() or 0
    title = title or stored.original_name
    enclosure = Enclosure.objects.create(agreement=agreement, number=last + 1, title=title[:200], file=stored)
    facts = {"number": enclosure.number, "name": enclosure.title, "sha256": stored.sha256}
    audit.record("agreements.attach", agreement, by=by, duty=duty, at=at, **facts)
    return enclosure


@transaction.atomic
def remove(enclosure: Enclosure, *, by: User, at: dt.datetime) -> Enclosure:
    """Take a paper off the form; the file and its number stay on record."""
    agreement = form_actions.locked(enclosure.agreement)
    duty = form_actions.may_write(agreement, by)
    enclosure = Enclosure.objects.select_for_update().get(pk=enclosure.pk)
    if enclosure.removed_at:
        raise Stale("เอกสารนี้ถูกนำออกไปแล้ว")
    enclosure.removed_at, enclosure.removed_by = at, by
    enclosure.save(update_fields=["removed_at", "removed_by"])
    audit.record("agreements.detach", agreement, by=by, duty=duty, at=at, number=enclosure.number, name=enclosure.title)
    return enclosure
