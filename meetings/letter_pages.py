"""What a letter's page shows, gathered with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.urls import reverse

from kpiportal import audit, letter_text, thai
from kpiportal.letter_checks import problems_of, warnings_of
from kpiportal.letters import CANCEL, CHAIN, printing, signers
from kpiportal.letters.approval import DISCARD
from kpiportal.letters.greetings import TABLE, wrong
from kpiportal.letters.held import FREE
from kpiportal.letters.labels import address_of
from kpiportal.models import Letter, Salutation, User
from kpiportal.rules import can_write_letters
from kpiportal.workflow import Blocker, Transition, offered
from meetings import guests, letters, reach, workflow
from meetings.letter_forms import EncloseForm, ScanForm
from meetings.letter_notices import OPENERS
from meetings.models import Meeting
from meetings.pages import TONES, reason_given, recipients

S = Letter.State
# What a letter is fetched with for its page, besides its own columns.
BESIDE = {"greeting_table": TABLE, "free_numbers": FREE}
IN_ANOTHER_NAME = "หนังสือนี้พิมพ์ชื่อผู้ลงนามว่า {} ท่านจึงลงนามไม่ได้ ถ้าท่านเป็นผู้ลงนาม ให้ส่งกลับเพื่อแก้ชื่อและตำแหน่ง"
# Blocker.field -> where on which page it is put right; letter fields have boxes of their own
_PLACES = {
    "recipients": ("meetings:letter_detail", "#recipients"),
    "organizations": ("meetings:letter_detail", "#recipients"),
}


def letter(
    row: Letter, meeting: Meeting | None, *, by: User, at: dt.datetime, blockers: list[Blocker] | None = None
) -> dict[str, Any]:
    """The letter's words and receivers; for its writers, what stands in the way and what may be done."""
    may_write = bool(can_write_letters(by, row.organization_id))
    may_edit = may_write and row.state == S.DRAFT and (meeting is None or meeting.state == Meeting.State.DRAFT)
    may_number = may_edit or (may_write and row.state == S.APPROVED)
    inside = row.organization_id in by.organization_ids
    events = audit.events(row) if inside or row.state == S.CANCELLED else []
    found = blockers if blockers is not None else (_ready(row, meeting) if may_number else [])
    context = {
        "letter": row,
        "meeting": meeting,
        "tone": TONES.get(row.state, "wait"),
        "number": row.number_text or letter_text.number_text(row.series, ""),
        "may_write": may_write,
        "may_edit": may_edit,
        "may_issue": may_number and not found,
        "may_withdraw": _may_withdraw(row, meeting, may_write),
        "may_print": may_write and row.state == S.ISSUED,
        "blockers": [placed(blocker, row) for blocker in found],
        "quiet": blockers is None,
        "inside": inside,
        "recipients": receivers(row, meeting, at=at),
        "history": [audit.line(event) for event in events] if inside else [],
        "cancel_reason": reason_given(events, CANCEL.verb),
        "moves": _moves(row, meeting, by) if inside else [],
        "returned": reason_given(events[:1], "letters.return") if may_edit else "",
        "proof": letter_text.proof_address(row) if inside else "",
        "max_bytes": settings.KPI_UPLOAD_MAX_BYTES,
        "enclose_form": EncloseForm() if may_edit else None,
        "scan_form": ScanForm() if may_write and row.number else None,
    }
    if row.state == S.SIGNING and signers.leads(by, row) and not signers.can_sign(by, row):
        context["warnings"] = [IN_ANOTHER_NAME.format(row.signer)]
    if may_write:
        context |= copies(row, by=by)
    if may_number:
        _warn(context, row, meeting if may_edit else None, at)
    return context


def _warn(context: dict[str, Any], row: Letter, meeting: Meeting | None, at: dt.datetime) -> None:
    """What to look at before the number is drawn; `meeting`: of an invitation that may still be changed."""
    context |= _about_to_number(row, at)
    context["told"] = sum(bool(receiver["told"]) for receiver in context["recipients"])
    context["warnings"] += reach.sentences(context["recipients"])
    if meeting:
        context |= _guest_list(row, meeting)
        context["warnings"] += letters.warnings_of(meeting, row, hosts=context["hosts"], invited=context["invited"])


def receivers(row: Letter, meeting: Meeting | None, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Who gets the letter, and whom the portal tells: a meeting's heads, else whoever opens the post."""
    return recipients(row, at=at) if meeting else recipients(row, at=at, roles=OPENERS)


def _moves(row: Letter, meeting: Meeting | None, by: User) -> list[Transition]:
    """A meeting's draft goes with its meeting: it is not thrown away by itself."""
    return [move for move in offered(row, CHAIN, by=by) if not (meeting and move is DISCARD)]


def copies(row: Letter, *, by: User) -> dict[str, Any]:
    """Copies for the receivers: how many there are, whether a worker is at it, the archive when all are there."""
    merged = row.state in Letter.UNNUMBERED and printing.is_merged(row)
    if not merged and row.state != S.ISSUED:
        return {}
    whole = len(row.recipients.all())
    return {
        "is_merged": merged,
        "copies_whole": whole,
        "copies_done": whole - printing.left(row).count(),
        "copies_under_way": printing.under_way(row),
        "archives": printing.archives(row, by=by),
        "no_address": [r.text for r in row.recipients.all() if not address_of(r)],
    }


def _ready(row: Letter, meeting: Meeting | None) -> list[Blocker]:
    return workflow.invitation_ready(meeting) if meeting else problems_of(row)


def _may_withdraw(row: Letter, meeting: Meeting | None, may_write: bool) -> bool:
    if not may_write or row.state != S.ISSUED:
        return False
    return meeting is None or meeting.state == Meeting.State.CALLED


def _about_to_number(row: Letter, at: dt.datetime) -> dict[str, Any]:
    return {
        "next_number": letter_text.number_text(row.series, row.series.last_number + 1),
        "reserved": row.free_numbers,
        "warnings": [*warnings_of(row, on=thai.day_in_bangkok(at)), *_greeted_otherwise(row)],
    }


def _greeted_otherwise(row: Letter) -> list[str]:
    """Receivers whose post the table of greetings names, greeted in other words."""
    table = [Salutation(**greeting) for greeting in row.greeting_table]
    greeted = [(row.addressee, row.salutation)]
    greeted += [(receiver.text, receiver.salutation or row.salutation) for receiver in row.recipients.all()]
    return [sentence for text, opening in dict.fromkeys(greeted) if (sentence := wrong(text, opening, table))]


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


def placed(blocker: Blocker, row: Letter) -> Blocker:
    """The same sentence with a link to the box in which it is put right."""
    if blocker.url or not blocker.field:
        return blocker
    if blocker.field == "starts_at":
        return replace(blocker, url=reverse("meetings:meeting_edit", args=[row.meeting.pk]))
    name, anchor = _PLACES.get(blocker.field, ("meetings:letter_edit", f"#id_{blocker.field}"))
    return replace(blocker, url=reverse(name, args=[row.pk]) + anchor)
