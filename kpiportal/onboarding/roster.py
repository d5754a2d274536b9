"""What the people pages show: who is where, since and until when, and who has never been here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from kpiportal import thai
from kpiportal.models import AccountInvitation, Membership, Organization, User
from kpiportal.models.people import Kind
from kpiportal.onboarding import rules

_IN_ORDER = {Kind.OPDC: 0, Kind.PROVINCE: 1, Kind.CLUSTER: 2, Kind.AGENCY: 3}
SOON = 30  # days before its end when a duty starts to say so
TONES = {"invited": "wait", "accepted": "ok", "revoked": "none", "expired": "late"}


@dataclass(frozen=True)
class Filters:
    """never: only places where somebody has never signed in or nobody is; q: words of the place's name."""

    never: bool = False
    q: str = ""

    @classmethod
    def of(cls, query: Any) -> Filters:
        return cls(never=query.get("never") == "1", q=thai.clean_line(query.get("q", "").replace("\x00", ""))[:100])


def places(user: User, filters: Filters, *, on: dt.date) -> QuerySet[Organization]:
    """The places this person looks after, OPDC, provinces, clusters, agencies, each in Thai order."""
    found = in_order(Organization.objects.managed_by(user))
    if filters.q:
        found = found.filter(Q(name__icontains=filters.q) | Q(short_name__icontains=filters.q))
    if filters.never:
        here = _duties(on).filter(organization=OuterRef("pk"), user__is_active=True)
        found = found.filter(Exists(here.filter(user__last_login__isnull=True)) | ~Exists(here))
    return found.prefetch_related(
        Prefetch("memberships", _duties(on).order_by("role", "user__first_name", "pk"), to_attr="duties_here"),
        Prefetch("account_invitations", AccountInvitation.objects.waiting().order_by("pk"), to_attr="waiting_here"),
    )


def in_order(found: QuerySet[Organization]) -> QuerySet[Organization]:
    rank = Case(*(When(kind=k, then=Value(n)) for k, n in _IN_ORDER.items()), output_field=IntegerField())
    return found.annotate(rank=rank).order_by("rank", "sort_key", "pk")


def _duties(on: dt.date) -> QuerySet[Membership]:
    """People whose account is suspended stand where they stood: their duty is not over."""
    return Membership.objects.not_over(on).select_related("user")


def people(user: User, q: str, *, suspended: bool, on: dt.date) -> QuerySet[User]:
    """Accounts this person may look at, by words of the name or address; `duties_now`: the duties not over."""
    found = User.objects.accounts_for(user).order_by("first_name", "last_name", "pk")
    for word in q.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    if suspended:
        found = found.filter(is_active=False)
    here = Membership.objects.not_over(on).select_related("organization").order_by("pk")
    if not rules.sees_all_accounts(user):
        here = here & Membership.objects.visible_to(user)
    return found.prefetch_related(Prefetch("memberships", here, to_attr="duties_now"))


def never_signed_in(user: User, *, on: dt.date) -> int:
    """How many people this person looks after have a duty and have never been here."""
    mine = _duties(on).filter(user__last_login__isnull=True, user__is_active=True) & Membership.objects.visible_to(user)
    return mine.values("user").distinct().count()


def dress(found: list[Organization], *, on: dt.date, at: dt.datetime) -> list[Organization]:
    """Give each place and duty the words the page shows."""
    for place in found:
        for duty in place.duties_here:
            duty.chip = chip(duty, on=on)
        for invitation in place.waiting_here:
            invitation.late = invitation.expires_at <= at
        place.never = sum(duty.user.last_login is None and duty.user.is_active for duty in place.duties_here)
    return found


def chip(duty: Membership, *, on: dt.date) -> tuple[str, str]:
    """(tone, words) of a duty's days: to come, ends today or tomorrow or soon, over; ("", "") when nothing is near."""
    if duty.valid_from > on:
        return "wait", f"เริ่ม {thai.date_text(duty.valid_from, short=True)}"
    if duty.valid_to is None:
        return "", ""
    left = (duty.valid_to - on).days
    if left < 0:
        return "none", "สิ้นสุดแล้ว"
    if left > SOON:
        return "", ""
    words = {0: "สิ้นสุดวันนี้", 1: "สิ้นสุดพรุ่งนี้"}.get(left, f"สิ้นสุดใน {left} วัน")
    return ("late" if left <= 1 else "due"), words
