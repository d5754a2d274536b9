"""The part of the table about keeping, evidence, co-hosts, the grid and the running of rounds."""

from __future__ import annotations

from kpiportal.tests.matrix.row import HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

_SEES_CARD = each(PARTY, HOST, code=403)
_SEES_ROUND = (*PARTY, *HOST, *OTHER_HOST, *OPDC)
_RUNS_ROUND = {**each(_SEES_ROUND, code=403), **each(WRITERS, code=200)}

FILING = [
    Row("reporting:report_autosave", lambda p: [p.open_card.pk],
        data=lambda p: {"dirty": "obstacles", "obstacles": "ฝน"}, post={**_SEES_CARD, "collector": 200}),
    Row("reporting:report_news", lambda p: [p.open_card.pk], get={**_SEES_CARD, "collector": 200}),
    Row("reporting:report_move", lambda p: [p.sent_card.pk, "withdraw"], label="reporting:report_move:withdraw",
        data=lambda p: {"revision": p.sent_card.revision}, post={**_SEES_CARD, "collector": 302}),
    Row("reporting:report_move", lambda p: [p.certified_card.pk, "take_back_certification"],
        label="reporting:report_move:take_back_certification", data=lambda p: {"revision": p.certified_card.revision},
        post={**_SEES_CARD, "overseer": 302}),
    # Nobody of this world co-hosts; the host's own people have no part to supply.
    Row("reporting:report_contribute", lambda p: [p.open_card.pk], data=lambda p: {"revision": 0, "words": "ส่วนของเรา"},
        post=_SEES_CARD),
    Row("reporting:evidence_link", lambda p: [p.open_card.pk], post={**_SEES_CARD, "collector": 302},
        data=lambda p: {"title": "สถิติ", "link": "https://www.example.go.th/"}),
    # No earlier round has files: the collector is told to choose something.
    Row("reporting:evidence_reuse", lambda p: [p.open_card.pk], post={**_SEES_CARD, "collector": 422}),
    Row("reporting:agreement_grid", lambda p: [p.agreement.pk], get=each(_SEES_ROUND, code=200)),
    Row("reporting:cards_accept", lambda p: [p.agreement.pk],
        data=lambda p: {"card": f"{p.certified_card.pk}:{p.certified_card.revision}"},
        post={**each(_SEES_ROUND, code=403), **each(WRITERS, code=200)}),
    Row("reporting:round_evidence_zip", lambda p: [p.round.pk], get=each(_SEES_ROUND, code=200)),
    Row("reporting:round_control", lambda p: [p.round.pk], get=_RUNS_ROUND),
    Row("reporting:round_control", lambda p: [p.scheduled.pk], label="reporting:round_control:scheduled",
        get={**each(PARTY, code=403), **each(WRITERS, code=200)}),
    Row("reporting:round_extend", lambda p: [p.round.pk],
        post={**each(_SEES_ROUND, code=403), **each(WRITERS, code=302)},
        data=lambda p: {"host": p.open_card.host_id, "last_day": "28/10/2558", "reason": "น้ำท่วม"}),
]  # fmt: skip
