"""The deeds on a year's calendar and receivers. OPDC's, at any time before the framework is archived."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agreements import rules
from agreements.models import CalendarDay, Framework
from agreements.states import FrameworkState
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.thai import ce_year
from kpiportal.workflow import Stale

USUAL = Path(__file__).parent.parent / "data" / "calendar.json"

audit.tells(
    **{
        "calendar.add": "เพิ่มวันในปฏิทินการจัดทำคำรับรองฯ",
        "calendar.change": "แก้วันในปฏิทินการจัดทำคำรับรองฯ",
        "calendar.remove": "นำวันออกจากปฏิทินการจัดทำคำรับรองฯ",
        "calendar.usual": "ตั้งต้นปฏิทินการจัดทำคำรับรองฯ",
        "calendar.receivers": "กำหนดผู้รับคำรับรองและเหตุผลที่ขอเปลี่ยนแปลงได้",
    }
)


def _locked(framework: Framework, by: User) -> tuple[Framework, Membership]:
    duty = rules.can_shape_framework(by)
    if not duty:
        raise PermissionDenied
    row = Framework.objects.select_for_update().get(pk=framework.pk)
    if row.state == FrameworkState.ARCHIVED:
        raise Stale("กรอบนี้เก็บเข้าคลังแล้ว")
    return row, duty


@transaction.atomic
def add_day(framework: Framework, *, by: User, at: dt.datetime, **facts: Any) -> CalendarDay:
    """One more day; a step the portal knows (form_due ...) stands once in a calendar."""
    framework, duty = _locked(framework, by)
    _only_once(framework, facts.get("step", ""))
    day = CalendarDay.objects.create(framework=framework, **facts)
    audit.record("calendar.add", framework, by=by, duty=duty, at=at, name=day.name, day=day.last_day.isoformat())
    return day


def _only_once(framework: Framework, step: str, *, but: int | None = None) -> None:
    if step and framework.calendar_days.filter(step=step).exclude(pk=but).exists():
        raise ValidationError({"step": "ขั้นตอนนี้มีในปฏิทินแล้ว แก้วันเดิม หรือนำวันเดิมออกก่อน"})


@transaction.atomic
def change_day(day: CalendarDay, *, by: User, at: dt.datetime, **facts: Any) -> CalendarDay:
    """Another date, wording or step for a day. 409 when somebody has taken it out meanwhile."""
    framework, duty = _locked(day.framework, by)
    row = framework.calendar_days.filter(pk=day.pk).first()
    if row is None:
        raise Stale("วันนี้ถูกนำออกไปแล้ว")
    _only_once(framework, facts.get("step", row.step), but=row.pk)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    before = {name: str(getattr(row, name) or "") for name in changed}
    for name in changed:
        setattr(row, name, facts[name])
    if changed:
        row.save(update_fields=changed)
        after = {name: str(facts[name] or "") for name in changed}
        audit.record("calendar.change", framework, by=by, duty=duty, at=at, name=row.name, before=before, after=after)
    return row


@transaction.atomic
def remove_day(day: CalendarDay, *, by: User, at: dt.datetime) -> None:
    framework, duty = _locked(day.framework, by)
    told = {"name": day.name, "day": day.last_day.isoformat()}
    if not framework.calendar_days.filter(pk=day.pk).delete()[0]:
        raise Stale("วันนี้ถูกนำออกไปแล้ว")
    audit.record("calendar.remove", framework, by=by, duty=duty, at=at, **told)


@transaction.atomic
def use_usual(framework: Framework, *, by: User, at: dt.datetime) -> int:
    """The days of the year before moved by a year, else the usual ones (data/calendar.json); only into an empty one."""
    framework, duty = _locked(framework, by)
    if framework.calendar_days.exists():
        raise Stale("ปฏิทินนี้มีวันอยู่แล้ว")
    days = _of_year_before(framework) or _usual(framework)
    CalendarDay.objects.bulk_create(days)
    audit.record("calendar.usual", framework, by=by, duty=duty, at=at, count=len(days))
    return len(days)


def _of_year_before(framework: Framework) -> list[CalendarDay]:
    before = CalendarDay.objects.filter(
        framework__party_kind=framework.party_kind, framework__fiscal_year=framework.fiscal_year - 1
    )
    return [
        CalendarDay(
            framework=framework,
            step=day.step,
            name=day.name,
            who=day.who,
            first_day=_a_year_on(day.first_day) if day.first_day else None,
            last_day=_a_year_on(day.last_day),
        )
        for day in before
    ]


def _a_year_on(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _usual(framework: Framework) -> list[CalendarDay]:
    year = ce_year(framework.fiscal_year)

    def day(parts: list[int]) -> dt.date:
        return dt.date(year + parts[0], parts[1], parts[2])

    return [
        CalendarDay(
            framework=framework, step=row["step"], name=row["name"], who=row["who"],
            first_day=day(row["first"]) if "first" in row else None, last_day=day(row["last"]),
        )
        for row in json.loads(USUAL.read_text(encoding="utf-8"))["days"]
    ]  # fmt: skip


@transaction.atomic
def name_receivers(
    framework: Framework,
    receivers: list[dict[str, str]],
    *,
    reasons: list[str] | None = None,
    by: User,
    at: dt.datetime,
) -> None:
    """Who takes the year's agreements (what is signed from now on says so), and why one may be changed afterwards."""
    framework, duty = _locked(framework, by)
    wanted = {"receivers": receivers} | ({} if reasons is None else {"amendment_reasons": reasons})
    before = {name: getattr(framework, name) for name in wanted}
    for name, value in wanted.items():
        setattr(framework, name, value)
    framework.save(update_fields=list(wanted))
    audit.record("calendar.receivers", framework, by=by, duty=duty, at=at, before=before, after=wanted)
