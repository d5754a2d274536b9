"""Actions on the list of holidays: take a year over, add a day, take a day out."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit, thai
from kpiportal.holidays import computed, rules
from kpiportal.models import Holiday, HolidayYear, Membership, User
from kpiportal.workflow import Stale

audit.tells(
    **{
        "holidays.taken_over": "รับรายการวันหยุดราชการมาดูแล",
        "holidays.day_added": "เพิ่มวันหยุดราชการ",
        "holidays.day_removed": "นำวันหยุดราชการออก",
    }
)


@transaction.atomic
def take_over(year: int, *, by: User, at: dt.datetime) -> HolidayYear:
    """Write the computed list of a year (CE) down as OPDC's own. PermissionDenied; Stale when somebody has."""
    duty = _keeper(by)
    kept, new = HolidayYear.objects.get_or_create(year=year)
    if not new:
        raise Stale("มีผู้รับรายการของปีนี้มาดูแลแล้ว")
    days = computed(year)
    Holiday.objects.bulk_create(Holiday(in_year=kept, on=day, name=name[:300]) for day, name in days.items())
    audit.record("holidays.taken_over", kept, by=by, at=at, duty=duty, days=len(days))
    return kept


@transaction.atomic
def add(year: HolidayYear, on: dt.date, name: str, *, by: User, at: dt.datetime) -> Holiday:
    """Add a day the cabinet has given. PermissionDenied; ValidationError by field."""
    duty = _keeper(by)
    kept = HolidayYear.objects.select_for_update().get(pk=year.pk)
    if on.year != kept.year:
        raise ValidationError({"on": f"วันที่ต้องอยู่ในปี พ.ศ. {thai.be_year(kept.year)}"})
    if there := kept.days.filter(on=on).first():
        raise ValidationError({"on": f"มีวันหยุดนี้อยู่แล้ว คือ{there.name}"})
    day = Holiday.objects.create(in_year=kept, on=on, name=name)
    audit.record("holidays.day_added", kept, by=by, at=at, duty=duty, name=str(day))
    return day


@transaction.atomic
def remove(day: Holiday, *, by: User, at: dt.datetime) -> None:
    """Take a day out: the trail keeps what it was. PermissionDenied."""
    duty = _keeper(by)
    audit.record("holidays.day_removed", day.in_year, by=by, at=at, duty=duty, name=str(day))
    day.delete()


def _keeper(by: User) -> Membership:
    duty = rules.can_keep(by)
    if not duty:
        raise PermissionDenied
    return duty
