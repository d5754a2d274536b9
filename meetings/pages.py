"""What each page of this room shows, gathered with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from kpiportal import audit, thai
from kpiportal.letters.labels import address_of
from kpiportal.models import AuditEvent, Letter, LetterRecipient, Role, User
from kpiportal.recipients import holders_of
from kpiportal.workflow import offered
from meetings import papers, planning, rules, workflow
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.models.agenda import Section
from meetings.replies import pages as replies

S = Meeting.State
# state of a meeting or letter -> kind of chip
TONES = {
    "draft": "due",
    "checking": "wait",
    "signing": "wait",
    "approved": "due",
    "called": "ok",
    "held": "ok",
    "issued": "ok",
    "cancelled": "none",
    "discarded": "none",
}
# Told on their own pages: a meeting's history would drown in them.
_ELSEWHERE = {"meetings.reply", "meetings.add_item", "meetings.edit_item", "meetings.order_agenda"}
# What a letter is fetched with, whenever its receivers are shown.
RECEIVERS = LetterRecipient.objects.select_related("organization__parent")


def meeting(row: Meeting, *, by: User, at: dt.datetime) -> dict[str, Any]:
    """Facts, letter, agenda, answers and what may be done next."""
    may_call = bool(rules.can_call(by, row))
    inside = row.organization_id in by.organization_ids
    moves = {t.slug: t for t in offered(row, workflow.MEETING, by=by)}
    events = audit.events(row) if inside or row.state == S.CANCELLED else []
    invitations = list(Invitation.objects.visible_to(by).filter(meeting=row).select_related("organization"))
    minutes = getattr(row, "minutes", None)
    return {
        "meeting": row,
        "tone": TONES[row.state],
        "when": papers.when_text(row),
        "letter": row.letter if inside or (row.letter and row.letter.number) else None,
        "letter_tone": TONES[row.letter.state] if row.letter else "",
        "recipients": recipients(row.letter, at=row.starts_at) if row.letter else [],
        "moving": row.state == S.DRAFT and bool(invitations),
        "agenda": _numbered(row),
        "may_call": may_call,
        "may_edit": may_call and row.state == S.DRAFT,
        "may_cancel": "cancel" in moves,
        "may_postpone": "postpone" in moves and row.starts_at > at,
        "may_hold": "hold" in moves and row.starts_at <= at,
        "clashes": planning.clashes(row) if may_call and row.state == S.DRAFT else [],
        "replies": replies.counts(invitations) if inside and invitations else None,
        "own": [] if inside else [i for i in invitations if rules.can_reply(by, i)],
        "answers_open": row.state == S.CALLED and row.starts_at > at,
        "minutes": minutes if minutes and (inside or minutes.state != minutes.State.DRAFT) else None,
        "inside": inside,
        "history": [audit.line(event) for event in events if event.verb not in _ELSEWHERE] if inside else [],
        "cancel_reason": reason_given(events, workflow.CANCEL.verb),
    }


def _numbered(row: Meeting) -> list[dict[str, Any]]:
    """The agenda's items that have something under them, numbered as on paper."""
    found: dict[int, list[AgendaItem]] = {}
    for item in row.agenda.all():
        found.setdefault(item.section, []).append(item)
    return [
        {"number": section, "label": Section(section).label,
         "items": [(f"{section}.{n}", item) for n, item in enumerate(items, start=1)]}
        for section, items in found.items()
    ]  # fmt: skip


def reason_given(events: list[AuditEvent], verb: str) -> str:
    """The words given when that was last done: whoever sees the page is told why, not only who did it."""
    return next((event.data.get("reason", "") for event in events if event.verb == verb), "")


def recipients(letter: Letter, *, at: dt.datetime, roles: Sequence[str] = (Role.OVERSEER,)) -> list[dict[str, Any]]:
    """Each receiver with the people the portal tells by mail, whoever holds one of `roles` there.

    A meeting's letter tells the overseers. `letter` comes with its receivers (RECEIVERS).
    """
    rows = list(letter.recipients.all())
    heads = holders_of([r.organization_id for r in rows], roles, on=thai.day_in_bangkok(at))
    return [
        {
            "text": r.text,
            "salutation": r.salutation,
            "office": r.organization.full_name,
            "told": [u.full_name for u in heads[r.organization_id]],
            "has_address": bool(address_of(r)),
        }
        for r in rows
    ]
