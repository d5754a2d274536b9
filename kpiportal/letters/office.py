"""Actions on what an office keeps for its letters: who signs, and for everybody how one greets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit, rules
from kpiportal.models import LetterTemplate, Membership, Organization, Role, Salutation, Signatory, User
from kpiportal.models.people import Kind

audit.tells(
    **{
        "letters.signatory": "กำหนดผู้ลงนามหนังสือ",
        "letters.salutation": "แก้ไขคำขึ้นต้นและคำลงท้าย",
        "letters.template": "แก้ไขแบบหนังสือ",
        "letters.template_drop": "เลิกใช้แบบหนังสือของหน่วยงาน",
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


TEMPLATE_WORDS = ("purpose", "kind", "circular", "subject", "addressee", "body")


def can_word(user: User, office: Organization) -> Membership | None:
    """OPDC's director words the common templates, an office's letter writers its own."""
    if office.kind == Kind.OPDC:
        return rules.duty_at_opdc(user, Role.DIRECTOR)
    return rules.can_write_letters(user, office.pk)


@transaction.atomic
def word_template(
    office: Organization, *, by: User, at: dt.datetime, row: LetterTemplate | None = None, **words: Any
) -> LetterTemplate:
    """Keep the words letters of a purpose begin with; `row` None: a new one. PermissionDenied.

    An office that words a common one gets its own beside it; OPDC's are the common ones.
    """
    duty = can_word(by, office)
    if not duty:
        raise PermissionDenied
    own = None if office.kind == Kind.OPDC else office
    before = {name: getattr(row, name) for name in TEMPLATE_WORDS} if row else {}
    if row is None or row.organization_id is None and own:
        row = LetterTemplate(organization=own, replaces=row)
        if row.replaces:  # clicked twice: the first one's
            row = LetterTemplate.objects.filter(organization=own, replaces=row.replaces).first() or row
    elif row.organization_id not in (None, office.pk):
        raise PermissionDenied
    for name, value in words.items():
        setattr(row, name, value)
    row.save()
    audit.record(
        "letters.template", row, by=by, duty=duty, at=at, name=row.purpose,
        before=before, after={name: getattr(row, name) for name in TEMPLATE_WORDS},
    )  # fmt: skip
    return row


@transaction.atomic
def drop_template(row: LetterTemplate, *, by: User, at: dt.datetime) -> None:
    """Take an office's own template away, so that the common one counts again; its words stay in the trail.

    Raises PermissionDenied.
    """
    duty = can_word(by, row.organization) if row.organization else None
    if not duty:
        raise PermissionDenied
    words = {name: getattr(row, name) for name in TEMPLATE_WORDS}
    audit.record("letters.template_drop", row, by=by, duty=duty, at=at, name=row.purpose, before=words)
    row.delete()
