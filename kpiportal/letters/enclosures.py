"""Files that go with a letter: kept with a draft in the order of สิ่งที่ส่งมาด้วย, merged behind it at issue.

The letter itself stays a file of its own, for only it is the archive PDF whose hash proves it; what others made
(enclosures) cannot be made one by putting it behind.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings

import pypdf
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from pypdf.errors import PyPdfError

from kpiportal import audit, files
from kpiportal.letters.drafts import open_draft
from kpiportal.models import Letter, LetterEnclosure, StoredFile, User
from kpiportal.workflow import Blocker, NotReady

MOST_FILES = 12
MOST_PAGES = 400  # of one letter's enclosures together
_NOT_WHOLE = (PyPdfError, ValueError, KeyError, RecursionError, files.FileDamaged)

audit.tells(
    **{
        "letters.enclose": "แนบสิ่งที่ส่งมาด้วย",
        "letters.unenclose": "นำสิ่งที่ส่งมาด้วยออก",
    }
)


@transaction.atomic
def enclose(
    letter: Letter, upload: UploadedFile, *, name: str, copies: int = 1, unit: str = "ฉบับ", by: User, at: dt.datetime
) -> LetterEnclosure:
    """Keep a PDF with a draft and name it on the letter: `แบบรายงาน จำนวน 2 ชุด`.

    Raises PermissionDenied, Stale; UploadRefused for a file that is locked, broken or does something by itself;
    ValidationError for what is no PDF or too much of it.
    """
    row, duty = open_draft(letter, by=by, revision=None)
    there = list(row.files.all())
    if len(there) >= MOST_FILES:
        raise ValidationError({"file": f"แนบได้ไม่เกิน {MOST_FILES} ไฟล์"})
    stored = files.store(upload, by=by, organization=row.organization, at=at, purpose=StoredFile.Purpose.ENCLOSURE)
    pages = _pages_of(stored)
    if sum(other.pages for other in there) + pages > MOST_PAGES:
        raise ValidationError({"file": f"สิ่งที่ส่งมาด้วยรวมกันเกิน {MOST_PAGES} หน้า"})
    line = f"{name} จำนวน {copies} {unit}"
    made = LetterEnclosure.objects.create(
        letter=row, line=line, pages=pages, order=max((other.order for other in there), default=0) + 1, file=stored
    )
    _name_on_letter(row, [*row.enclosures, line])
    audit.record("letters.enclose", row, by=by, duty=duty, at=at, name=line, pages=pages, sha256=stored.sha256)
    return made


@transaction.atomic
def unenclose(enclosure: LetterEnclosure, *, by: User, at: dt.datetime) -> None:
    """Take a file and its line off a draft. PermissionDenied, Stale."""
    row, duty = open_draft(enclosure.letter, by=by, revision=None)
    _name_on_letter(row, [line for line in row.enclosures if line != enclosure.line])
    audit.record("letters.unenclose", row, by=by, duty=duty, at=at, name=enclosure.line)
    enclosure.delete()


def _name_on_letter(letter: Letter, lines: list[str]) -> None:
    letter.enclosures = lines
    letter.revision += 1
    letter.save(update_fields=["enclosures", "revision"])


def _pages_of(stored: StoredFile) -> int:
    if stored.content_type != "application/pdf":
        raise ValidationError({"file": "สิ่งที่ส่งมาด้วยต้องเป็นไฟล์ PDF เพื่อรวมเล่มกับหนังสือได้ โปรดบันทึกเป็น PDF ก่อน"})
    with files.open_stored(stored) as file:
        try:
            return len(_reader(file.read()).pages)
        except (PyPdfError, ValueError, KeyError, RecursionError) as error:
            raise ValidationError({"file": "เปิดไฟล์ PDF นี้ไม่ได้ ไฟล์อาจเสียหายหรือตั้งรหัสผ่านไว้"}) from error


def _reader(data: bytes) -> pypdf.PdfReader:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it grumbles at what it can mend
        return pypdf.PdfReader(io.BytesIO(data), strict=False)


def gather(letter: Letter) -> pypdf.PdfWriter | None:
    """Everything enclosed, page after page, with room before it for the letter; None when nothing is.

    Reading what others made is the slow part, so it is done before the register is locked. Raises NotReady for a file
    not whole.
    """
    rows = list(letter.files.select_related("file"))
    if not rows:
        return None
    writer = pypdf.PdfWriter()
    try:
        for row in rows:
            _take_in(writer, row.file)
    except _NOT_WHOLE as error:
        raise NotReady([Blocker("รวมไฟล์สิ่งที่ส่งมาด้วยไม่ได้ โปรดนำไฟล์ออกแล้วแนบใหม่", field="enclosures")]) from error
    return writer


def bundle(
    letter: Letter, printed: StoredFile, enclosed: pypdf.PdfWriter, number: str, *, by: User, at: dt.datetime
) -> StoredFile:
    """The letter before what `gather` gave. It claims no archive profile: that would be true of the letter only."""
    _take_in(enclosed, printed, first=True)
    enclosed.add_metadata({"/Title": letter.subject})
    out = io.BytesIO()
    enclosed.write(out)
    return files.store_bytes(
        out.getvalue(), name=f"{number.replace('/', '-')} พร้อมสิ่งที่ส่งมาด้วย.pdf", content_type="application/pdf",
        purpose=StoredFile.Purpose.LETTER, organization=letter.organization, by=by, at=at,
    )  # fmt: skip


def _take_in(writer: pypdf.PdfWriter, stored: StoredFile, *, first: bool = False) -> None:
    with warnings.catch_warnings(), files.open_stored(stored) as file:
        warnings.simplefilter("ignore")
        writer.merge(0 if first else None, _reader(file.read()), import_outline=False)
