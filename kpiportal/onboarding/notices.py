"""What people are told about invitations and duties: outbox rows, nothing sent here."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import outbox, recipients, thai
from kpiportal.models import (
    AccountInvitation,
    AccountRequest,
    ErasureRequest,
    Job,
    Membership,
    Organization,
    OutgoingMail,
    Role,
    User,
)
from kpiportal.models.people import Kind


def invited(invitation: AccountInvitation, seal: str, *, by: User, at: dt.datetime) -> OutgoingMail:
    """The link carries the token after #: a browser sends that part to no server and no other site."""
    facts = {
        "name": invitation.full_name or "ท่าน",
        "inviter": by.full_name,
        "role": invitation.get_role_display(),
        "place": invitation.organization.full_name,
        "url": f"{settings.BASE_URL}{reverse('people:join')}#{seal}",
        "page": settings.BASE_URL + reverse("people:join"),
        "code": seal,
        "until": f"{thai.date_text(invitation.expires_at)} {thai.time_text(invitation.expires_at)}",
    }
    return outbox.compose("account_invited", to=invitation.email, facts=facts, at=at)


def duty_given(duty: Membership, *, by: User, at: dt.datetime) -> None:
    facts = {
        "by": by.full_name,
        "duty": f"{duty.get_role_display()} {duty.organization.full_name}",
        "since": thai.date_text(duty.valid_from),
        "until": f" ถึง {thai.date_text(duty.valid_to)}" if duty.valid_to else "",
        "url": settings.BASE_URL + reverse("home"),
    }
    outbox.queue("duty_given", to=duty.user, facts=facts, at=at)


def duty_end_changed(duty: Membership, *, by: User, at: dt.datetime) -> None:
    facts = {
        "by": by.full_name,
        "duty": f"{duty.get_role_display()} {duty.organization.full_name}",
        "until": thai.date_text(duty.valid_to) if duty.valid_to else "ไม่กำหนด",
        "url": settings.BASE_URL + reverse("home"),
    }
    outbox.queue("duty_end_changed", to=duty.user, facts=facts, at=at)


def duty_withdrawn(duty: Membership, *, by: User, at: dt.datetime) -> None:
    facts = {
        "by": by.full_name,
        "duty": f"{duty.get_role_display()} {duty.organization.full_name}",
        "since": thai.date_text(duty.valid_from),
    }
    outbox.queue("duty_withdrawn", to=duty.user, facts=facts, at=at)


def account_suspended(person: User, *, by: User, at: dt.datetime, reason: str) -> None:
    facts = {"name": person.full_name, "by": by.full_name, "reason": reason}
    outbox.queue("account_suspended", to=person, facts=facts, at=at)


def account_restored(person: User, *, by: User, at: dt.datetime) -> None:
    facts = {"name": person.full_name, "by": by.full_name, "url": settings.BASE_URL + reverse("home")}
    outbox.queue("account_restored", to=person, facts=facts, at=at)


def account_waiting(duty: Membership, *, by: User, at: dt.datetime) -> None:
    """To somebody who has an account and never used it."""
    facts = {
        "name": duty.user.full_name,
        "by": by.full_name,
        "duty": f"{duty.get_role_display()} {duty.organization.full_name}",
        "url": settings.BASE_URL + reverse("account_login"),
        "reset": settings.BASE_URL + reverse("account_reset_password"),
        "email": duty.user.email,
    }
    outbox.queue("account_waiting", to=duty.user, facts=facts, at=at)


def job_over(job: Job, *, at: dt.datetime) -> None:
    facts = {
        "job": job.label,
        "done": f"{job.done - len(job.findings):,}",
        "total": f"{job.total:,}",
        "url": settings.BASE_URL + reverse("people:job_detail", args=[job.pk]),
    }
    outbox.queue("job_over", to=job.owner, facts=facts, at=at, dedupe_key=f"job-over:{job.pk}")


def confirm_request(request: AccountRequest, seal: str, *, at: dt.datetime) -> None:
    facts = {
        "name": request.full_name,
        "office": request.office.full_name,
        "url": f"{settings.BASE_URL}{reverse('people:request_confirm')}#{seal}",
        "page": settings.BASE_URL + reverse("people:request_confirm"),
        "code": seal,
    }
    outbox.post([outbox.compose("request_confirm", to=request.email, facts=facts, at=at)])


def has_an_account(email: str, *, at: dt.datetime) -> None:
    facts = {
        "email": email,
        "url": settings.BASE_URL + reverse("account_login"),
        "reset": settings.BASE_URL + reverse("account_reset_password"),
    }
    outbox.post([outbox.compose("request_known", to=email, facts=facts, at=at)])


def request_waits(request: AccountRequest, *, at: dt.datetime) -> None:
    facts = {"name": request.full_name, "office": request.office.full_name}
    outbox.post([outbox.compose("request_waits", to=request.email, facts=facts, at=at)])


def request_to_decide(request: AccountRequest, *, at: dt.datetime) -> None:
    """The office's coordinators and heads; where there is nobody, OPDC's directors."""
    on = thai.day_in_bangkok(at)
    office = recipients.holders(request.office_id, Role.COORDINATOR, Role.OFFICE_HEAD, on=on)
    facts = {
        "name": request.full_name,
        "position": request.position or "ไม่ได้ระบุ",
        "agency": request.agency or request.office.full_name,
        "email": request.email,
        "url": settings.BASE_URL + reverse("people:request_detail", args=[request.pk]),
    }
    for person in office or _directors(on):
        outbox.queue("request_to_decide", to=person, facts=facts, at=at)


def request_refused(request: AccountRequest, *, at: dt.datetime) -> None:
    facts = {"name": request.full_name, "office": request.office.full_name, "reason": request.answer}
    outbox.post([outbox.compose("request_refused", to=request.email, facts=facts, at=at)])


def _directors(on: dt.date) -> list[User]:
    opdc = Organization.objects.filter(kind=Kind.OPDC).values_list("pk", flat=True)
    found = recipients.holders_of(opdc, [Role.DIRECTOR], on=on)
    return [person for people in found.values() for person in people]


def viewed_as(person: User, *, by: User, at: dt.datetime, reason: str) -> None:
    facts = {
        "name": person.full_name,
        "by": by.full_name,
        "when": thai.datetime_text(at),
        "reason": reason,
        "url": settings.BASE_URL + reverse("people:my_data"),
    }
    outbox.queue("viewed_as", to=person, facts=facts, at=at)


def erasure_to_decide(request: ErasureRequest, *, at: dt.datetime) -> None:
    facts = {"name": request.person.full_name, "url": settings.BASE_URL + reverse("people:erasure_list")}
    for person in _directors(thai.day_in_bangkok(at)):
        if person != request.person:
            outbox.queue("erasure_to_decide", to=person, facts=facts, at=at)


def erasure_answered(request: ErasureRequest, decision: str, *, at: dt.datetime) -> None:
    facts = {"name": request.person.full_name, "decision": decision, "answer": request.answer}
    outbox.queue("erasure_answered", to=request.person, facts=facts, at=at)
