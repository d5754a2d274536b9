"""The reminders' part of the table."""

from __future__ import annotations

from kpiportal.reminding import links
from kpiportal.tests.matrix.row import EVERYBODY, Row, each

REMINDING = [
    Row("reminding:choice_list", get=each(EVERYBODY, code=200), post=each(EVERYBODY, code=302), shared=True),
    # The signed link is what counts, whoever presses it.
    Row("reminding:stop", lambda p: [links.stop_url(p.agency_duty.user).split("/")[-2]], get=each(EVERYBODY, code=200),
        post=each(EVERYBODY, code=200), public=True, anonymous=200, shared=True),
    Row("reminding:line_code", post=each(EVERYBODY, code=302), shared=True),
    Row("reminding:line_leave", post=each(EVERYBODY, code=302), shared=True),
    # Only what LINE has signed is read.
    Row("reminding:line_event", post=each(EVERYBODY, code=403), public=True, anonymous=403, shared=True),
]  # fmt: skip
