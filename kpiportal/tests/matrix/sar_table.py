"""The part of the table about the province's report of a round: in writing, approved, sent."""

from __future__ import annotations

from typing import Any

from kpiportal import files
from kpiportal.models import StoredFile
from kpiportal.testing.people import NOW, Cast
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each
from reporting import testing
from reporting.models import Consolidation, Round
from reporting.sar import actions, content

_SEES_ROUND = (*PARTY, *HOST, *OTHER_HOST, *OPDC)
_WRITES = {**each(PARTY, code=403), **each(WRITERS, code=302)}
_READS = {**each(PARTY, code=403), **each(WRITERS, code=200)}
_SENT = each(PARTY, OPDC, code=200)


def made(cast: Cast, closed: Round, open_round: Round) -> dict[str, Any]:
    """Written on the closed round; the two later states as rows, since the actions leading there are in the table."""
    writing = actions.begin_sar(closed, by=cast.coordinator, at=NOW)
    first = Round.objects.get(agreement=closed.agreement, months=6)
    return {
        "sar": writing,
        "approved_sar": _fixed(open_round, "approved", "a"),
        "sent_sar": _fixed(
            first, "sent", "b", sent_at=NOW, file=_file(cast, "sar.pdf"), signed_copy=_file(cast, "signed.pdf")
        ),
    }


def _fixed(round: Round, state: str, digit: str, **facts: Any) -> Consolidation:
    gathered = content.gathered(Consolidation.objects.create(round=round, state_since=NOW))
    Consolidation.objects.filter(round=round).update(
        state=state, content=gathered, sha256=digit * 50 + f"{round.pk:014x}", approved_at=NOW, **facts
    )
    return Consolidation.objects.select_related("round").get(round=round)


def _file(cast: Cast, name: str) -> StoredFile:
    return files.store_bytes(
        testing.PDF, name=name, content_type="application/pdf", organization=cast.province, at=NOW,
        purpose=StoredFile.Purpose.EXPORT,
    )  # fmt: skip


def _move(slug: str, subject: str, doers: dict[str, int], **data: Any) -> Row:
    return Row(
        "reporting:sar_move",
        lambda p: [getattr(p, subject).pk, slug],
        post={**each(PARTY, code=403), **doers},
        data=lambda p: {"revision": getattr(p, subject).revision, **data},
        label=f"reporting:sar_move:{slug}",
    )


SAR = [
    Row("reporting:sar_of_round", lambda p: [p.closed.pk],
        get={**each(_SEES_ROUND, code=200), **each(PARTY, code=302)},
        post={**each(_SEES_ROUND, code=403), **each(WRITERS, code=302)}),
    Row("reporting:sar_detail", lambda p: [p.sar.pk], get=each(PARTY, code=200)),
    Row("reporting:sar_detail", lambda p: [p.sent_sar.pk], get=_SENT, label="reporting:sar_detail:sent"),
    _move("propose_sar", "sar", each(WRITERS, code=302), reason="รอข้อมูล"),
    _move("approve_sar", "sar", each("office_head", code=302), reason="รอข้อมูล"),
    _move("sign_sar", "approved_sar", each("governor", code=302)),
    _move("return_sar", "approved_sar", each(WRITERS, "governor", code=302), reason="แก้บทสรุป"),
    # Not signed yet: the wrong moment.
    _move("send_sar", "approved_sar", each(WRITERS, code=409)),
    Row("reporting:sar_sign_on_paper", lambda p: [p.approved_sar.pk], post=_WRITES,
        data=lambda p: {"revision": p.approved_sar.revision, "signer": "นายเกษม", "signer_post": "ผู้ว่าราชการจังหวัด",
                        "signed_on": "28/10/2558", "file": p.upload()}),
    Row("reporting:sar_signed_copy", lambda p: [p.sent_sar.pk], get=_SENT),
    Row("reporting:sar_file", lambda p: [p.sent_sar.pk], get=_SENT),
    Row("reporting:sar_document", lambda p: [p.sar.pk, "xlsx"], post=each(PARTY, code=302)),
    Row("reporting:sar_annex", lambda p: [p.sent_sar.pk], post={**each(PARTY, code=403), **each(OPDC, code=302)}),
    Row("reporting:sar_letter", lambda p: [p.sar.pk], post=_WRITES),
    Row("reporting:sar_chapters", lambda p: [p.sar.pk], get=_READS, post=_WRITES, data=lambda p: {"revision": 0}),
    Row("reporting:sar_autosave", lambda p: [p.sar.pk], post=_READS,
        data=lambda p: {"dirty": "summary", "summary": "ก", "base-summary": p.sar.chapters.get(kind="summary").text}),
    Row("reporting:sar_news", lambda p: [p.sar.pk], get=_READS),
    Row("reporting:sar_redraft", lambda p: [p.sar.pk, "summary"], get=_READS, post=_WRITES,
        data=lambda p: {"revision": 0, "choice": "both"}),
    Row("reporting:sar_copy", lambda p: [p.approved_sar.pk], get=each(PARTY, code=200)),
    Row("reporting:sar_tick", lambda p: [p.approved_sar.pk], post=each(PARTY, code=302),
        data=lambda p: {"field": "1.1:weight", "on": "on"}),
    # For whoever holds the paper, signed in or not.
    Row("reporting:sar_proof", lambda p: [p.sent_sar.sha256[:64]], get=each(EVERYBODY, code=200), public=True,
        anonymous=200, shared=True),
]  # fmt: skip
