"""The state machines of invitations and account requests.

asked --confirm (by the link in the mail)--> waiting --approve (an invitation goes out)--> approved
                                             waiting --refuse, with a reason--> refused

invited --accept--> accepted · invited --revoke--> revoked · invited --expire (by the clock)--> expired
invited, expired --resend (another token, another 14 days)--> invited
"""

from __future__ import annotations

from typing import Any

from kpiportal import audit
from kpiportal.models import AccountInvitation, AccountRequest, User
from kpiportal.onboarding import rules
from kpiportal.workflow import Blocker, Transition

S = AccountInvitation.State


def _nobody(user: User, invitation: Any) -> None:
    return None


def no_double(invitation: AccountInvitation) -> list[Blocker]:
    """An old invitation is not woken up beside a newer one of the same duty to the same address."""
    same = AccountInvitation.objects.waiting().filter(
        email=invitation.email, organization=invitation.organization_id, role=invitation.role
    )
    return [Blocker("มีคำเชิญฉบับใหม่กว่าที่รอตอบรับอยู่แล้ว")] if same.exclude(pk=invitation.pk).exists() else []


ACCEPT = Transition(
    "people.invitation_accept", "ตอบรับ", "ตอบรับคำเชิญ", frozenset({S.INVITED}), S.ACCEPTED, rules.can_accept
)
RESEND = Transition(
    "people.invitation_resend", "ส่งใหม่", "ส่งคำเชิญใหม่ ลิงก์เดิมใช้ไม่ได้อีก",
    frozenset({S.INVITED, S.EXPIRED}), S.INVITED, rules.can_send_invitation, no_double, style="quiet",
)  # fmt: skip
REVOKE = Transition(
    "people.invitation_revoke", "ยกเลิกคำเชิญ", "ยกเลิกคำเชิญ",
    frozenset({S.INVITED}), S.REVOKED, rules.can_send_invitation, style="quiet",
)  # fmt: skip
EXPIRE = Transition(
    "people.invitation_expire", "หมดอายุ", "คำเชิญหมดอายุ", frozenset({S.INVITED}), S.EXPIRED, _nobody, by_clock=True
)
INVITATION = [ACCEPT, RESEND, REVOKE, EXPIRE]

R = AccountRequest.State
CONFIRM = Transition(
    "people.request_confirm", "ยืนยันอีเมล", "ผู้ขอเข้าใช้ยืนยันอีเมลแล้ว", frozenset({R.ASKED}), R.WAITING, _nobody,
    by_clock=True,
)  # fmt: skip
APPROVE = Transition(
    "people.request_approve", "อนุมัติและส่งคำเชิญ", "อนุมัติคำขอเข้าใช้", frozenset({R.WAITING}), R.APPROVED,
    rules.can_decide_request,
)  # fmt: skip
REFUSE = Transition(
    "people.request_refuse", "ไม่อนุมัติ", "ไม่อนุมัติคำขอเข้าใช้", frozenset({R.WAITING}), R.REFUSED,
    rules.can_decide_request, asks_reason=True, style="quiet",
)  # fmt: skip
REQUEST = [CONFIRM, APPROVE, REFUSE]

audit.tells(**{t.verb: t.done for t in [*INVITATION, *REQUEST]}, **{"people.invited": "เชิญเข้าใช้ระบบ"})
