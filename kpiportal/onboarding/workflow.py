"""The whole diagram of an invitation.

invited --accept--> accepted · invited --revoke--> revoked · invited --expire (by the clock)--> expired
invited, expired --resend (another token, another 14 days)--> invited
"""

from __future__ import annotations

from typing import Any

from kpiportal import audit
from kpiportal.models import AccountInvitation, User
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

audit.tells(**{t.verb: t.done for t in INVITATION}, **{"people.invited": "เชิญเข้าใช้ระบบ"})
