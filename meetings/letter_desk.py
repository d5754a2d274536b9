"""What the desk of letters does besides workflow actions: begins a draft from a template, looks up, shows."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from agreements.models import Agreement
from kpiportal import letters, thai
from kpiportal.letter_fields import fill
from kpiportal.letters import CHAIN, signers, standing_words
from kpiportal.letters.approval import DISCARD, RECALL, RESTORE, move_letter
from kpiportal.letters.standing import memo_words
from kpiportal.models import Letter, LetterSeries, LetterTemplate, Organization, ReceivedLetter, Role, User
from kpiportal.models.people import Kind
from kpiportal.pdf.raster import pages_as_pictures
from kpiportal.recipients import holders
from kpiportal.workflow import Stale, Transition
from meetings import letter_notices, planning, register

__all__ = ["CHAIN", "OF_VERB", "begin", "example_of", "move", "pictures_of", "references", "templates_for"]
PREVIEW_DOTS = 90  # an inch: readable on the screen, 60 kB a page
PREVIEW_PAGES = 4
MOST_FOUND = 8


def templates_for(offices: Iterable[Organization]) -> QuerySet[LetterTemplate]:
    """What letters of these offices may begin with: their own words before the common ones."""
    found = LetterTemplate.objects.none()
    for office in offices:
        found = found | LetterTemplate.objects.used_by(office)
    return found


def begin(
    *, office: Organization, template: LetterTemplate | None, dated: dt.date, by: User, at: dt.datetime
) -> Letter:
    """A draft with the template's words, the office's name and the fiscal year put in. NotReady without a register."""
    words: dict[str, Any] = {"dated": dated, "subject": "", "addressee": "", "body": []}
    if template:
        words |= words_of(template, office=office, dated=dated)
    circular = bool(template and template.circular)
    return letters.draft_letter(office, circular=circular, by=by, at=at, **words)


def words_of(template: LetterTemplate, *, office: Organization, dated: dt.date) -> dict[str, Any]:
    """The template's words with the fields put in that are known when a letter is begun."""
    year = _year_spoken_of(office, dated)
    values = {"หน่วยงาน": office.full_name, "ปีงบประมาณ": str(year), "ปีงบประมาณถัดไป": str(year + 1)}
    words: dict[str, Any] = {
        "kind": template.kind,
        "subject": fill(template.subject, values),
        "addressee": fill(template.addressee, values),
        "body": [fill(paragraph, values) for paragraph in template.body],
    }
    if template.kind == Letter.Kind.MEMO:
        words |= memo_words(office, on=dated)
    if template.kind == Letter.Kind.STAMPED:
        # Over the stamp stands the office's name, not its address as at the head of a letter (form 3).
        words |= {"salutation": "ถึง", "closing": "", "letterhead": [office.full_name]}
    return words


def _year_spoken_of(office: Organization, on: dt.date) -> int:
    """The fiscal year whose reports the office waits for, else the one that day lies in."""
    agreements = Agreement.objects.all() if office.kind == Kind.OPDC else Agreement.objects.filter(owner=office)
    reported = planning.reporting(agreements, on=on)
    return reported.fiscal_year if reported else thai.fiscal_year(on)


def example_of(template: LetterTemplate, *, office: Organization, dated: dt.date) -> Letter:
    """An unsaved letter that begins with these words, for its picture."""
    register = LetterSeries(organization=office, prefix="", circular=template.circular, year=thai.be_year(dated.year))
    words = {**standing_words(office, on=dated), **words_of(template, office=office, dated=dated)}
    return Letter(organization=office, series=register, dated=dated, **words)


@transaction.atomic
def move(
    letter: Letter, transition: Transition, *, by: User, revision: int, at: dt.datetime, reason: str = ""
) -> Letter:
    """One arrow of the chain, and who has to read it next is told. Raises as the engine does."""
    if transition is DISCARD and hasattr(letter, "meeting"):
        raise Stale("ร่างนี้เป็นหนังสือเชิญของการประชุม ถ้าไม่ประชุมแล้วให้ยกเลิกการประชุมแทน")
    letter = move_letter(letter, transition, by=by, revision=revision, at=at, reason=reason)
    if transition not in (RECALL, DISCARD, RESTORE):
        people = [person for person in _next_readers(letter, at) if person != by]
        letter_notices.waiting(letter, people, at=at)
    return letter


OF_VERB = {transition.verb: partial(move, transition=transition) for transition in CHAIN}


def _next_readers(letter: Letter, at: dt.datetime) -> list[User]:
    on = thai.day_in_bangkok(at)
    if letter.state == Letter.State.CHECKING:
        return holders(letter.organization_id, Role.OFFICE_HEAD, Role.CLUSTER_HEAD, Role.DIRECTOR, on=on)
    if letter.state == Letter.State.SIGNING:
        return signers.signers_of(letter, on=on)
    return holders(letter.organization_id, Role.COORDINATOR, Role.NEGOTIATOR, on=on)


def pictures_of(letter: Letter) -> list[str]:
    """The draft's first pages as data URIs. Raises PdfError."""
    data = letters.preview_letter(letter)
    found = []
    for picture in pages_as_pictures(data, dots_per_inch=PREVIEW_DOTS, most=PREVIEW_PAGES):
        out = io.BytesIO()
        picture.quantize(48).save(out, "PNG")
        found.append("data:image/png;base64," + base64.b64encode(out.getvalue()).decode())
    return found


def references(letter: Letter, text: str) -> list[str]:
    """Lines for อ้างถึง: `หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558`, newest first."""
    if len(text) < 2:
        return []
    sent = register.matching(Letter.objects.numbered().filter(organization=letter.organization), text)
    sent_lines = [
        _line(letter.organization.full_name, row.number_text, row.dated) for row in sent.order_by("-dated")[:MOST_FOUND]
    ]
    words = Q()
    for word in text.split():
        forms = {word, thai.to_arabic_digits(word), thai.to_thai_digits(word)}
        hit = Q()
        for form in forms:
            hit |= Q(subject__icontains=form) | Q(sender__icontains=form) | Q(number_text__icontains=form)
        words &= hit
    received = ReceivedLetter.objects.filter(words, register__organization=letter.organization).order_by("-dated")
    return sent_lines + [_line(row.sender, row.number_text, row.dated) for row in received[:MOST_FOUND]]


def _line(office: str, number: str, dated: dt.date) -> str:
    name = office if office.startswith("หนังสือ") else f"หนังสือ{office}"
    return f"{name} ที่ {number} ลงวันที่ {thai.date_text(dated)}"
