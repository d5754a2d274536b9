"""The workflow engine: the only code that writes `state`.

A subject has `state` and `revision`. Its app lists frozen `Transition`s; buttons (`offered`) and the server's
check (`advance`) read the same rows, so they cannot disagree. The caller owns the transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models

from kpiportal import audit, step_up
from kpiportal.models import Membership, User

Subject = TypeVar("Subject", bound=models.Model)


class Stale(Exception):
    """Somebody went first: the row is no longer in the state or revision the person saw (409)."""

    def __init__(self, text: str = "มีผู้อื่นดำเนินการไปก่อนแล้ว กรุณาตรวจสอบข้อมูลล่าสุด"):
        self.text = text
        super().__init__(text)


@dataclass(frozen=True)
class Blocker:
    """Why not yet: one Thai sentence, and where to put it right.

    `about`: what many of them are about, shown once over them, with `brief`, the sentence without it.
    """

    text: str
    url: str = ""
    field: str = ""
    about: str = ""
    brief: str = ""


class NotReady(Exception):
    """The moment and the person are right, the content is not (422)."""

    def __init__(self, blockers: Iterable[Blocker]):
        self.blockers = list(blockers)
        super().__init__("; ".join(b.text for b in self.blockers))


def _never_blocked(subject: Any) -> list[Blocker]:
    return []


@dataclass(frozen=True)
class Transition:
    """One arrow of the diagram.

    `allowed(user, subject)` gives the membership the action is done under, or None; it is recorded with it.
    `done` is the sentence the history shows. `asks_reason` refuses an empty reason. `by_clock`: the system itself
    (by=None) takes this arrow when its time has come, besides whoever is `allowed`. `asks_proof`: whoever does it must
    have proved who they are a moment ago (kpiportal/step_up.py).
    """

    verb: str
    label: str
    done: str
    sources: frozenset[str]
    target: str
    allowed: Callable[[User, Any], Membership | None]
    blockers: Callable[[Any], list[Blocker]] = field(default=_never_blocked)
    asks_reason: bool = False
    style: str = "main"
    by_clock: bool = False
    asks_proof: bool = False

    @property
    def told(self) -> str:
        """The sentence a page says when it is done: an abbreviation's full stop keeps its space."""
        return f"{self.done}{' ' if self.done.endswith('.') else ''}แล้ว"

    @property
    def slug(self) -> str:
        """The verb without its app, as it stands in URLs."""
        return self.verb.rpartition(".")[2]


def offered(subject: models.Model, table: Iterable[Transition], *, by: User) -> list[Transition]:
    """The transitions this person may start from the subject's present state (blockers do not hide them)."""
    return [t for t in table if subject.state in t.sources and t.allowed(by, subject)]


def advance(
    subject: Subject,
    transition: Transition,
    *,
    by: User | None,
    revision: int,
    at: dt.datetime,
    reason: str = "",
    prepare: Callable[[Any], dict[str, Any]] | None = None,
    held: bool = False,
    **changes: Any,
) -> Subject:
    """Lock the row, check it, write the new state and the audit row. Returns the fresh, locked row.

    changes: further fields to set. `prepare(row)` gives more of them, made from the locked row after all checks (a
    number from a register, a typeset file). `held`: the caller has read `subject` under its lock in this transaction,
    so it is not read again. Raises PermissionDenied (403), Stale (409), NotReady (422), ProofNeeded (a page asks for
    the proof and resumes).
    """
    row = subject if held else type(subject)._base_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    reason = reason.strip()
    duty = _check(row, transition, by=by, revision=revision, reason=reason)
    if prepare:
        changes |= prepare(row)
    before = row.state
    row.state, row.revision = transition.target, row.revision + 1
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "revision", *changes])
    audit.record(
        transition.verb,
        row,
        by=by,
        duty=duty,
        at=at,
        before={"state": before},
        after={"state": row.state},
        **({"reason": reason} if reason else {}),
    )
    return row


def _check(
    row: models.Model, transition: Transition, *, by: User | None, revision: int, reason: str
) -> Membership | None:
    """Who, when, ready, proven, in this order: nobody is told what is missing before it is sure that they may.

    Returns the membership the action is done under; None for the system itself.
    """
    duty = transition.allowed(by, row) if by else None
    if not duty and not (by is None and transition.by_clock):
        raise PermissionDenied
    if row.revision != revision or row.state not in transition.sources:
        raise Stale
    found = list(transition.blockers(row))
    if transition.asks_reason and not reason:
        found.insert(0, Blocker("กรุณาระบุเหตุผล", field="reason"))
    if found:
        raise NotReady(found)
    if transition.asks_proof and by:
        step_up.require(transition.label)
    return duty


def of_slug(table: Iterable[Transition], slug: str) -> Transition | None:
    """The transition a URL names: `submit` for the verb `agreements.submit`."""
    return next((t for t in table if t.slug == slug), None)
