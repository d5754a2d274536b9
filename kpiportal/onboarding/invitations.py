"""Actions of invitations. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from kpiportal import audit, outbox, people, sealed_links, thai
from kpiportal.models import AccountInvitation, Membership, Organization, User
from kpiportal.onboarding import counts, notices, rules, workflow
from kpiportal.onboarding.duties import require_proof
from kpiportal.workflow import Stale, advance

VALID_FOR = dt.timedelta(days=14)
S = AccountInvitation.State


Key = tuple[str, int, str]  # e-mail in lower case, organization, role: one duty of one address


@dataclass(frozen=True)
class Guest:
    """Whom to invite, as what: one line of the form or of the workbook."""

    organization: Organization
    role: str
    email: str
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    position: str = ""
    row: int = 0  # of the workbook, as the spreadsheet counts

    @property
    def key(self) -> Key:
        return self.email.casefold(), self.organization.pk, self.role


def taken_at(places: Collection[int], *, on: dt.date) -> dict[Key, str]:
    """The duties of these places that are held or offered already, and the sentence for it; two queries."""
    held = Membership.objects.not_over(on).filter(organization__in=places)
    found = {
        (email.casefold(), place, role): "มีหน้าที่นี้อยู่แล้ว ไม่ต้องเชิญอีก"
        for email, place, role in held.values_list("user__email", "organization_id", "role")
    }
    offered = AccountInvitation.objects.waiting().filter(organization__in=places)
    for email, place, role in offered.values_list("email", "organization_id", "role"):
        found[email.casefold(), place, role] = "มีคำเชิญที่รอตอบรับอยู่แล้ว ใช้ “ส่งใหม่” ในหน้าคำเชิญ"
    return found


@transaction.atomic
def invite(guest: Guest, *, by: User, at: dt.datetime) -> AccountInvitation:
    """Offer one duty. Raises PermissionDenied, ValidationError when it is held or offered already."""
    return invite_all([guest], by=by, at=at)[0]


@transaction.atomic
def invite_all(guests: Sequence[Guest], *, by: User, at: dt.datetime) -> list[AccountInvitation]:
    """Offer many duties, all or none, each a row, a mail and a line of the trail."""
    under = [rules.can_invite(by, guest.organization, guest.role) for guest in guests]
    if not all(under):
        raise PermissionDenied
    # One at a time per place: two people inviting the same person at once would both find nothing.
    places = Organization.objects.filter(pk__in={guest.organization.pk for guest in guests})
    list(places.select_for_update().order_by("pk").values_list("pk"))
    doubles = taken_at({guest.organization.pk for guest in guests}, on=thai.day_in_bangkok(at))
    for guest in guests:
        if sentence := doubles.get(guest.key):
            raise ValidationError({"email": f"{guest.email}: {sentence}"})
    for guest in guests:
        require_proof(guest.organization, guest.role)
    seals, rows = [], []
    for guest in guests:
        seal, digest = sealed_links.new()
        seals.append(seal)
        rows.append(_row(guest, digest, by=by, at=at))
    AccountInvitation.objects.bulk_create(rows)
    for row, duty in zip(rows, under, strict=True):
        audit.record("people.invited", row, by=by, duty=duty, at=at, email=row.email, role=row.get_role_display())
    outbox.post([notices.invited(row, seal, by=by, at=at) for row, seal in zip(rows, seals, strict=True)])
    counts.forget()
    return rows


def _row(guest: Guest, digest: str, *, by: User, at: dt.datetime) -> AccountInvitation:
    return AccountInvitation(
        organization=guest.organization,
        role=guest.role,
        email=guest.email.lower(),
        title=guest.title,
        first_name=guest.first_name,
        last_name=guest.last_name,
        position=guest.position,
        token_hash=digest,
        invited_by=by,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )


@transaction.atomic
def resend(invitation: AccountInvitation, *, by: User, revision: int, at: dt.datetime) -> AccountInvitation:
    """Another token and another 14 days; the old link is dead from this moment."""
    seal, digest = sealed_links.new()
    row = advance(
        invitation, workflow.RESEND, by=by, revision=revision, at=at, token_hash=digest, expires_at=at + VALID_FOR
    )
    outbox.post([notices.invited(row, seal, by=by, at=at)])
    return row


@transaction.atomic
def revoke(invitation: AccountInvitation, *, by: User, revision: int, at: dt.datetime) -> AccountInvitation:
    counts.forget()
    return advance(invitation, workflow.REVOKE, by=by, revision=revision, at=at)


def of_digest(digest: str) -> AccountInvitation | None:
    """The invitation a token belongs to, by the token's SHA-256."""
    found = AccountInvitation.objects.select_related("organization__parent", "invited_by")
    return found.filter(token_hash=digest).first()


