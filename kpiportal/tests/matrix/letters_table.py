"""The letters' part of the table: the desk, files that go with a letter, the page of the proof."""

from __future__ import annotations

from typing import Any

from kpiportal import letters
from kpiportal.letters import enclosures
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix import letter_office_table
from kpiportal.tests.matrix.letter_office_table import LETTER_OFFICE
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, PARTY, WRITERS, Row, each
from meetings import testing as meetings
from reporting import testing as reporting

_SEES_DRAFT = each(PARTY, code=200)
_SEES_ISSUED = each(PARTY, HOST, OPDC, code=200)


def made(cast: Cast) -> dict[str, Any]:
    """A letter of the province with a file behind it, as a draft and issued to one of its agencies."""
    words = {"subject": "ส่งเอกสาร", "addressee": "คลังจังหวัด", "body": ["จึงเรียนมาเพื่อทราบ"], **meetings.SIGNED}
    words["signer"] = cast.governor.full_name
    facts = {"series": meetings.make_series(cast), "dated": meetings.DATED, **words}
    found = {}
    for name in ("draft_letter", "issued_letter"):
        receivers = [letters.Receiver(cast.agency, "คลังจังหวัด")]
        letter = letters.draft_letter(
            cast.province, recipients=receivers, by=cast.coordinator, at=meetings.PLANNED, **facts
        )
        row = enclosures.enclose(letter, reporting.upload(), name="บัญชี", by=cast.coordinator, at=meetings.PLANNED)
        found |= {name: row.letter, f"{name}_file": row}
    found["issued_letter"] = letters.issue_letter(
        found["issued_letter"], by=cast.coordinator, revision=1, at=meetings.PLANNED
    )
    return found | letter_office_table.made(cast)


def _may(code: int, *seers: tuple[str, ...]) -> dict[str, int]:
    return {**each(*(seers or (PARTY,)), code=403), **each(WRITERS, code=code)}


def _revision(place: Any) -> dict[str, Any]:
    return {"revision": place.draft_letter.revision}


_DESKS = (*WRITERS, "neighbour", "negotiator", "director")
LETTERS = [
    Row("meetings:letter_start", get=each(_DESKS, code=200), post=each(_DESKS, code=422), other=403, shared=True),
    Row("meetings:letter_picture", lambda p: [p.draft_letter.pk], post=_may(200), data=_revision),
    Row("meetings:letter_docx", lambda p: [p.draft_letter.pk], get=_SEES_DRAFT),
    Row("meetings:letter_docx", lambda p: [p.issued_letter.pk], get=_SEES_ISSUED, label="meetings:letter_docx:issued"),
    Row("meetings:letter_move", lambda p: [p.draft_letter.pk, "submit"], post=_may(302), data=_revision),
    Row("meetings:reference_find", lambda p: [p.draft_letter.pk], get=_may(200)),
    Row("meetings:enclosure_add", lambda p: [p.draft_letter.pk], post=_may(422)),
    Row("meetings:enclosure_file", lambda p: [p.draft_letter_file.pk], get=_SEES_DRAFT),
    Row("meetings:enclosure_file", lambda p: [p.issued_letter_file.pk], get=_SEES_ISSUED,
        label="meetings:enclosure_file:issued"),
    Row("meetings:enclosure_remove", lambda p: [p.draft_letter_file.pk], post=_may(302)),
    Row("meetings:scan_attach", lambda p: [p.issued_letter.pk], post=_may(422, PARTY, HOST, OPDC)),
    Row("meetings:letter_part", lambda p: [p.issued_letter.pk, "bundle"], get=_SEES_ISSUED),
    Row("meetings:letter_receivers", lambda p: [p.draft_letter.pk], get=_may(200), post=_may(302), data=_revision),
    Row("meetings:letter_greetings", lambda p: [p.draft_letter.pk], get=_may(200), post=_may(422)),
    Row("meetings:letter_print", lambda p: [p.issued_letter.pk], post=_may(302, PARTY, HOST, OPDC)),
    Row("meetings:letter_copies", lambda p: [p.issued_letter.pk], get=_may(200, PARTY, HOST, OPDC)),
    Row("meetings:letter_labels", lambda p: [p.issued_letter.pk], get=_may(200, PARTY, HOST, OPDC)),
    # For whoever holds the paper, signed in or not.
    Row("letters:proof", lambda p: [p.called_meeting.letter.proof_code], get=each(EVERYBODY, code=200), public=True,
        anonymous=200, shared=True),
    *LETTER_OFFICE,
]  # fmt: skip
