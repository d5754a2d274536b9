"""The letters' own part of the table: what the kernel's room of letters opens."""

from __future__ import annotations

from kpiportal.tests.matrix.row import EVERYBODY, Row, each

LETTERS = [
    Row("letters:proof", lambda p: [p.called_meeting.letter.proof_code], get=each(EVERYBODY, code=200), public=True,
        anonymous=200, shared=True),
]  # fmt: skip