def why_closed(invitation: AccountInvitation, *, at: dt.datetime) -> str:
    """Why this link opens nothing any more, in one sentence that says what to do; "" while it does."""
    if invitation.state == S.ACCEPTED:
        return "คำเชิญนี้ใช้ไปแล้ว เข้าสู่ระบบด้วยอีเมลและรหัสผ่านของท่านได้เลย"
    if invitation.state == S.REVOKED:
        return "คำเชิญนี้ถูกยกเลิกแล้ว หากยังต้องใช้ระบบ กรุณาติดต่อผู้ประสานงานของจังหวัด"
    if invitation.state == S.EXPIRED or invitation.expires_at <= at:
        until = thai.date_text(invitation.expires_at)
        return f"คำเชิญนี้หมดอายุเมื่อ {until} กรุณาขอให้ผู้ประสานงานส่งคำเชิญใหม่"
    return ""


@transaction.atomic
def accept_as_new(invitation: AccountInvitation, *, password: str, at: dt.datetime, **name: str) -> User:
    """Open the account and take the duty. `name`: title, first_name, last_name. Stale when the link is closed."""
    row = _still_open(invitation, at)
    if User.objects.filter(email__iexact=row.email).exists():
        raise Stale("มีบัญชีของอีเมลนี้แล้ว กรุณาเข้าสู่ระบบก่อนตอบรับคำเชิญ")
    user = people.give_account(email=row.email, password=password, position=row.position, by=None, at=at, **name)
    return _accept(row, user, at)


@transaction.atomic
def accept_as_known(invitation: AccountInvitation, *, by: User, at: dt.datetime) -> User:
    """The person who has this address and is signed in says yes to one more duty."""
    row = _still_open(invitation, at)
    if by.email.casefold() != row.email.casefold():
        raise PermissionDenied
    return _accept(row, by, at)


def _still_open(invitation: AccountInvitation, at: dt.datetime) -> AccountInvitation:
    row = AccountInvitation.objects.select_for_update(of=("self",)).select_related("organization", "invited_by")
    row = row.get(pk=invitation.pk)
    if row.token_hash != invitation.token_hash:
        raise Stale("มีคำเชิญฉบับใหม่กว่าแล้ว กรุณาใช้ลิงก์ในอีเมลฉบับล่าสุด")
    if sentence := why_closed(row, at=at):
        raise Stale(sentence)
    return row


def _accept(row: AccountInvitation, user: User, at: dt.datetime) -> User:
    today = thai.day_in_bangkok(at)
    same: dict[str, Any] = {"organization": row.organization, "role": row.role}
    if not user.memberships.in_force(today).filter(**same).exists():
        # Given by whoever invited: the history of a duty names who gave it.
        giver = row.invited_by
        people.give_duty(user, row.organization, row.role, by=giver, at=at, valid_from=today, post=row.position)
    user.ask_duties_again()  # read before the new one was there
    advance(row, workflow.ACCEPT, by=user, revision=row.revision, at=at, accepted_by=user, accepted_at=at)
    counts.forget()
    return user


def expire(*, at: dt.datetime) -> int:
    """Close what nobody took in time. Returns how many. One transaction each: what was sent again is passed over."""
    closed = 0
    for invitation in AccountInvitation.objects.waiting().filter(expires_at__lte=at).order_by("pk"):
        try:
            with transaction.atomic():
                advance(invitation, workflow.EXPIRE, by=None, revision=invitation.revision, at=at)
        except Stale:
            continue  # sent again or accepted in this very moment
        closed += 1
    return closed
