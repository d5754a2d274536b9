"""Registers of letters sent: one running number of an office, kind and calendar year พ.ศ."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kpiportal import audit, rules, thai
from kpiportal.models import LetterSeries, Organization, User

audit.tells(**{"letters.open_series": "เปิดทะเบียนหนังสือส่ง"})


@transaction.atomic
def open_series(
    organization: Organization,
    *,
    prefix: str,
    circular: bool,
    year: int,
    start_after: int = 0,
    by: User,
    at: dt.datetime,
) -> LetterSeries:
    """Open the register of one office, kind and calendar year พ.ศ.; the first letter draws `start_after` + 1.

    Raises ValidationError when the prefix is not a letter number's, is another office's, or is open already.
    """
    duty = rules.can_write_letters(by, organization.pk)
    if not duty:
        raise PermissionDenied
    prefix = _own_prefix(organization, prefix)
    try:
        with transaction.atomic():
            series = LetterSeries.objects.create(
                organization=organization, prefix=prefix, circular=circular, year=year, last_number=start_after
            )
    except IntegrityError as error:
        kind = "หนังสือเวียน (ว)" if circular else "หนังสือทั่วไป"
        raise ValidationError({"prefix": f"ทะเบียน{kind} {prefix} ปี {year} เปิดไว้แล้ว"}) from error
    audit.record("letters.open_series", series, by=by, duty=duty, at=at, start_after=start_after)
    return series


def _own_prefix(organization: Organization, typed: str) -> str:
    """`ชม 0017.2`, whatever digits and spaces were typed; the province's letters must be the office's own."""
    try:
        number = thai.parse_letter_number(f"{typed.strip().rstrip('/')}/1")
    except thai.InvalidLetterNumber:
        raise ValidationError({"prefix": f"อ่านหัวเลขหนังสือ “{typed}” ไม่ได้ โปรดพิมพ์ เช่น ชม 0017.2"}) from None
    own = organization.abbreviation or (organization.parent.abbreviation if organization.parent else "")
    if own and number.abbreviation != own:
        raise ValidationError({"prefix": f"หัวเลขหนังสือของหน่วยงานนี้ต้องขึ้นต้นด้วย “{own}”"})
    return number.code


def newest_series(organization: Organization, *, year: int, circular: bool = False) -> LetterSeries | None:
    """Where a letter of that year would be numbered: the same kind if it is open, else the other."""
    found: LetterSeries | None = (
        LetterSeries.objects.filter(organization=organization, year=year)
        .order_by("-circular" if circular else "circular", "pk")
        .first()
    )
    return found
