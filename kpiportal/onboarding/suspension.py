"""Suspending and restoring an account. Duties, work and history stay; only sign-in is blocked."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, sessions, thai
from kpiportal.models import Membership, Role, User
from kpiportal.onboarding import counts, duties, notices, rules
from kpiportal.workflow import Blocker, NotReady, Stale

audit.tells(
    **{
        "people.account_suspended": "ระงับบัญชีผู้ใช้",
        "people.account_restored": "เปิดใช้บัญชีอีกครั้ง",
    }
)


def held_by(person: User, *, on: dt.date) -> list[Membership]:
    """The person's duties that are not over, in the order they were given."""
    return list(person.memberships.not_over(on).select_related("organization").order_by("pk"))


@transaction.atomic
def suspend(person: User, *, by: User, at: dt.datetime, reason: str) -> User:
    """Sign the person out everywhere and keep them out.

    PermissionDenied; Stale when it is suspended already; NotReady when a province would be left without a coordinator
    or OPDC without a director.
    """
    today = thai.day_in_bangkok(at)
    held = held_by(person, on=today)
    for duty in held:
        duties.lock(duty.organization)  # two heads suspending one another at once would each see the other stay
    row, under = _locked(person, held, by)
    if not row.is_active:
        raise Stale("บัญชีนี้ถูกระงับอยู่แล้ว")
    if found := _left_alone(held, under, today):
        raise NotReady(found)
    row.is_active = False
    row.save(update_fields=["is_active"])
    sessions.end_all(row)
    audit.record("people.account_suspended", row, by=by, at=at, duty=under, reason=reason)
    notices.account_suspended(row, by=by, at=at, reason=reason)
    counts.forget()
    return row


@transaction.atomic
def restore(person: User, *, by: User, at: dt.datetime, reason: str) -> User:
    """Let the person sign in again. Their old sessions stay ended. Raises as `suspend`."""
    row, under = _locked(person, held_by(person, on=thai.day_in_bangkok(at)), by)
    if row.is_active:
        raise Stale("บัญชีนี้ใช้งานได้อยู่แล้ว")
    row.is_active = True
    row.save(update_fields=["is_active"])
    audit.record("people.account_restored", row, by=by, at=at, duty=under, reason=reason)
    notices.account_restored(row, by=by, at=at)
    counts.forget()
    return row


def _locked(person: User, held: list[Membership], by: User) -> tuple[User, Membership]:
    row = User.objects.select_for_update().get(pk=person.pk)
    under = rules.can_suspend(by, row, held)
    if not under:
        raise PermissionDenied
    return row, under


def _left_alone(held: list[Membership], under: Membership, today: dt.date) -> list[Blocker]:
    """Places that would have nobody from today on."""
    yesterday = today - dt.timedelta(days=1)
    found = [blocker for duty in held for blocker in duties.left_alone(duty, yesterday, under)]
    directing = next((duty for duty in held if duty.role == Role.DIRECTOR), None)
    if directing and not duties.takers(directing, on=today).exists():
        found.append(Blocker("เป็นผู้อำนวยการคนสุดท้ายของสำนักงาน ก.พ.ร. มอบหน้าที่ให้ผู้อื่นก่อน"))
    return found
