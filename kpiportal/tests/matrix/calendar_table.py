"""Who may do what with a year's calendar, its circular, the hosts' table and the papers for Word."""

from __future__ import annotations

from typing import Any

from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

_SEES = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
_DUTIES = {who: 200 for who in EVERYBODY if who != "nobody"}
_KEEPERS = ("negotiator", "director")


def _kept(code: int) -> dict[str, int]:
    """What OPDC's keepers get; everybody else who sees the framework is refused."""
    return {**dict.fromkeys(_DUTIES, 403), **each(_KEEPERS, code=code)}


def _framework(place: Any) -> list[int]:
    return [place.rule.framework_id]


CALENDAR = [
    Row("agreements:framework_year", _framework, get=_DUTIES, shared=True),
    Row("agreements:calendar_pdf", _framework, get=_DUTIES, shared=True),
    Row("agreements:calendar_add", _framework, post=_kept(422), shared=True),
    Row("agreements:calendar_usual", _framework, post=_kept(409), shared=True),
    Row("agreements:receivers_save", _framework, post=_kept(302), shared=True,
        data=lambda p: {"receivers": "", "reasons": "เหตุอื่น"}),
    # OPDC has opened no circular register in this world.
    Row("agreements:circular_draft", _framework, post=_kept(422), shared=True),
    Row("agreements:calendar_change", lambda p: [p.rule.framework.calendar_days.first().pk], shared=True,
        post=_kept(422)),
    Row("agreements:calendar_remove", lambda p: [p.rule.framework.calendar_days.first().pk], shared=True,
        post=_kept(302)),
    Row("agreements:agreement_docx", lambda p: [p.agreement.pk], get=_SEES),
    Row("agreements:sitting_minutes_docx", lambda p: [p.sitting.pk], get=_SEES),
    Row("agreements:host_list", lambda p: [p.agreement.pk], get=_SEES),
    Row("agreements:hosts_pdf", lambda p: [p.draft.pk], get=each(PARTY, HOST, OTHER_HOST, code=200)),
    Row("agreements:appointment_draft", lambda p: [p.agreement.pk],
        post={**dict.fromkeys(_SEES, 403), **each(WRITERS, code=302)}),
]  # fmt: skip
