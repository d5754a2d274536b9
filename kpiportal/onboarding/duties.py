"""Actions of duties: give (for good, acting, for a time), end, hand over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import people, step_up, thai
from kpiportal.models import Membership, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.onboarding import counts, notices, rules
from kpiportal.workflow import Blocker, NotReady, Stale

STANDING = Membership.Standing
BY_ORDER = {STANDING.ACTING, STANDING.ON_BEHALF}
LONGEST = dt.timedelta(days=366)  # of a substitute: longer than that is an appointment


@transaction.atomic
def assign(
    user: User,
    organization: Organization,
    role: str,
    *,
    by: User,
    at: dt.datetime,
    valid_from: dt.date | None,
    valid_to: dt.date | None = None,
    standing: str = STANDING.SUBSTANTIVE,
    post: str = "",
    order_no: str = "",
) -> Membership:
    """Give a duty. PermissionDenied; ValidationError by field: an acting duty without order or days, a double."""
    under = rules.can_give(by, organization, role, standing)
    if not under:
        raise PermissionDenied
    _complete(standing, order_no, valid_from, valid_to)
    return _give(
        user, organization, role, by=by, at=at, under=under, valid_from=valid_from or thai.day_in_bangkok(at),
        valid_to=valid_to, standing=standing, post=post, order_no=order_no,
    )  # fmt: skip


def _complete(standing: str, order_no: str, valid_from: dt.date | None, valid_to: dt.date | None) -> None:
    wrong = {}
    if standing in BY_ORDER and not order_no:
        wrong["order_no"] = f"{STANDING(standing).label}ต้องมีเลขที่คำสั่ง เช่น คำสั่งจังหวัดเชียงใหม่ ที่ 12/2558"
    if standing != STANDING.SUBSTANTIVE:
        if not valid_from:
            wrong["valid_from"] = f"{STANDING(standing).label}ต้องระบุวันเริ่มต้น"
        if not valid_to:
            wrong["valid_to"] = f"{STANDING(standing).label}ต้องระบุวันสิ้นสุด"
    if standing == STANDING.SUBSTITUTE and valid_from and valid_to and valid_to - valid_from > LONGEST:
        wrong["valid_to"] = "ทำหน้าที่แทนชั่วคราวได้ไม่เกิน 1 ปี"
    if wrong:
        raise ValidationError(wrong)


def _give(
    user: User, organization: Organization, role: str, *, by: User, at: dt.datetime, under: Membership, **facts
) -> Membership:
    """The row itself, when the same person does not hold the same duty on any of those days."""
    lock(organization)
    since, until = facts["valid_from"], facts.get("valid_to")
    today = thai.day_in_bangkok(at)
    if until and until < today:
        raise ValidationError({"valid_to": "วันสิ้นสุดผ่านไปแล้ว"})
    same = user.memberships.filter(organization=organization, role=role).not_over(since)
    if until:
        same = same.filter(valid_from__lte=until)
    if double := same.first():
        ends = f"ถึง {thai.date_text(double.valid_to)}" if double.valid_to else "โดยไม่มีวันสิ้นสุด"
        raise ValidationError({"valid_from": f"{user.full_name} มีหน้าที่นี้อยู่แล้ว {ends}"})
    require_proof(organization, role)
    duty = people.give_duty(user, organization, role, by=by, at=at, under=under, **facts)
    notices.duty_given(duty, by=by, at=at)
    counts.forget()
    return duty


@transaction.atomic
def finish(
    duty: Membership, *, last_day: dt.date, by: User, at: dt.datetime, successor: User | None = None
) -> Membership:
    """The duty's last day, and who takes over the day after. All or nothing.

    PermissionDenied; Stale when it is over already; NotReady when a province would be left without a coordinator;
    ValidationError for a day that cannot be the last.
    """
    lock(duty.organization)
    row = Membership.objects.select_related("organization", "user").get(pk=duty.pk)
    under = rules.can_end(by, row)
    if not under:
        raise PermissionDenied
    today = thai.day_in_bangkok(at)
    _still_on(row, today)
    _can_be_last(row, last_day, today)
    if row.valid_to and last_day > row.valid_to:
        until = thai.date_text(row.valid_to)
        raise ValidationError({"last_day": f"หน้าที่นี้สิ้นสุด {until} อยู่แล้ว หากจะทำต่อให้เปลี่ยนวันสิ้นสุด"})
    if successor == row.user:
        raise ValidationError({"successor": "ผู้รับช่วงต้องเป็นคนละคนกับผู้พ้นหน้าที่"})
    ended = people.end_duty(row, last_day=last_day, by=by, at=at, under=under)
    counts.forget()
    if successor:
        _hand_over(row, successor, after=last_day, by=by, at=at, under=under)
    if blockers := left_alone(row, last_day, under):
        raise NotReady(blockers)
    return ended


def _hand_over(
    row: Membership, successor: User, *, after: dt.date, by: User, at: dt.datetime, under: Membership
) -> None:
    """The same duty, for good, from the day after. What stands against it is said of the successor."""
    facts = {"valid_from": after + dt.timedelta(days=1), "post": row.post}
    try:
        _give(successor, row.organization, row.role, by=by, at=at, under=under, **facts)
    except ValidationError as refusal:
        raise ValidationError({"successor": refusal.messages}) from refusal


@transaction.atomic
def change_end(duty: Membership, *, valid_to: dt.date | None, order_no: str, by: User, at: dt.datetime) -> Membership:
    """Change the last day, later or earlier; None: no end. As giving the duty again, it is for whoever may give it.

    PermissionDenied; Stale when it is over; NotReady when a province would be left without a coordinator;
    ValidationError by field.
    """
    lock(duty.organization)
    row = Membership.objects.select_for_update(of=("self",)).select_related("organization", "user").get(pk=duty.pk)
    under = rules.can_give(by, row.organization, row.role, row.standing)
    if not under:
        raise PermissionDenied
    today = thai.day_in_bangkok(at)
    _still_on(row, today)
    _complete(row.standing, order_no, row.valid_from, valid_to)
    if valid_to:
        _can_be_last(row, valid_to, today, field="valid_to")
    later = row.user.memberships.filter(organization=row.organization, role=row.role, valid_from__gt=row.valid_from)
    if clash := later.exclude(pk=row.pk).filter(**({"valid_from__lte": valid_to} if valid_to else {})).first():
        raise ValidationError({"valid_to": f"มีหน้าที่เดียวกันเริ่ม {thai.date_text(clash.valid_from)} อยู่แล้ว"})
    if blockers := left_alone(row, valid_to, under) if valid_to else []:
        raise NotReady([replace(blocker, field="valid_to") for blocker in blockers])
    require_proof(row.organization, row.role)
    changed = people.change_end(row, last_day=valid_to, order_no=order_no, by=by, at=at, under=under)
    notices.duty_end_changed(changed, by=by, at=at)
    counts.forget()
    return changed


@transaction.atomic
def withdraw(duty: Membership, *, by: User, at: dt.datetime) -> None:
    """Take back a duty before its first day. PermissionDenied; Stale when it has begun or is gone; NotReady."""
    lock(duty.organization)
    row = Membership.objects.select_for_update(of=("self",)).select_related("organization", "user")
    row = row.filter(pk=duty.pk).first()
    if row is None:
        raise Stale("หน้าที่นี้ถูกยกเลิกไปแล้ว")
    under = rules.can_end(by, row)
    if not under:
        raise PermissionDenied
    if row.valid_from <= thai.day_in_bangkok(at):
        raise Stale("หน้าที่นี้เริ่มแล้ว ใช้ “สิ้นสุดหน้าที่” แทน")
    if blockers := left_alone(row, row.valid_from - dt.timedelta(days=1), under):
        raise NotReady(blockers)
    notices.duty_withdrawn(row, by=by, at=at)
    people.withdraw_duty(row, by=by, at=at, under=under)
    counts.forget()


def _still_on(row: Membership, today: dt.date) -> None:
    if row.valid_to and row.valid_to < today:
        raise Stale(f"หน้าที่นี้สิ้นสุดไปแล้วเมื่อ {thai.date_text(row.valid_to)}")


def _can_be_last(row: Membership, last_day: dt.date, today: dt.date, *, field: str = "last_day") -> None:
    if last_day < today - dt.timedelta(days=1):
        raise ValidationError({field: "ย้อนหลังได้ถึงเมื่อวานเท่านั้น การดำเนินการก่อนนั้นทำไว้ในหน้าที่นี้แล้ว"})
    if last_day < row.valid_from:
        raise ValidationError({field: f"หน้าที่นี้เริ่มวันที่ {thai.date_text(row.valid_from)} วันสุดท้ายต้องไม่ก่อนนั้น"})


def left_alone(row: Membership, last_day: dt.date, under: Membership) -> list[Blocker]:
    """A province keeps a coordinator for good: only OPDC may take away the last one."""
    if row.role != Role.COORDINATOR or row.organization.kind != Kind.PROVINCE or under.organization.kind == Kind.OPDC:
        return []
    others = takers(row, on=last_day + dt.timedelta(days=1)).filter(valid_to__isnull=True)
    if others.exists():
        return []
    place = row.organization.full_name
    return [
        Blocker(
            f"{row.user.full_name} เป็นผู้ประสานงานคนสุดท้ายของ{place} ระบุผู้รับช่วง หรือให้สำนักงาน ก.พ.ร. เชิญผู้ประสานงานคนใหม่ก่อน",
            field="successor",
        )
    ]


def require_proof(organization: Organization, role: str) -> None:
    """A post that opens a whole province, or OPDC's side of every table, is given only by somebody just proven."""
    if organization.kind == Kind.OPDC or role == Role.COORDINATOR:
        step_up.require(f"มอบหน้าที่{Role(role).label}")


def takers(duty: Membership, *, on: dt.date):
    """Who else holds the same duty on that day."""
    same = Membership.objects.in_force(on).filter(organization=duty.organization_id, role=duty.role)
    return same.filter(user__is_active=True).exclude(pk=duty.pk).exclude(user=duty.user_id).select_related("user")


def lock(organization: Organization) -> None:
    """One at a time per place: two coordinators leaving at once would each see the other stay."""
    list(Organization.objects.select_for_update().filter(pk=organization.pk).values_list("pk"))
