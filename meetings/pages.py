"""What each page of this room shows, gathered with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.urls import reverse

from kpiportal import audit, letter_text, thai
from kpiportal.letter_checks import warnings_of
from kpiportal.letters import CANCEL
from kpiportal.models import AuditEvent, Letter, LetterRecipient, Role, User
from kpiportal.recipients import holders_of
from kpiportal.workflow import Blocker, offered
from meetings import guests, letters, papers, planning, rules, workflow
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.models.agenda import Section
from meetings.replies import pages as replies

S = Meeting.State
# state of a meeting or letter -> kind of chip
TONES = {"draft": "due", "called": "ok", "held": "ok", "issued": "ok", "cancelled": "none"}
# What a letter is fetched with, whenever its receivers are shown.
RECEIVERS = LetterRecipient.objects.select_related("organization")
# Blocker.field -> where on which page it is put right; letter fields have boxes of their own
_PLACES = {
    "recipients": ("meetings:letter_detail", "#recipients"),
    "organizations": ("meetings:letter_detail", "#recipients"),
}


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
        "history": [audit.line(event) for event in events] if inside else [],
        "cancel_reason": _reason(events, workflow.CANCEL.verb),
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


def _reason(events: list[AuditEvent], verb: str) -> str:
    """The words given when that was last done: whoever sees the page is told why, not only who did it."""
    return next((event.data.get("reason", "") for event in events if event.verb == verb), "")


def recipients(letter: Letter, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Each receiver with the people the portal tells by mail. `letter` comes with its receivers (RECEIVERS)."""
    rows = list(letter.recipients.all())
    heads = holders_of([r.organization_id for r in rows], [Role.OVERSEER], on=thai.day_in_bangkok(at))
    return [
        {"text": r.text, "office": r.organization.full_name, "told": [u.full_name for u in heads[r.organization_id]]}
        for r in rows
    ]


def letter(
    row: Letter, meeting: Meeting | None, *, by: User, at: dt.datetime, blockers: list[Blocker] | None = None
) -> dict[str, Any]:
    """The letter's words and receivers; for its writers, what stands in the way and what may be done."""
    is_draft = row.state == Letter.State.DRAFT
    may_write = bool(meeting and rules.can_call(by, meeting))
    may_edit = may_write and is_draft and meeting.state == S.DRAFT
    inside = row.organization_id in by.organization_ids
    events = audit.events(row) if inside or row.state == Letter.State.CANCELLED else []
    found = blockers if blockers is not None else (workflow.invitation_ready(meeting) if may_edit else [])
    context = {
        "letter": row,
        "meeting": meeting,
        "tone": TONES[row.state],
        "number": row.number_text or letter_text.number_text(row.series, ""),
        "next_number": letter_text.number_text(row.series, row.series.last_number + 1) if may_edit else "",
        "may_edit": may_edit,
        "may_issue": may_edit and not found,
        "may_withdraw": may_write and meeting.state == S.CALLED,
        "blockers": [placed(blocker, row) for blocker in found],
        "quiet": blockers is None,
        "inside": inside,
        "recipients": recipients(row, at=at),
        "history": [audit.line(event) for event in events] if inside else [],
        "cancel_reason": _reason(events, CANCEL.verb),
    }
    if may_edit:
        context |= _guest_list(row, meeting)
        context["warnings"] = warnings_of(row, on=thai.day_in_bangkok(at)) + letters.warnings_of(
            meeting, row, hosts=context["hosts"], invited=context["invited"]
        )
    return context


def _guest_list(row: Letter, meeting: Meeting) -> dict[str, Any]:
    """Hosts first, then the other agencies of the province; who is on the list is ticked."""
    invited = {receiver.organization_id for receiver in row.recipients.all()}
    choices: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for office in guests.candidates(meeting):
        choices[office.is_host].append({"pk": office.pk, "name": office.full_name, "ticked": office.pk in invited})
    return {
        "hosts": {choice["pk"] for choice in choices[True]},
        "invited": invited,
        "host_choices": choices[True],
        "other_choices": choices[False],
    }


def placed(blocker: Blocker, letter: Letter) -> Blocker:
    """The same sentence with a link to the box in which it is put right."""
    if blocker.url or not blocker.field:
        return blocker
    if blocker.field == "starts_at":
        return replace(blocker, url=reverse("meetings:meeting_edit", args=[letter.meeting.pk]))
    name, anchor = _PLACES.get(blocker.field, ("meetings:letter_edit", f"#id_{blocker.field}"))
    return replace(blocker, url=reverse(name, args=[letter.pk]) + anchor)
