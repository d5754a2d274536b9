"""Who may sign a letter in the portal: whoever it prints, and nobody else.

The name in brackets under คำลงท้าย is the name of who signs (ระเบียบงานสารบรรณ, annex 3). Somebody acting for another
signs under their own name, by an entry of the office's list of signers, which has the wording and the order. So a
letter in another's name is signed on paper, or goes back to be put right.
"""

from __future__ import annotations

import datetime as dt
import re

from kpiportal import rules
from kpiportal.models import Letter, Membership, Role, User
from kpiportal.pdf.markup import TITLES
from kpiportal.recipients import holders
from kpiportal.workflow import Blocker

LEADS = (Role.GOVERNOR, Role.CLUSTER_HEAD, Role.DIRECTOR)
_TITLES = re.compile("(?:" + "|".join(map(re.escape, ["นาย", *sorted(TITLES.split(), key=len, reverse=True)])) + ")*")


def can_sign(user: User, letter: Letter) -> Membership | None:
    """The account of the letter's entry in the list of signers; without one whoever leads the office, in their own
    name, or the head of its bureau where the letter stays inside (บันทึกข้อความ). A stamped letter prints no name:
    whoever leads the office has it stamped."""
    if (row := letter.signatory) and row.user_id:
        own = (duty for duty in user.duties if duty.organization_id == letter.organization_id)
        return next(own, None) if row.user_id == user.pk and row.name == letter.signer else None
    return leads(user, letter) if _prints(letter, user) else None


def leads(user: User, letter: Letter) -> Membership | None:
    return rules.duty_at(user, letter.organization_id, *roles_of(letter))


def roles_of(letter: Letter) -> tuple[Role, ...]:
    return (*LEADS, Role.OFFICE_HEAD) if letter.kind == Letter.Kind.MEMO else LEADS


def signers_of(letter: Letter, *, on: dt.date) -> list[User]:
    """Whom the letter waits for on that day; none: nobody can sign it in the portal."""
    if (row := letter.signatory) and row.user:
        held = Membership.objects.in_force(on).filter(user=row.user_id, organization=letter.organization_id)
        return [row.user] if row.name == letter.signer and row.user.is_active and held.exists() else []
    return [user for user in holders(letter.organization_id, *roles_of(letter), on=on) if _prints(letter, user)]


def nobody_signs(letter: Letter) -> list[Blocker]:
    """Before it is laid before anybody: a letter only its drafter could take back helps nobody."""
    if not letter.signer or signers_of(letter, on=letter.dated):
        return []
    text = (
        f"หนังสือพิมพ์ชื่อผู้ลงนามว่า “{letter.signer}” แต่ไม่มีบัญชีผู้ใช้ที่ลงนามในชื่อนี้ได้ "
        "เลือกผู้ลงนามจากรายชื่อของหน่วยงานที่ระบุบัญชีผู้ใช้ไว้ หรือออกเลขแล้วให้ลงนามบนกระดาษ"
    )
    return [Blocker(text, field="signatory")]


def _prints(letter: Letter, user: User) -> bool:
    return letter.kind == Letter.Kind.STAMPED or is_name_of(letter.signer, user)


def is_name_of(printed: str, user: User) -> bool:
    """Whether this is how a letter prints the person: any title or rank before, first and last name whole."""
    name = "".join(f"{user.first_name}{user.last_name}".split())
    before, found, after = "".join(printed.split()).rpartition(name)
    return bool(found) and not after and (before == "".join(user.title.split()) or bool(_TITLES.fullmatch(before)))
