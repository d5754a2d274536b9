"""Actions of organizations: an office adds the agencies of its province, and keeps their names and letter words.

Provinces and clusters come from kpiportal/geography.py: nobody adds one by hand.
"""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit
from kpiportal.models import Organization, User
from kpiportal.models.people import Kind
from kpiportal.onboarding import counts, rules

audit.tells(
    **{
        "people.place_added": "เพิ่มหน่วยงาน",
        "people.place_changed": "แก้ไขข้อมูลหน่วยงาน",
    }
)


@transaction.atomic
def add(province: Organization, *, by: User, at: dt.datetime, **facts: str) -> Organization:
    """An agency of this province. PermissionDenied; ValidationError by field for a name it has already."""
    under = rules.can_keep_place(by, province)
    if not under or province.kind != Kind.PROVINCE:
        raise PermissionDenied
    list(Organization.objects.select_for_update().filter(pk=province.pk).values_list("pk"))  # codes are given in turn
    _single(province, facts["name"])
    place = Organization.objects.create(kind=Kind.AGENCY, parent=province, code=_next_code(province), **facts)
    audit.record("people.place_added", place, by=by, at=at, duty=under, after=facts, name=place.name)
    counts.forget()
    return place


@transaction.atomic
def add_many(province: Organization, names: list[str], *, by: User, at: dt.datetime) -> list[Organization]:
    """Many at once, by name alone, all or none; letters carry the province's abbreviation until changed.

    Raises as `add`; the sentences name every agency that is there already.
    """
    known = set(Organization.objects.filter(parent=province, name__in=names).values_list("name", flat=True))
    if known:
        raise ValidationError({"names": [f"มี{name}ใน{province.full_name}อยู่แล้ว ลบบรรทัดนี้ออก" for name in sorted(known)]})
    return [add(province, by=by, at=at, name=name, abbreviation=province.abbreviation) for name in names]


@transaction.atomic
def change(place: Organization, *, by: User, at: dt.datetime, **facts: str) -> Organization:
    """Other words for a place. What was printed keeps the old ones. Raises as `add`."""
    row = Organization.objects.select_for_update(of=("self",)).select_related("parent").get(pk=place.pk)
    under = rules.can_keep_place(by, row)
    if not under:
        raise PermissionDenied
    if row.kind == Kind.AGENCY and row.parent:
        _single(row.parent, facts["name"], but=row.pk)
    before = {name: getattr(row, name) for name in facts}
    changed = {name: value for name, value in facts.items() if before[name] != value}
    if changed:
        for name, value in changed.items():
            setattr(row, name, value)
        row.save()
        was = {name: before[name] for name in changed}
        audit.record("people.place_changed", row, by=by, at=at, duty=under, before=was, after=changed, name=row.name)
    return row


def _single(province: Organization, name: str, *, but: int | None = None) -> None:
    same = Organization.objects.filter(parent=province, name=name).exclude(pk=but)
    if same.exists():
        raise ValidationError({"name": f"มี{name}ใน{province.full_name}อยู่แล้ว"})


def _next_code(province: Organization) -> str:
    """52-01, 52-02 …: the province's code and the first number after the highest."""
    codes = Organization.objects.filter(kind=Kind.AGENCY, parent=province).values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(rf"{re.escape(province.code)}-(\d+)", code))]
    return f"{province.code}-{max(numbers, default=0) + 1:02}"
