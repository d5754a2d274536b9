"""Official letters: draft, number under lock, print once, keep for ever.

The register's promise: every number stands on a letter and every issued letter has one, without gaps. So the
number, the typeset bytes and the state are one transaction on the locked series; a letter that cannot be
typeset takes no number. What was issued is `frozen` + `file`, and the database refuses to change either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kpiportal import audit, files, letter_text, rules, thai
from kpiportal.letter_checks import problems_of
from kpiportal.models import Letter, LetterRecipient, LetterSeries, Membership, Organization, StoredFile, User
from kpiportal.pdf import PdfError
from kpiportal.pdf.letter import LetterText, render_letter
from kpiportal.workflow import Blocker, NotReady, Stale, Transition, advance

# What a writer types; everything else of a Letter is the engine's.
WORDS = (
    "series", "letterhead", "dated", "subject", "addressee", "references", "enclosures", "body", "closing",
    "signer", "signer_post", "owner",
)  # fmt: skip


def _may_write(user: User, letter: Letter) -> Membership | None:
    return rules.can_write_letters(user, letter.organization_id)


ISSUE = Transition(
    "letters.issue",
    "ออกเลขหนังสือ",
    "ออกเลขหนังสือ",
    frozenset({Letter.State.DRAFT}),
    Letter.State.ISSUED,
    _may_write,
    problems_of,
    asks_proof=True,
)
CANCEL = Transition(
    "letters.cancel",
    "ยกเลิกหนังสือ",
    "ยกเลิกหนังสือ (คงเลขไว้ในทะเบียน)",
    frozenset({Letter.State.ISSUED}),
    Letter.State.CANCELLED,
    _may_write,
    asks_reason=True,
    style="danger",
    asks_proof=True,
)
audit.tells(
    **{t.verb: t.done for t in (ISSUE, CANCEL)},
    **{
        "letters.open_series": "เปิดทะเบียนหนังสือส่ง",
        "letters.draft": "ร่างหนังสือ",
        "letters.save": "แก้ไขร่างหนังสือ",
        "letters.address": "กำหนดผู้รับหนังสือ",
    },
)


@dataclass(frozen=True)
class Receiver:
    """An office a letter goes to, and the words for it on the list of receivers."""

    organization: Organization
    text: str


@transaction.atomic
def open_series(
    organization: Organization,
    *,
    prefix: str,
    circular: bool,
    year: int,
    start_after: int = 0,
    by: User,
    at: dt.datetime,
) -> LetterSeries:
    """Open the register of one office, kind and calendar year พ.ศ.; the first letter draws `start_after` + 1.

    Raises ValidationError when the prefix is not a letter number's, is another office's, or is open already.
    """
    duty = rules.can_write_letters(by, organization.pk)
    if not duty:
        raise PermissionDenied
    prefix = _own_prefix(organization, prefix)
    try:
        with transaction.atomic():
            series = LetterSeries.objects.create(
                organization=organization, prefix=prefix, circular=circular, year=year, last_number=start_after
            )
    except IntegrityError as error:
        kind = "หนังสือเวียน (ว)" if circular else "หนังสือทั่วไป"
        raise ValidationError({"prefix": f"ทะเบียน{kind} {prefix} ปี {year} เปิดไว้แล้ว"}) from error
    audit.record("letters.open_series", series, by=by, duty=duty, at=at, start_after=start_after)
    return series


def _own_prefix(organization: Organization, typed: str) -> str:
    """`ชม 0017.2`, whatever digits and spaces were typed; the province's letters must be the office's own."""
    try:
        number = thai.parse_letter_number(f"{typed.strip().rstrip('/')}/1")
    except thai.InvalidLetterNumber:
        raise ValidationError({"prefix": f"อ่านหัวเลขหนังสือ “{typed}” ไม่ได้ โปรดพิมพ์ เช่น ชม 0017.2"}) from None
    own = organization.abbreviation or (organization.parent.abbreviation if organization.parent else "")
    if own and number.abbreviation != own:
        raise ValidationError({"prefix": f"หัวเลขหนังสือของหน่วยงานนี้ต้องขึ้นต้นด้วย “{own}”"})
    return number.code


@transaction.atomic
def draft_letter(
    organization: Organization, *, recipients: Sequence[Receiver] = (), by: User, at: dt.datetime, **words: Any
) -> Letter:
    """A draft; `words` are fields of WORDS. Takes no number."""
    duty = rules.can_write_letters(by, organization.pk)
    if not duty:
        raise PermissionDenied
    _check_words(organization, words)
    letter = Letter.objects.create(organization=organization, **words)
    _write_recipients(letter, recipients)
    audit.record("letters.draft", letter, by=by, duty=duty, at=at, recipients=len(recipients))
    return letter


def _check_words(organization: Organization, words: dict[str, Any]) -> None:
    unknown = words.keys() - set(WORDS)
    if unknown:
        raise TypeError(f"not words of a letter: {sorted(unknown)}")
    if "series" in words and words["series"].organization_id != organization.pk:
        raise PermissionDenied


def _open_draft(letter: Letter, *, by: User, revision: int) -> tuple[Letter, Membership]:
    """Lock a draft for a change. 403 to others, 409 when it is issued or somebody saved since `revision`."""
    row = Letter.objects.select_for_update(of=("self",)).select_related("series").get(pk=letter.pk)
    duty = _may_write(by, row)
    if not duty:
        raise PermissionDenied
    if row.state != Letter.State.DRAFT:
        raise Stale(f"หนังสือนี้{row.get_state_display()} แก้ไขไม่ได้")
    if row.revision != revision:
        raise Stale
    return row, duty


@transaction.atomic
def save_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime, **words: Any) -> Letter:
    """Keep what is typed in a draft. Raises Stale when another person saved since `revision`."""
    row, duty = _open_draft(letter, by=by, revision=revision)
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
    """Who a draft goes to, in this order; replaces the earlier list."""
    row, duty = _open_draft(letter, by=by, revision=revision)
    before = list(row.recipients.values_list("text", flat=True))
    row.recipients.all().delete()
    _write_recipients(row, recipients)
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


def _write_recipients(letter: Letter, recipients: Sequence[Receiver]) -> None:
    LetterRecipient.objects.bulk_create(
        LetterRecipient(letter=letter, organization=r.organization, text=r.text, order=order)
        for order, r in enumerate(recipients, start=1)
    )


@transaction.atomic
def issue_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime) -> Letter:
    """Take the next number, freeze every word, print once, keep the bytes.

    Raises PermissionDenied, Stale, NotReady (the typesetter's refusals among its sentences); then no number is
    taken and nothing is kept.
    """

    def number_and_print(row: Letter) -> dict[str, Any]:
        # The lock that makes numbers gapless: held until the letter is in the register.
        series = LetterSeries.objects.select_for_update().get(pk=row.series_id)
        series.last_number += 1
        series.save(update_fields=["last_number"])
        row.series = series
        text = letter_text.printed(row, number=series.last_number)
        number = letter_text.number_text(series, series.last_number)
        return {
            "number": series.last_number,
            "number_text": number,
            "frozen": letter_text.freeze(text, recipients=[r.text for r in row.recipients.all()]),
            "file": _print(row, text, number, by=by, at=at),
            "issued_at": at,
        }

    return advance(letter, ISSUE, by=by, revision=revision, at=at, prepare=number_and_print)


def _print(letter: Letter, text: LetterText, number: str, *, by: User, at: dt.datetime) -> StoredFile:
    try:
        data = render_letter(text)
    except PdfError as error:
        raise NotReady([Blocker(reason) for reason in error.reasons]) from error
    return files.store_bytes(
        data,
        name=f"{number.replace('/', '-')}.pdf",
        content_type="application/pdf",
        purpose=StoredFile.Purpose.LETTER,
        organization=letter.organization,
        by=by,
        at=at,
    )


@transaction.atomic
def cancel_letter(letter: Letter, *, by: User, revision: int, at: dt.datetime, reason: str) -> Letter:
    """The letter is void; its number stays in the register and is never used again."""
    return advance(letter, CANCEL, by=by, revision=revision, at=at, reason=reason)


def preview_letter(letter: Letter) -> bytes:
    """The draft as PDF, saved or not: watermark, no number. Raises PdfError when it cannot be typeset."""
    return render_letter(letter_text.preview(letter), variant=None)
