"""Requests for erasure: made by the person, decided by OPDC's director or operator with a reason.

Erased are identity and contact data: name, address, telephone, password, factors, sessions, and the mails and
invitations to the person. Kept, as the law requires of the office, are names in signed agreements and issued letters,
and the audit trail, whose rows cannot change and then refer to a person without name or address. Rows of the access
log expire by age (kpiportal/access.py).
"""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from kpiportal import audit, sessions, step_up, thai
from kpiportal.models import (
    AccountInvitation,
    AccountRequest,
    ErasureRequest,
    Job,
    LineLink,
    NoticeChoice,
    OutgoingMail,
    User,
)
from kpiportal.onboarding import counts, notices, rules, suspension
from kpiportal.workflow import Blocker, NotReady, Stale

DOMAIN = "erased.invalid"
NOBODY = "ผู้ใช้ที่ลบข้อมูลแล้ว"

audit.tells(
    **{
        "people.erasure_asked": "ขอลบข้อมูลส่วนบุคคล",
        "people.erasure_granted": "ลบข้อมูลส่วนบุคคลตามคำขอ",
        "people.erasure_refused": "ไม่ลบข้อมูลส่วนบุคคลตามคำขอ",
    }
)


@transaction.atomic
def ask(person: User, *, at: dt.datetime, reason: str) -> ErasureRequest:
    """One open request per person. Stale when there is one."""
    User.objects.select_for_update().get(pk=person.pk)
    if person.erasure_requests.open().exists():
        raise Stale("ท่านยื่นคำขอไว้แล้ว กำลังรอพิจารณา")
    request = ErasureRequest.objects.create(person=person, asked_at=at, reason=reason)
    audit.record("people.erasure_asked", person, by=person, at=at)
    notices.erasure_to_decide(request, at=at)
    counts.forget()
    return request


@transaction.atomic
def refuse(request: ErasureRequest, *, by: User, at: dt.datetime, reason: str) -> ErasureRequest:
    """Raises PermissionDenied; Stale when it is answered."""
    row = _locked(request, by)
    _answer(row, by=by, at=at, reason=reason, granted=False)
    audit.record("people.erasure_refused", row.person, by=by, at=at, duty=rules.sees_all_accounts(by), reason=reason)
    notices.erasure_answered(row, "ไม่ลบ", at=at)
    return row


@transaction.atomic
def grant(request: ErasureRequest, *, by: User, at: dt.datetime, reason: str) -> ErasureRequest:
    """Erase. Besides `refuse`'s: NotReady while the person holds a duty: it is handed over first; ProofNeeded."""
    row = _locked(request, by)
    held = suspension.held_by(row.person, on=thai.day_in_bangkok(at))
    if held:
        raise NotReady([Blocker(f"ยังมีหน้าที่ {duty} ส่งมอบหรือสิ้นสุดหน้าที่ก่อน") for duty in held])
    step_up.require("ลบข้อมูลส่วนบุคคล")
    _answer(row, by=by, at=at, reason=reason, granted=True)
    _take_away(row.person)
    audit.record("people.erasure_granted", row.person, by=by, at=at, duty=rules.sees_all_accounts(by), reason=reason)
    notices.erasure_answered(row, "ลบแล้ว", at=at)
    _anonymise(row.person)
    return row


def _locked(request: ErasureRequest, by: User) -> ErasureRequest:
    row = ErasureRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if not rules.can_decide_erasure(by, row):
        raise PermissionDenied
    if row.answered_at:
        raise Stale("มีผู้ตอบคำขอนี้ไปแล้ว")
    return row


def _answer(row: ErasureRequest, *, by: User, at: dt.datetime, reason: str, granted: bool) -> None:
    row.answered_at, row.answered_by, row.answer, row.granted = at, by, reason, granted
    row.save(update_fields=["answered_at", "answered_by", "answer", "granted"])
    counts.forget()


def _take_away(person: User) -> None:
    """What stands around the account: ways in and to them, mails that went out, invitations, wishes, copies."""
    sessions.end_all(person)
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    LineLink.objects.filter(user=person).delete()
    NoticeChoice.objects.filter(user=person).delete()
    AccountRequest.objects.filter(email__iexact=person.email).delete()
    invitations = AccountInvitation.objects.filter(email__iexact=person.email)
    invitations.update(email=_address(person), title="", first_name="", last_name="", position="")
    for job in Job.objects.filter(owner=person).select_related("file"):
        job.delete()
        if job.file:
            job.file.delete()
    _blank(OutgoingMail.objects.filter(Q(to_user=person) | Q(to_email__iexact=person.email)), person)


def _anonymise(person: User) -> None:
    person.email, person.first_name, person.last_name = _address(person), NOBODY, ""
    person.title = person.position = person.phone = ""
    person.is_active, person.last_login = False, None
    person.set_unusable_password()
    person.save()


def _address(person: User) -> str:
    return f"erased-{person.pk}@{DOMAIN}"


def _blank(mails, person: User) -> None:
    mails.update(to_email=_address(person), subject="(ลบตามคำขอ)", body="", unsubscribe="")


def purge() -> int:
    """The last mail to somebody erased, once it has gone; returns how many."""
    sent = OutgoingMail.objects.filter(to_user__email__endswith=f"@{DOMAIN}", state=OutgoingMail.State.SENT)
    left = sent.exclude(to_email__endswith=f"@{DOMAIN}").select_related("to_user")
    for mail in left:
        _blank(OutgoingMail.objects.filter(pk=mail.pk), mail.to_user)
    return len(left)
