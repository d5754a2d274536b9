"""The way a draft goes before it is numbered: its drafter, the head of the office, whoever signs.

draft --submit--> checking --pass--> signing --approve--> approved --issue--> issued
checking, signing, approved --return (with a reason) or recall--> draft
While it is on its way nobody changes a word: what is approved is what was read. An office that signs on paper issues
the draft as it is and keeps the scan.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kpiportal import audit, rules
from kpiportal.letter_checks import problems_of
from kpiportal.letters.signers import can_sign, leads, nobody_signs
from kpiportal.models import Letter, Membership, Role, User
from kpiportal.workflow import Blocker, Transition, advance

S = Letter.State


def can_write(user: User, letter: Letter) -> Membership | None:
    return rules.can_write_letters(user, letter.organization_id)


def can_check(user: User, letter: Letter) -> Membership | None:
    """The head of the office that writes; a cluster's and OPDC's signer is that head as well."""
    return rules.duty_at(user, letter.organization_id, Role.OFFICE_HEAD, Role.CLUSTER_HEAD, Role.DIRECTOR)


def _ready_to_sign(letter: Letter) -> list[Blocker]:
    """Complete, and in the name of somebody who can sign it here."""
    return [*problems_of(letter), *nobody_signs(letter)]


def _can_return(user: User, letter: Letter) -> Membership | None:
    if letter.state == S.CHECKING:
        return can_check(user, letter)
    return can_sign(user, letter) or (can_check(user, letter) if letter.state == S.APPROVED else leads(user, letter))


def _in_reach(user: User, letter: Letter) -> Membership | None:
    """A draft its own head wrote needs no check of the same head."""
    return can_check(user, letter) if can_write(user, letter) else None


SUBMIT = Transition(
    "letters.submit", "เสนอหัวหน้าตรวจ", "เสนอหัวหน้าตรวจหนังสือ",
    frozenset({S.DRAFT}), S.CHECKING, can_write, _ready_to_sign, style="quiet",
)  # fmt: skip
SUBMIT_UP = Transition(
    "letters.submit_up", "เสนอผู้ลงนาม", "เสนอผู้ลงนามหนังสือ",
    frozenset({S.DRAFT}), S.SIGNING, _in_reach, _ready_to_sign, style="quiet",
)  # fmt: skip
PASS = Transition(
    "letters.pass", "ตรวจแล้ว เสนอผู้ลงนาม", "ตรวจหนังสือแล้ว เสนอผู้ลงนาม",
    frozenset({S.CHECKING}), S.SIGNING, can_check, _ready_to_sign,
)  # fmt: skip
APPROVE = Transition(
    "letters.approve", "เห็นชอบและลงนาม", "เห็นชอบและลงนามหนังสือ",
    frozenset({S.SIGNING}), S.APPROVED, can_sign, problems_of, asks_proof=True,
)  # fmt: skip
RETURN = Transition(
    "letters.return", "ส่งกลับแก้ไข", "ส่งหนังสือกลับแก้ไข",
    frozenset({S.CHECKING, S.SIGNING, S.APPROVED}), S.DRAFT, _can_return, asks_reason=True, style="danger",
)  # fmt: skip
RECALL = Transition(
    "letters.recall", "ดึงกลับมาแก้ไข", "ดึงหนังสือกลับมาแก้ไข",
    frozenset({S.CHECKING, S.SIGNING, S.APPROVED}), S.DRAFT, can_write, style="quiet",
)  # fmt: skip
DISCARD = Transition(
    "letters.discard", "ทิ้งร่างนี้", "ทิ้งร่างหนังสือ",
    frozenset({S.DRAFT}), S.DISCARDED, can_write, style="quiet",
)  # fmt: skip
RESTORE = Transition(
    "letters.restore", "นำร่างกลับมา", "นำร่างหนังสือกลับมา",
    frozenset({S.DISCARDED}), S.DRAFT, can_write,
)  # fmt: skip
CHAIN = [SUBMIT, SUBMIT_UP, PASS, APPROVE, RETURN, RECALL, DISCARD, RESTORE]
audit.tells(**{t.verb: t.done for t in CHAIN})


@transaction.atomic
def submit_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime) -> Letter:
    """Hand a complete draft to the head of the office."""
    return advance(letter, SUBMIT, by=by, revision=revision, at=at, moved_at=at)


@transaction.atomic
def pass_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime) -> Letter:
    """The head has read it and lays it before whoever signs."""
    return advance(letter, PASS, by=by, revision=revision, at=at, moved_at=at)


@transaction.atomic
def approve_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime) -> Letter:
    """The signer's yes, after proving who it is; the office may now take the number."""
    return advance(letter, APPROVE, by=by, revision=revision, at=at, moved_at=at)


@transaction.atomic
def return_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime, reason: str) -> Letter:
    """Back to the drafter, with what is to be put right."""
    return advance(letter, RETURN, by=by, revision=revision, at=at, reason=reason, moved_at=at)


@transaction.atomic
def recall_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime) -> Letter:
    """The drafter takes it back before it is numbered."""
    return advance(letter, RECALL, by=by, revision=revision, at=at, moved_at=at)


@transaction.atomic
def move_letter(
    letter: Letter, transition: Transition, *, by: User, revision: int, at: dt.datetime, reason: str
) -> Letter:
    """Any arrow of the chain, as a page names it."""
    return advance(letter, transition, by=by, revision=revision, at=at, reason=reason, moved_at=at)
