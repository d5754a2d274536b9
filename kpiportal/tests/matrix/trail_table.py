"""The trail's part of the table: who reads it, who takes it out, who sees one object's."""

from __future__ import annotations

from kpiportal.tests.matrix.row import EVERYBODY, WRITERS, Row, each

_READERS = each(WRITERS, "director", "negotiator", "neighbour", code=200)

TRAIL = [
    Row("privacy", get=each(EVERYBODY, code=200), public=True, anonymous=200, shared=True),
    Row("how_to", get=each(EVERYBODY, code=200), public=True, anonymous=200, shared=True),
    Row("trail:event_list", get=_READERS, other=403, shared=True),
    Row("trail:event_export", lambda p: ["csv"], post=_READERS, other=403, shared=True),
    Row("trail:event_export", lambda p: ["xlsx"], post=_READERS, other=403, shared=True,
        label="trail:event_export:xlsx"),
    Row("trail:signin_list", get=each("director", "operator", code=200), other=403, shared=True),
    Row("trail:subject", lambda p: ["agreements.agreement", p.agreement.pk],
        get=each(WRITERS, "director", "negotiator", code=200)),
    # OPDC sees a card only when the province has accepted it.
    Row("trail:subject", lambda p: ["reporting.report", p.open_card.pk], get=each(WRITERS, code=200),
        label="trail:subject:card"),
    Row("trail:subject", lambda p: ["reporting.evidence", p.evidence.pk], get=each(WRITERS, code=200),
        label="trail:subject:evidence"),
    Row("trail:subject", lambda p: ["kpiportal.user", 1], shared=True, label="trail:subject:no_such_kind", get={}),
]  # fmt: skip
