"""Many copies: one of a circular for each receiver, or a letter and a number of its own where the words differ.

A worker does them in steps (kpiportal/jobs.py): a copy exists when its row names its file, a number stands when its
letter does, so a step that dies is done again from the start and nothing is there twice. When the last copy is there,
all of them are put into one ZIP: each file, all in one for the printer, and labels.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from kpiportal import audit, documents, files, jobs, letter_text, step_up
from kpiportal.letter_checks import problems_of
from kpiportal.letter_fields import OF_RECEIVER, fields_in
from kpiportal.letters import labels
from kpiportal.letters.approval import can_write
from kpiportal.letters.drafts import WORDS
from kpiportal.letters.issuing import issue_letter, print_text
from kpiportal.models import Job, Letter, LetterEnclosure, LetterRecipient, StoredFile, User
from kpiportal.workflow import Blocker, NotReady, Stale

KIND = Job.Kind.PRINT_LETTERS
TWO_WORKERS_FROM = 100  # receivers: fewer are done before a second worker has looked
MAKER = "letter_copies"

audit.tells(**{"letters.print": "จัดพิมพ์หนังสือตามรายชื่อผู้รับ"})


def is_merged(letter: Letter) -> bool:
    """Whether its words differ by receiver, so that each gets a letter and a number of its own."""
    return bool(fields_in([letter.subject, *letter.body]) & OF_RECEIVER.keys())


def left(letter: Letter) -> QuerySet[LetterRecipient]:
    """Receivers who have no copy yet, or no letter of their own where they need one."""
    rows = letter.recipients.order_by("order")
    if letter.state in Letter.NUMBERED:
        return rows.filter(file__isnull=True)
    done = Letter.objects.filter(master=letter).values("recipients__organization")
    return rows.exclude(organization__in=done)


@transaction.atomic
def order(letter: Letter, *, by: User, at: dt.datetime) -> list[Job]:
    """Have the copies made that are missing. Raises PermissionDenied, Stale, NotReady, ProofNeeded (for numbers)."""
    row = Letter.objects.select_for_update(of=("self",)).select_related("series", "organization").get(pk=letter.pk)
    duty = can_write(by, row)
    if not duty:
        raise PermissionDenied
    if row.state == Letter.State.ISSUED:
        found = []
    elif row.state in (Letter.State.DRAFT, Letter.State.APPROVED) and is_merged(row):
        found = problems_of(row)
        if not found:
            step_up.require("ออกเลขหนังสือตามรายชื่อผู้รับ")  # where somebody sits: a worker has nobody to ask
    else:
        raise Stale("ออกเลขหนังสือก่อน แล้วจึงจัดพิมพ์ตามรายชื่อผู้รับ")
    waiting = list(left(row).values_list("pk", flat=True))
    if not row.recipients.exists():
        found = [*found, Blocker("ยังไม่ได้เลือกผู้รับหนังสือ", field="recipients")]
    if found:
        raise NotReady(found)
    if under_way(row):
        raise Stale("กำลังจัดพิมพ์หนังสือนี้อยู่")
    audit.record("letters.print", row, by=by, duty=duty, at=at, receivers=len(waiting))
    parts = [waiting[n::2] for n in range(2)] if len(waiting) > TWO_WORKERS_FROM else [waiting]
    facts = {"subject": _about(row), "title": f"จัดพิมพ์หนังสือ {row.number_text or row.subject}"[:300]}
    return [jobs.start(KIND, [[row.pk, pk] for pk in part], by=by, at=at, **facts) for part in parts if part]


def _about(letter: Letter) -> str:
    return f"letter:{letter.pk}"


def under_way(letter: Letter) -> bool:
    return Job.objects.unfinished().filter(kind=KIND, subject=_about(letter)).exists()


def archives(letter: Letter, *, by: User) -> list[Job]:
    """What this person has had put together of its copies, the newest first."""
    return documents.ordered(_about(letter), by)


@jobs.handler(KIND)
def _print_some(job: Job, rows: list[list[int]], at: dt.datetime) -> None:
    """Copies of one letter; what the typesetter refuses is kept as a line of the job and stops no other."""
    by = User.objects.get(pk=job.owner_id)
    letters = Letter.objects.select_related("series", "organization", "signatory")
    letter = letters.get(pk=rows[0][0])
    if not can_write(by, letter):
        raise PermissionDenied
    receivers = left(letter).filter(pk__in=[pk for _, pk in rows]).select_related("organization")
    make = _copy if letter.state in Letter.NUMBERED else _own_letter
    for receiver in receivers:
        try:
            with transaction.atomic():
                make(letter, receiver, by=by, at=at)
        except NotReady as refusal:
            job.findings.append({"row": receiver.order, "text": f"{receiver.text}: {refusal.blockers[0].text}"})
    # One after the other: of two workers that end together the second sees what the first has done.
    Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if not left(letter).exists():
        documents.order(MAKER, letter.pk, subject=_about(letter), title=_zip_title(letter), by=by, at=at)


def _zip_title(letter: Letter) -> str:
    return f"หนังสือตามรายชื่อผู้รับ {letter.number_text or letter.subject}"[:300]


def _copy(letter: Letter, receiver: LetterRecipient, *, by: User, at: dt.datetime) -> None:
    """The issued letter, greeted to this receiver; the same number, the same text."""
    text = letter_text.addressed(letter_text.thaw(letter.frozen or {}), receiver)
    receiver.file = print_text(letter, text, f"{letter.number_text} {receiver.order:03} {receiver.text}", by=by, at=at)
    receiver.save(update_fields=["file"])


def _own_letter(master: Letter, receiver: LetterRecipient, *, by: User, at: dt.datetime) -> None:
    """A letter of its own out of the master draft, numbered like any other."""
    words = {name: getattr(master, name) for name in WORDS}
    words |= {
        "subject": letter_text.merged([master.subject], receiver)[0],
        "body": letter_text.merged(master.body, receiver),
        "addressee": receiver.text,
        "salutation": receiver.salutation or master.salutation,
        "closing": receiver.closing or master.closing,
    }
    letter = Letter.objects.create(organization=master.organization, master=master, **words)
    LetterRecipient.objects.create(
        letter=letter, organization=receiver.organization, text=receiver.text, address=receiver.address, order=1
    )
    LetterEnclosure.objects.bulk_create(
        LetterEnclosure(letter=letter, line=row.line, pages=row.pages, order=row.order, file=row.file)
        for row in master.files.all()
    )
    issue_letter(letter, by=by, revision=0, at=at)


@documents.maker(MAKER)
def _zip(key: int, by: User, at: dt.datetime, progress: documents.Progress) -> documents.Document:
    """Everything in one archive, in the order of the list of receivers."""
    letter = Letter.objects.select_related("organization").get(pk=key)
    if not can_write(by, letter):
        raise PermissionDenied
    rows = list(_printed(letter))
    out = io.BytesIO()
    pages = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # PDFs are packed already
        for done, (name, stored) in enumerate(rows):
            with files.open_stored(stored) as file:
                pages.append(file.read())
            archive.writestr(_entry(name), pages[-1])
            if done % 50 == 0:
                progress(done, len(rows))
        archive.writestr(_entry("รวมทุกฉบับ.pdf"), joined(pages))
        archive.writestr(_entry("ป้ายจ่าหน้าซอง.pdf"), labels.of(letter))
    name = f"{_zip_title(letter).replace('/', '-')}.zip"
    return documents.Document(name, "application/zip", out.getvalue(), letter.organization, "")


def _entry(name: str) -> zipfile.ZipInfo:
    """One date for all: an archive of the same letters is the same archive."""
    return zipfile.ZipInfo(name.replace("/", "-"), (2000, 1, 1, 0, 0, 0))


def _printed(letter: Letter) -> Iterator[tuple[str, StoredFile]]:
    if letter.state in Letter.NUMBERED:
        for receiver in letter.recipients.exclude(file=None).select_related("file"):
            yield f"{receiver.order:03} {receiver.text}.pdf", receiver.file
    else:
        for own in Letter.objects.filter(master=letter, number__isnull=False).select_related("file", "bundle"):
            yield f"{own.number:06} {own.addressee}.pdf", own.bundle or own.file


def joined(parts: list[bytes]) -> bytes:
    """One PDF of PDFs we made ourselves, page after page; by the C library, for there may be hundreds."""
    import pypdfium2  # noqa: PLC0415 -- a C library, wanted by few requests

    whole = pypdfium2.PdfDocument.new()
    try:
        for part in parts:
            source = pypdfium2.PdfDocument(part)
            whole.import_pages(source)
            source.close()
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue()
    finally:
        whole.close()
