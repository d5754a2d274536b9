"""ทะเบียนหนังสือรับ: what came in, its running number of the office and year, its scan, what was done about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from kpiportal import audit, files, rules, thai
from kpiportal.classified import WHERE_IT_GOES, mark_in
from kpiportal.models import Organization, ReceivedLetter, ReceivedRegister, StoredFile, User
from kpiportal.workflow import Stale

FACTS = ("received_at", "number_text", "dated", "sender", "addressee", "subject", "action")
audit.tells(
    **{
        "letters.receive": "ลงทะเบียนหนังสือรับ",
        "letters.correct_received": "แก้ไขรายการหนังสือรับ",
    }
)


@transaction.atomic
def receive(
    organization: Organization, *, scan: UploadedFile | None = None, by: User, at: dt.datetime, **facts: Any
) -> ReceivedLetter:
    """Write a letter into the register: the next number of the year it came in, under the register's lock.

    Raises PermissionDenied, UploadRefused; ValidationError for a letter dated after it came, received in the future,
    or that bears a mark of secrecy.
    """
    duty = rules.can_write_letters(by, organization.pk)
    if not duty:
        raise PermissionDenied
    _check(facts, at)
    year = thai.be_year(thai.day_in_bangkok(facts["received_at"]).year)
    ReceivedRegister.objects.get_or_create(organization=organization, year=year)
    register = ReceivedRegister.objects.select_for_update().get(organization=organization, year=year)
    register.last_number += 1
    register.save(update_fields=["last_number"])
    stored = _store(scan, organization, by=by, at=at)
    row = ReceivedLetter.objects.create(register=register, number=register.last_number, scan=stored, **facts)
    audit.record("letters.receive", row, by=by, duty=duty, at=at, number=row.number)
    return row


@transaction.atomic
def correct(
    row: ReceivedLetter, *, revision: int, scan: UploadedFile | None = None, by: User, at: dt.datetime, **facts: Any
) -> ReceivedLetter:
    """Put an entry right; its number stays. Raises as `receive` does, and Stale when somebody saved since."""
    row = ReceivedLetter.objects.select_for_update(of=("self",)).select_related("register__organization").get(pk=row.pk)
    duty = rules.can_write_letters(by, row.register.organization_id)
    if not duty:
        raise PermissionDenied
    if row.revision != revision:
        raise Stale
    _check(facts, at)
    year = thai.be_year(thai.day_in_bangkok(facts["received_at"]).year)
    if year != row.register.year:
        raise ValidationError({"received_on": f"รายการนี้อยู่ในทะเบียนปี {row.register.year} วันที่รับต้องอยู่ในปีเดียวกัน"})
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    if scan:
        row.scan = _store(scan, row.register.organization, by=by, at=at)
        changed.append("scan")
    if changed:
        row.revision += 1
        row.save(update_fields=["revision", *changed])
        audit.record("letters.correct_received", row, by=by, duty=duty, at=at, fields=sorted(changed))
    return row


def _check(facts: dict[str, Any], at: dt.datetime) -> None:
    if facts["received_at"] > at:
        raise ValidationError({"received_on": "วันเวลาที่รับยังมาไม่ถึง"})
    if facts["dated"] > thai.day_in_bangkok(facts["received_at"]):
        raise ValidationError({"dated": "หนังสือลงวันที่หลังวันที่รับ"})
    if mark := mark_in(facts["subject"]):
        raise ValidationError({"subject": f"เรื่องมีคำว่า “{mark}” {WHERE_IT_GOES}"})


def _store(scan: UploadedFile | None, organization: Organization, *, by: User, at: dt.datetime) -> StoredFile | None:
    if scan is None:
        return None
    return files.store(scan, by=by, organization=organization, at=at, purpose=StoredFile.Purpose.RECEIVED)
