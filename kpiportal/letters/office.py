"""The deeds on what an office keeps for its letters: who signs, and for everybody how one greets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit, rules
from kpiportal.models import Membership, Organization, Role, Salutation, Signatory, User

audit.tells(
    **{
        "letters.signatory": "กำหนดผู้ลงนามหนังสือ",
        "letters.salutation": "แก้ไขคำขึ้นต้นและคำลงท้าย",
    }
)


def people_of(office: Organization) -> Any:
    """Who belongs to the office and could sign in the portal."""
    members = Membership.objects.filter(organization=office).values("user")
    return User.objects.filter(pk__in=members, is_active=True).order_by("first_name")


@transaction.atomic
def keep_signatory(
    office: Organization, *, by: User, at: dt.datetime, row: Signatory | None = None, **facts: Any
) -> Signatory:
    """Add somebody who signs, or put an entry right; letters already issued keep their words. PermissionDenied."""
    duty = rules.can_write_letters(by, office.pk)
    if not duty:
        raise PermissionDenied
    row = row or Signatory(organization=office)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    audit.record("letters.signatory", row, by=by, duty=duty, at=at, name=str(row))
    return row


def can_keep_salutations(user: User) -> Membership | None:
    return rules.duty_at_opdc(user, Role.DIRECTOR)


@transaction.atomic
def keep_salutation(*, by: User, at: dt.datetime, row: Salutation | None = None, **words: str) -> Salutation:
    """Add a class of receivers, or change how it is greeted. PermissionDenied; ValidationError when it is there."""
    duty = can_keep_salutations(by)
    if not duty:
        raise PermissionDenied
    if Salutation.objects.filter(name=words["name"]).exclude(pk=row.pk if row else None).exists():
        raise ValidationError({"name": "มีกลุ่มผู้รับนี้อยู่แล้ว"})
    row = row or Salutation(order=Salutation.objects.count() + 1)
    for name, value in words.items():
        setattr(row, name, value)
    row.save()
    audit.record("letters.salutation", row, by=by, duty=duty, at=at, name=str(row))
    return row
