"""The moment a letter becomes one: its number under lock, its words frozen, its bytes kept; and its voiding."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from kpiportal import audit, files, letter_text
from kpiportal.letter_checks import problems_of
from kpiportal.letters import enclosures, held, signature
from kpiportal.letters.approval import can_write
from kpiportal.models import HeldNumber, Letter, LetterSeries, StoredFile, User
from kpiportal.pdf import PdfError
from kpiportal.pdf.letter import LetterText, lay_out_letter, render_letter
from kpiportal.workflow import Blocker, NotReady, Transition, advance

ISSUE = Transition(
    "letters.issue",
    "ออกเลขหนังสือ",
    "ออกเลขหนังสือ",
    frozenset({Letter.State.DRAFT, Letter.State.APPROVED}),
    Letter.State.ISSUED,
    can_write,
    problems_of,
    asks_proof=True,
)
CANCEL = Transition(
    "letters.cancel",
    "ยกเลิกหนังสือ",
    "ยกเลิกหนังสือ (คงเลขไว้ในทะเบียน)",
    frozenset({Letter.State.ISSUED}),
    Letter.State.CANCELLED,
    can_write,
    asks_reason=True,
    style="danger",
    asks_proof=True,
)
audit.tells(**{t.verb: t.done for t in (ISSUE, CANCEL)})


@transaction.atomic
def issue_letter(
    letter: Letter, *, by: User, revision: int, at: dt.datetime, reserved: HeldNumber | None = None
) -> Letter:
    """Take the next number (or one `reserved` by hand), freeze every word, print once, keep the bytes.

    Raises PermissionDenied, Stale, NotReady (the typesetter's refusals among its sentences); then no number is
    taken and nothing is kept.
    """

    def number_and_print(row: Letter) -> dict[str, Any]:
        row.proof_code = _proof_code(row)
        _lay_out_ahead(row)
        enclosed = enclosures.gather(row)
        # The lock that makes numbers gapless: held until the letter is in the register.
        series = LetterSeries.objects.select_for_update().get(pk=row.series_id)
        number = held.use(reserved, row, series) if reserved else _next_of(series)
        row.series = series
        text = letter_text.printed(row, number=number)
        name = letter_text.number_text(series, number)
        stored = print_text(row, text, name, by=by, at=at)
        return {
            "number": number,
            "number_text": name,
            "proof_code": row.proof_code,
            "frozen": letter_text.freeze(text, recipients=[r.text for r in row.recipients.all()]),
            "file": stored,
            "bundle": enclosed and enclosures.bundle(row, stored, enclosed, name, by=by, at=at),
            "issued_at": at,
        }

    return advance(letter, ISSUE, by=by, revision=revision, at=at, prepare=number_and_print)


def _lay_out_ahead(letter: Letter) -> None:
    """All but the number, before everybody waits for it. Raises NotReady with the typesetter's own sentences."""
    try:
        lay_out_letter(letter_text.printed(letter, number=letter.series.last_number + 1))
    except PdfError as error:
        raise _refused(error) from error


def _refused(error: PdfError) -> NotReady:
    return NotReady([Blocker(reason) for reason in error.reasons])


def _proof_code(letter: Letter) -> str:
    """16 signs nobody can guess: 96 bits of an HMAC, so that a letter that is set again is the same letter."""
    made = salted_hmac("kpiportal.letters.proof", str(letter.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made[:12]).decode()


def _next_of(series: LetterSeries) -> int:
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series.last_number


def print_text(letter: Letter, text: LetterText, number: str, *, by: User, at: dt.datetime) -> StoredFile:
    """Typeset and keep. Raises NotReady with the typesetter's own sentences."""
    try:
        data = render_letter(text)
        if signature.is_on():
            data = signature.sign(data)
    except PdfError as error:
        raise _refused(error) from error
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
