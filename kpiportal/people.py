"""Giving and ending accounts and duties. (Organizations come from geography.py.)"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from kpiportal import audit
from kpiportal.models import Membership, Organization, User
from kpiportal.models.people import ROLES_OF_KIND, Role

audit.tells(
    **{
        "people.account_given": "เปิดบัญชีผู้ใช้",
        "people.duty_given": "มอบหน้าที่",
        "people.duty_ended": "สิ้นสุดหน้าที่",
        "people.duty_end_changed": "เปลี่ยนวันสิ้นสุดหน้าที่",
        "people.duty_withdrawn": "ยกเลิกหน้าที่ก่อนเริ่ม",
    }
)


@transaction.atomic
def give_account(*, email: str, password: str | None, by: User | None, at: dt.datetime, **facts: str) -> User:
    """Open an account; without a password the person sets one by the reset link. One person per e-mail."""
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": f"มีบัญชีของอีเมล {email} อยู่แล้ว"})
    user = User.objects.create_user(email=email, password=password, **facts)
    audit.record("people.account_given", user, by=by, at=at)
    return user


@transaction.atomic
def give_duty(
    user: User,
    organization: Organization,
    role: str,
    *,
    by: User | None,
    at: dt.datetime,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    standing: str = Membership.Standing.SUBSTANTIVE,
    post: str = "",
    order_no: str = "",
    under: Membership | None = None,
) -> Membership:
    """Join a person to an organization in a role that exists there, from a day on. `under`: the duty `by` acts in."""
    if role not in ROLES_OF_KIND[organization.kind]:
        raise ValidationError({"role": f"ไม่มีหน้าที่ “{Role(role).label}” ใน{organization.full_name}"})
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": "วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"})
    duty = Membership.objects.create(
        user=user,
        organization=organization,
        role=role,
        standing=standing,
        post=post,
        order_no=order_no,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    facts = {"user": user.full_name, "role": duty.get_role_display(), "standing": duty.get_standing_display()}
    audit.record("people.duty_given", duty, by=by, at=at, duty=under, **facts)
    return duty


@transaction.atomic
def end_duty(
    duty: Membership, *, last_day: dt.date, by: User | None, at: dt.datetime, under: Membership | None = None
) -> Membership:
    """The duty is in force up to and including `last_day`."""
    duty = Membership.objects.select_for_update().get(pk=duty.pk)
    if last_day < duty.valid_from:
        raise ValidationError({"valid_to": "วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"})
    duty.valid_to = last_day
    duty.save(update_fields=["valid_to"])
    audit.record("people.duty_ended", duty, by=by, at=at, duty=under, last_day=last_day.isoformat())
    return duty


@transaction.atomic
def change_end(
    duty: Membership,
    *,
    last_day: dt.date | None,
    order_no: str,
    by: User | None,
    at: dt.datetime,
    under: Membership | None = None,
) -> Membership:
    """Another last day, None for good; `order_no` of the order that says so. `duty` is a locked row."""
    before = {"valid_to": _day(duty.valid_to), "order_no": duty.order_no}
    duty.valid_to, duty.order_no = last_day, order_no
    duty.save(update_fields=["valid_to", "order_no"])
    after = {"valid_to": _day(last_day), "order_no": order_no}
    audit.record("people.duty_end_changed", duty, by=by, at=at, duty=under, before=before, after=after)
    return duty


@transaction.atomic
def withdraw_duty(duty: Membership, *, by: User | None, at: dt.datetime, under: Membership | None = None) -> None:
    """Take back a duty that has not begun. The row goes (nothing was done under it); the trail stays."""
    facts = {"user": duty.user.full_name, "role": duty.get_role_display(), "valid_from": _day(duty.valid_from)}
    audit.record("people.duty_withdrawn", duty, by=by, at=at, duty=under, **facts)
    duty.delete()


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
