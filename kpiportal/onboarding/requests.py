"""Actions of account requests: ask, confirm the address, approve (which is an invitation) or refuse.

Whoever asks learns nothing about who has an account: the answer on the page is one for all, what differs is the mail,
and that goes only to the address.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from kpiportal import sealed_links, thai
from kpiportal.models import AccountInvitation, AccountRequest, Organization, User
from kpiportal.onboarding import counts, invitations, notices, workflow
from kpiportal.onboarding.invitations import Guest
from kpiportal.workflow import Stale, advance

S = AccountRequest.State
CONFIRM_WITHIN = dt.timedelta(days=3)
REFUSED_KEPT = dt.timedelta(days=90)


@dataclass(frozen=True)
class Wish:
    """What a stranger typed."""

    office: Organization
    agency: str
    role: str
    email: str
    title: str
    first_name: str
    last_name: str
    position: str
    note: str


@transaction.atomic
def ask(wish: Wish, *, at: dt.datetime) -> None:
    """Write the wish down and send the link that confirms it; somebody known gets a mail that says what to do."""
    if User.objects.filter(email__iexact=wish.email).exists():
        notices.has_an_account(wish.email, at=at)
        return
    opened = AccountRequest.objects.select_for_update().filter(email=wish.email, state__in=[S.ASKED, S.WAITING]).first()
    if opened and opened.state == S.WAITING:
        notices.request_waits(opened, at=at)
        return
    if opened:
        opened.delete()  # asked again before confirming: the last words count, the first link is dead
    seal, digest = sealed_links.new()
    try:
        with transaction.atomic():
            request = AccountRequest.objects.create(asked_at=at, token_hash=digest, **vars(wish))
    except IntegrityError:
        return  # pressed twice: the other one got there first, and its link is on its way
    notices.confirm_request(request, seal, at=at)


def of_digest(digest: str) -> AccountRequest | None:
    return AccountRequest.objects.select_related("office").filter(token_hash=digest).first()


def why_closed(request: AccountRequest, *, at: dt.datetime) -> str:
    """Why the confirming link opens nothing, in one sentence; "" while it does."""
    if request.state != S.ASKED:
        return "ยืนยันอีเมลไปแล้ว ระบบแจ้งผลทางอีเมลเมื่อพิจารณาเสร็จ"
    if request.asked_at + CONFIRM_WITHIN <= at:
        return "ลิงก์นี้หมดอายุแล้ว กรุณากรอกคำขอใหม่"
    return ""


@transaction.atomic
def confirm(request: AccountRequest, *, at: dt.datetime) -> AccountRequest:
    """The address is theirs: now the office hears of it. Stale when the link is closed."""
    if sentence := why_closed(request, at=at):
        raise Stale(sentence)
    row = advance(request, workflow.CONFIRM, by=None, revision=request.revision, at=at, confirmed_at=at)
    notices.request_to_decide(row, at=at)
    counts.forget()
    return row


@transaction.atomic
def approve(request: AccountRequest, guest: Guest, *, by: User, revision: int, at: dt.datetime) -> AccountInvitation:
    """Invite the person as what the office chose. PermissionDenied; Stale; ValidationError as `invitations.invite`."""
    row = advance(request, workflow.APPROVE, by=by, revision=revision, at=at, decided_at=at, decided_by=by)
    invitation = invitations.invite(guest, by=by, at=at)
    row.invitation = invitation
    row.save(update_fields=["invitation"])
    return invitation


@transaction.atomic
def refuse(request: AccountRequest, *, by: User, revision: int, at: dt.datetime, reason: str) -> AccountRequest:
    """Say no, and why, to the address. PermissionDenied; Stale; NotReady without a reason."""
    row = advance(
        request, workflow.REFUSE, by=by, revision=revision, at=at, reason=reason, decided_at=at, decided_by=by,
        answer=reason,
    )  # fmt: skip
    notices.request_refused(row, at=at)
    counts.forget()
    return row


def purge(*, at: dt.datetime) -> int:
    """Delete what was never confirmed, and refusals after a while: they are personal data of strangers."""
    never = AccountRequest.objects.filter(state=S.ASKED, asked_at__lt=at - CONFIRM_WITHIN)
    refused = AccountRequest.objects.filter(state=S.REFUSED, decided_at__lt=at - REFUSED_KEPT)
    return never.delete()[0] + refused.delete()[0]


def waiting_text(request: AccountRequest, *, on: dt.date) -> str:
    """รอมา 3 วัน · ส่งมาวันนี้."""
    days = (on - thai.day_in_bangkok(request.confirmed_at or request.asked_at)).days
    return f"รอมา {days} วัน" if days else "ส่งมาวันนี้"
