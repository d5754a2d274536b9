"""People who have never signed in: listed per organization, and reminded by mail when ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from kpiportal import audit, thai
from kpiportal.models import AccountInvitation, AuditEvent, Membership, Organization, User
from kpiportal.onboarding import counts, invitations, notices, roster, rules

S = AccountInvitation.State
ASKED_WITHIN = dt.timedelta(days=180)  # an invitation nobody took for half a year is no longer chased
JUST_SENT = dt.timedelta(minutes=10)  # a second press sends no second mail

audit.tells(**{"people.reminded_to_sign_in": "เตือนให้เข้าใช้ระบบ"})


@dataclass(frozen=True)
class Sent:
    """How many mails went out, and how many were left out because one had just gone to the same person."""

    sent: int
    skipped: int


def unanswered(*, at: dt.datetime) -> QuerySet[AccountInvitation]:
    """Invitations nobody took: waiting, or over and not followed by another to the same address for the same duty."""
    later = AccountInvitation.objects.filter(
        email=OuterRef("email"), organization=OuterRef("organization"), role=OuterRef("role"), pk__gt=OuterRef("pk")
    )
    found = AccountInvitation.objects.filter(state__in=[S.INVITED, S.EXPIRED], invited_at__gte=at - ASKED_WITHIN)
    return found.filter(~Exists(later))


def never_here(*, on: dt.date) -> QuerySet[Membership]:
    """Duties, not over, of people who have an account and never signed in."""
    return Membership.objects.not_over(on).filter(user__is_active=True, user__last_login__isnull=True)


def places(user: User, *, at: dt.datetime) -> QuerySet[Organization]:
    """The places this person looks after where somebody is missing; `missing`: duties, `asked`: invitations."""
    missing = never_here(on=thai.day_in_bangkok(at)).select_related("user").order_by("user__first_name", "pk")
    asked = unanswered(at=at).order_by("email", "pk")
    here = {"organization": OuterRef("pk")}
    found = Organization.objects.managed_by(user).filter(Exists(missing.filter(**here)) | Exists(asked.filter(**here)))
    return roster.in_order(found).prefetch_related(
        Prefetch("memberships", missing, to_attr="missing"), Prefetch("account_invitations", asked, to_attr="asked")
    )


def counted(user: User, *, at: dt.datetime) -> int:
    """How many people: those with an account who never came, and addresses that did not answer."""
    came_not = never_here(on=thai.day_in_bangkok(at)) & Membership.objects.visible_to(user)
    return (
        came_not.values("user").distinct().count()
        + (unanswered(at=at) & AccountInvitation.objects.visible_to(user)).values("email").distinct().count()
    )


@transaction.atomic
def send_again(asked: Iterable[AccountInvitation], missing: Iterable[Membership], *, by: User, at: dt.datetime) -> Sent:
    """Another link to those who did not answer, a reminder to those who have an account. PermissionDenied."""
    sent = skipped = 0
    for invitation in asked:
        if invitation.state == S.INVITED and invitation.expires_at - invitations.VALID_FOR > at - JUST_SENT:
            skipped += 1
            continue
        invitations.resend(invitation, by=by, revision=invitation.revision, at=at)
        sent += 1
    people = {duty.user_id: duty for duty in missing}
    told = _told(people, since=at - JUST_SENT)
    for duty in people.values():
        under = rules.can_look_after(by, duty.organization)
        if not under:
            raise PermissionDenied
        if duty.user_id in told:
            skipped += 1
            continue
        audit.record("people.reminded_to_sign_in", duty.user, by=by, at=at, duty=under)
        notices.account_waiting(duty, by=by, at=at)
        sent += 1
    counts.forget()
    return Sent(sent, skipped)


def _told(people: Iterable[int], *, since: dt.datetime) -> set[int]:
    """Whom somebody has reminded since then, whoever it was: the trail knows."""
    found = AuditEvent.objects.filter(verb="people.reminded_to_sign_in", subject_id__in=list(people), at__gte=since)
    return set(found.values_list("subject_id", flat=True))
