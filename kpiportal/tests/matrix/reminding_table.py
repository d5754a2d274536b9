"""The reminders' part of the table."""

from __future__ import annotations

from kpiportal.reminding import links
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

_KEEPERS = (*WRITERS, "neighbour", "director")
_SEES_PARTY = ("governor", "viewer", *HOST, *OTHER_HOST, *OPDC)

REMINDING = [
    Row("reminding:choice_list", get=each(EVERYBODY, code=200), post=each(EVERYBODY, code=302), shared=True),
    # The signed link is what counts, whoever presses it.
    Row("reminding:stop", lambda p: [links.stop_url(p.agency_duty.user).split("/")[-2]], get=each(EVERYBODY, code=200),
        post=each(EVERYBODY, code=200), public=True, anonymous=200, shared=True),
    Row("reminding:plan_list", get={"director": 200}, other=403, shared=True),
    Row("reminding:plan_edit", lambda p: ["report.file", 2558, 0, 0], get={"director": 200}, post={"director": 302},
        other=403, shared=True, data=lambda p: {"before": "7", "after": "1"}),
    # A party's own steps: its office. Its people, OPDC and the operator see that there is such a place.
    Row("reminding:plan_edit", lambda p: ["report.file", 2558, 12, p.agreement.owner_id],
        get={**each(WRITERS, code=200), **each(*_SEES_PARTY, code=403)},
        post={**each(WRITERS, code=302), **each(*_SEES_PARTY, code=403)},
        data=lambda p: {"before": "7", "after": "1"}, label="reminding:plan_edit:party"),
    Row("reminding:text_list", get={"director": 200}, other=403, shared=True),
    Row("reminding:text_edit", lambda p: ["reminder", 0], get={"director": 200}, post={"director": 302}, other=403,
        shared=True, data=lambda p: {"subject": "${headline}", "body": "${items} ${url}", "revision": 0}),
    Row("reminding:webhook_set", get=each(*_KEEPERS, code=200), post=each(*_KEEPERS, code=422), other=403, shared=True,
        data=lambda p: {"url": "http://10.0.0.1/"}),
    Row("reminding:webhook_remove", post=each(*_KEEPERS, code=404), other=403, shared=True),
    Row("reporting:round_reminders", lambda p: [p.round.pk], get={**each(PARTY, OPDC, code=200),
        **each(HOST, OTHER_HOST, code=403)}),
    Row("reporting:round_reminder_try", lambda p: [p.round.pk], post={**each(PARTY, OPDC, code=409),
        **each(HOST, OTHER_HOST, code=403)}),
    # Nobody is late on the day of the matrix.
    Row("reporting:round_chase", lambda p: [p.round.pk],
        post={**each(WRITERS, code=409), **each("governor", "viewer", OPDC, HOST, OTHER_HOST, code=403)}),
    Row("reminding:line_code", post=each(EVERYBODY, code=302), shared=True),
    Row("reminding:line_leave", post=each(EVERYBODY, code=302), shared=True),
    # Only what LINE has signed is read.
    Row("reminding:line_event", post=each(EVERYBODY, code=403), public=True, anonymous=403, shared=True),
]  # fmt: skip
