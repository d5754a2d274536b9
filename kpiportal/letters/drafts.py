"""Drafts: what a writer types, who it goes to. A draft takes no number and may be incomplete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from kpiportal import audit, rules, thai
from kpiportal.letters.series import newest_series
from kpiportal.letters.standing import standing_words
from kpiportal.models import Letter, LetterRecipient, Membership, Organization, Salutation, User
from kpiportal.workflow import Blocker, NotReady, Stale

# What a writer types; everything else of a Letter is the engine's.
WORDS = (
    "kind", "series", "letterhead", "dated", "subject", "salutation", "addressee", "references", "enclosures", "body",
    "closing", "signatory", "signer", "signer_rank", "rank_inside", "signer_post", "acting_order", "owner", "phone",
    "fax", "email", "copies_to", "urgency", "urgent_by", "emblem_paper",
)  # fmt: skip

audit.tells(
    **{
        "letters.draft": "ร่างหนังสือ",
        "letters.save": "แก้ไขร่างหนังสือ",
        "letters.address": "กำหนดผู้รับหนังสือ",
        "letters.greet": "แก้ไขคำขึ้นต้นรายผู้รับ",
    }
)


@dataclass(frozen=True)
class Receiver:
    """An office a letter goes to, and the words for it on the list of receivers.

    `salutation`, `closing`: how its own copy greets it and ends; empty: as the letter does. `address`: on the envelope.
    """

    organization: Organization
    text: str
    salutation: str = ""
    address: str = ""
    closing: str = ""


@transaction.atomic
def draft_letter(
    organization: Organization,
    *,
    recipients: Sequence[Receiver] = (),
    circular: bool = False,
    by: User,
    at: dt.datetime,
    **words: Any,
) -> Letter:
    """A draft; `words` are fields of WORDS, what is not said is as in the office's last letter. Takes no number.

    Without a `series` it gets the office's register of its year, the circular one if asked for. Raises NotReady when
    the office has opened none.
    """
    duty = rules.can_write_letters(by, organization.pk)
    if not duty:
        raise PermissionDenied
    words.setdefault("dated", thai.day_in_bangkok(at))
    _check_words(organization, words)
    if "series" not in words:
        words["series"] = _register_for(organization, words["dated"], circular=circular)
    owner = " ".join(words.get("owner", ()))
    if "โทร" in owner:  # it is said among the owner's lines already
        words = {"phone": "", "fax": "", **words}
        words |= {name: "" for name in ("phone", "fax") if words[name] in owner}
    words = {**standing_words(organization, on=words["dated"]), **words}
    if words.get("signatory") and "signer" in words and words["signer"] != words["signatory"].name:
        words["signatory"] = None  # the caller names somebody else
    words.setdefault("emblem_paper", not organization.emblems.exists())
    letter = Letter.objects.create(organization=organization, **words)
    write_recipients(letter, recipients)
    audit.record("letters.draft", letter, by=by, duty=duty, at=at, recipients=len(recipients))
    return letter


def _register_for(organization: Organization, dated: dt.date, *, circular: bool) -> Any:
    year = thai.be_year(dated.year)
    series = newest_series(organization, year=year, circular=circular)
    if series is None:
        text = f"ยังไม่ได้เปิดทะเบียนหนังสือส่งของปี {year} เปิดทะเบียนก่อนแล้วจึงร่างหนังสือ"
        register = f"{reverse('meetings:letter_register')}?office={organization.pk}&year={year}"
        raise NotReady([Blocker(text, url=register, field="series")])
    return series


def _check_words(organization: Organization, words: dict[str, Any]) -> None:
    unknown = words.keys() - set(WORDS)
    if unknown:
        raise TypeError(f"not words of a letter: {sorted(unknown)}")
    for name in ("series", "signatory"):
        if words.get(name) and words[name].organization_id != organization.pk:
            raise PermissionDenied


def open_draft(letter: Letter, *, by: User, revision: int | None) -> tuple[Letter, Membership]:
    """Lock a draft for a change. 403 to others, 409 when it is issued, waits for approval, or somebody saved since
    `revision` (None: whatever was saved meanwhile is not touched by this change)."""
    row = Letter.objects.select_for_update(of=("self",)).select_related("series").get(pk=letter.pk)
    duty = rules.can_write_letters(by, row.organization_id)
    if not duty:
        raise PermissionDenied
    if row.state != Letter.State.DRAFT:
        raise Stale(f"หนังสือนี้{row.get_state_display()} แก้ไขไม่ได้")
    if revision is not None and row.revision != revision:
        raise Stale
    return row, duty


@transaction.atomic
def save_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime, **words: Any) -> Letter:
    """Keep what is typed in a draft. Raises Stale when another person saved since `revision`."""
    row, duty = open_draft(letter, by=by, revision=revision)
    _check_words(row.organization, words)
    changed = [name for name, value in words.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, words[name])
    if changed:
        row.revision += 1
        row.save(update_fields=["revision", *changed])
        audit.record("letters.save", row, by=by, duty=duty, at=at, fields=sorted(changed))
    return row


@transaction.atomic
def address_letter(
    letter: Letter, *, recipients: Sequence[Receiver], by: User, revision: int, at: dt.datetime
) -> Letter:
    """Who a draft goes to, in this order; replaces the earlier list, but who stays keeps the words of `greet`."""
    row, duty = open_draft(letter, by=by, revision=revision)
    there = {old.organization_id: old for old in row.recipients.all()}
    before = [old.text for old in there.values()]
    row.recipients.all().delete()
    write_recipients(row, [_as_worded(r, there.get(r.organization.pk)) for r in recipients])
    row.revision += 1
    row.save(update_fields=["revision"])
    audit.record(
        "letters.address",
        row,
        by=by,
        duty=duty,
        at=at,
        before={"recipients": before},
        after={"recipients": [receiver.text for receiver in recipients]},
    )
    return row


def _as_worded(receiver: Receiver, old: LetterRecipient | None) -> Receiver:
    if old is None:
        return receiver
    text = old.text if old.worded else receiver.text
    address = old.address or receiver.address
    return replace(receiver, text=text, salutation=old.salutation, closing=old.closing, address=address)


@dataclass(frozen=True)
class Greeting:
    """The words for one receiver: its post; how it is greeted and closed, both empty: as the letter says.

    `address`: what its envelope says, in lines; empty: as its office does.
    """

    text: str
    salutation: str = ""
    closing: str = ""
    address: str = ""


@transaction.atomic
def greet(letter: Letter, greetings: Mapping[int, Greeting], *, by: User, revision: int, at: dt.datetime) -> Letter:
    """Word a draft's receivers and their envelopes one by one (by the key of LetterRecipient).

    Raises PermissionDenied, Stale; NotReady for a new pair of opening and closing the table of greetings lacks.
    """
    row, duty = open_draft(letter, by=by, revision=revision)
    known = {("", ""), *Salutation.objects.values_list("opening", "closing")}
    changed = {}
    for receiver in row.recipients.filter(pk__in=greetings):
        new = greetings[receiver.pk]
        old = Greeting(receiver.text, receiver.salutation, receiver.closing, receiver.address)
        if new == old:
            continue
        if (new.salutation, new.closing) not in {*known, (old.salutation, old.closing)}:
            text = f"“{new.salutation} … {new.closing}” ไม่อยู่ในตารางคำขึ้นต้นและคำลงท้าย"
            raise NotReady([Blocker(text, field="recipients")])
        receiver.worded = receiver.worded or new.text != old.text
        receiver.text, receiver.salutation, receiver.closing = new.text, new.salutation, new.closing
        receiver.address = new.address
        receiver.save(update_fields=["text", "salutation", "closing", "worded", "address"])
        changed[old.text] = f"{new.salutation} {new.text}".strip()
    if changed:
        row.revision += 1
        row.save(update_fields=["revision"])
        before, after = {"recipients": list(changed)}, {"recipients": list(changed.values())}
        audit.record("letters.greet", row, by=by, duty=duty, at=at, before=before, after=after)
    return row


def write_recipients(letter: Letter, recipients: Sequence[Receiver]) -> None:
    LetterRecipient.objects.bulk_create(
        LetterRecipient(
            letter=letter,
            organization=r.organization,
            text=r.text,
            salutation=r.salutation,
            closing=r.closing,
            address=r.address,
            order=order,
        )
        for order, r in enumerate(recipients, start=1)
    )
