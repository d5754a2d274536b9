"""The words of a letter as they stand on paper: Thai digits, dates written out, every word frozen at issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from kpiportal import thai
from kpiportal.models import Letter, LetterSeries
from kpiportal.pdf.letter import EMBLEM_ON_PAPER, EMBLEM_PLACEHOLDER, EXTERNAL, LetterText
from kpiportal.thai import on_paper

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


def freeze(text: LetterText, *, recipients: Sequence[str]) -> dict[str, Any]:
    """Every printed word as JSON values, enough to typeset the same bytes again."""
    return {"template": EXTERNAL, "text": _plain(asdict(text)), "recipients": list(recipients)}


def thaw(frozen: dict[str, Any]) -> LetterText:
    """The words of an issued letter, from what `freeze` kept."""
    return LetterText(**{f.name: _tuple(frozen["text"][f.name]) for f in fields(LetterText)})


def _text(letter: Letter, number: str, *, draft: bool) -> LetterText:
    def one(value: str) -> str:
        return on_paper(value) or (BLANK if draft else "")

    def many(values: Sequence[str], *, needed: bool = False) -> tuple[str, ...]:
        return tuple(on_paper(value) for value in values) or ((BLANK,) if draft and needed else ())

    return LetterText(
        number=thai.to_thai_digits(number),
        sender_lines=many(letter.letterhead, needed=True),
        date=thai.date_text(letter.dated, thai_digits=True),
        subject=one(letter.subject),
        recipient=one(letter.addressee),
        references=many(letter.references),
        enclosures=many(letter.enclosures),
        body=many(letter.body, needed=True),
        closing=one(letter.closing),
        signer=one(letter.signer),
        position_lines=many(letter.signer_post, needed=True),
        owner_lines=many(letter.owner),
        names=(on_paper(letter.signer), letter.organization.name),
        emblem=EMBLEM_PLACEHOLDER if draft else EMBLEM_ON_PAPER,
        draft=draft,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
