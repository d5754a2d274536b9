"""The words of a letter as they stand on paper: Thai digits, dates written out, every word frozen at issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from django.conf import settings
from django.urls import reverse

from kpiportal import thai
from kpiportal.letter_fields import fill
from kpiportal.letters import emblems
from kpiportal.models import Letter, LetterRecipient, LetterSeries
from kpiportal.pdf.letter import EMBLEM_ON_PAPER, EMBLEM_PLACEHOLDER, EXTERNAL, MEMO, STAMPED, LetterText
from kpiportal.thai import on_paper

TEMPLATES = {Letter.Kind.EXTERNAL: EXTERNAL, Letter.Kind.MEMO: MEMO, Letter.Kind.STAMPED: STAMPED}
# Stands in a preview where nothing has been typed yet.
BLANK = "……………………"


def number_text(series: LetterSeries, number: int | str) -> str:
    """`ชม 0017.2/ว 75275`: stored with Arabic digits, printed with Thai ones."""
    return f"{series.prefix}/{'ว ' if series.circular else ''}{number}".rstrip()


def printed(letter: Letter, *, number: int) -> LetterText:
    """The letter as it will be issued under this number."""
    return _text(letter, number_text(letter.series, number), draft=False)


def preview(letter: Letter) -> LetterText:
    """The draft as it stands: watermark, no number, dots where something is still missing."""
    return _text(letter, number_text(letter.series, ""), draft=True)


def addressed(text: LetterText, receiver: LetterRecipient) -> LetterText:
    """The same letter as one receiver of its list gets it: greeted by its own post, its copy proved by itself."""
    proof = f"{text.proof.rstrip('/')}.{receiver.order}/" if text.proof else ""
    salutation = receiver.salutation or text.salutation
    closing = receiver.closing or text.closing
    return replace(text, recipient=on_paper(receiver.text), salutation=salutation, closing=closing, proof=proof)


def merged(body: Sequence[str], receiver: LetterRecipient) -> list[str]:
    """The paragraphs with the receiver's fields put in."""
    values = {"ผู้รับ": receiver.text, "หน่วยงานผู้รับ": receiver.organization.full_name}
    return [fill(paragraph, values) for paragraph in body]


def freeze(text: LetterText, *, recipients: Sequence[str]) -> dict[str, Any]:
    """Every printed word as JSON values, enough to typeset the same bytes again."""
    return {"template": text.template, "text": _plain(asdict(text)), "recipients": list(recipients)}


def thaw(frozen: dict[str, Any]) -> LetterText:
    """The words of an issued letter, from what `freeze` kept; older letters lack the newer fields."""
    kept = frozen["text"]
    return LetterText(**{f.name: _tuple(kept[f.name]) for f in fields(LetterText) if f.name in kept})


def proof_address(letter: Letter) -> str:
    """Where whoever holds the paper may ask for it; "" before it is issued."""
    return settings.BASE_URL + reverse("letters:proof", args=[letter.proof_code]) if letter.proof_code else ""


def _text(letter: Letter, number: str, *, draft: bool) -> LetterText:
    def one(value: str) -> str:
        return on_paper(value) or (BLANK if draft else "")

    def many(values: Sequence[str], *, needed: bool = False) -> tuple[str, ...]:
        return tuple(on_paper(value) for value in values) or ((BLANK,) if draft and needed else ())

    is_external = letter.kind == Letter.Kind.EXTERNAL
    return LetterText(
        template=TEMPLATES[Letter.Kind(letter.kind)],
        number=thai.to_thai_digits(number),
        sender_lines=many(letter.letterhead, needed=True),
        date=thai.date_text(letter.dated, thai_digits=True),
        subject=one(letter.subject),
        recipient=one(letter.addressee),
        references=many(letter.references),
        enclosures=many(letter.enclosures),
        body=many(letter.body, needed=True),
        closing=one(letter.closing) if is_external else letter.closing,
        salutation=letter.salutation,
        signer_rank=on_paper(letter.signer_rank),
        rank_inside=letter.rank_inside,
        signer=one(letter.signer),
        position_lines=many(letter.signer_post, needed=True),
        owner_lines=many(letter.owner) if letter.kind == Letter.Kind.MEMO else (*many(letter.owner), *_reached(letter)),
        reached=" ".join(_reached(letter)) if letter.kind == Letter.Kind.MEMO else "",
        urgency=urgency_of(letter),
        copies_to=many(letter.copies_to),
        names=(on_paper(letter.signer), letter.organization.name),
        emblem=_emblem(letter, draft=draft),
        proof=proof_address(letter),
        draft=draft,
    )


def urgency_of(letter: Letter) -> str:
    """One line, or three: ด่วนภายใน, the day, the time (ข้อ 28)."""
    if letter.urgency != Letter.Urgency.WITHIN:
        return letter.urgency
    if letter.urgent_by is None:
        return f"{letter.urgency}\n{BLANK}"
    day, time = thai.date_text(letter.urgent_by, short=True), thai.time_text(letter.urgent_by)
    return on_paper("\n".join([letter.urgency, day, time.removeprefix("เวลา ")]))


def _reached(letter: Letter) -> list[str]:
    """โทร. โทรสาร ไปรษณีย์อิเล็กทรอนิกส์, what there is of them; an address stays in its own letters."""
    labels = (("โทร.", on_paper(letter.phone)), ("โทรสาร", on_paper(letter.fax)), ("ไปรษณีย์อิเล็กทรอนิกส์", letter.email))
    return [f"{label} {value}" for label, value in labels if value]


def _emblem(letter: Letter, *, draft: bool) -> str:
    """The office's own, where it has given one; else room on emblem paper, shown as a frame in a draft."""
    if not letter.emblem_paper and (given := emblems.data_uri_of(letter.organization)):
        return given
    return EMBLEM_PLACEHOLDER if draft else EMBLEM_ON_PAPER


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
