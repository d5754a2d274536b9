"""Who may do what with a request to change what was signed: the party asks, OPDC decides, whoever sees may read."""

from __future__ import annotations

from typing import Any

from agreements.amendments import actions, testing
from agreements.models import Agreement, Amendment
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix.row import HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

_SEES = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
_ASKED = {("1.1", "target"): {"target": "85"}}


def made(cast: Cast, signed: Agreement) -> dict[str, Any]:
    draft, asked = (testing.make_request(cast, signed, _ASKED) for _ in range(2))
    for one in (draft, asked):
        actions.attach_signed(one, testing.paper("คำขอ.pdf"), by=cast.coordinator, at=testing.JUNE)
    return {
        "draft_request": draft,
        "asked": actions.ask(asked, by=cast.coordinator, revision=asked.revision, at=testing.JUNE),
        "request_file": draft.files.get(),
        "asked_file": asked.files.get(),
    }


def _draft(place: Any) -> list[int]:
    return [place.draft_request.pk]


def _revision(place: Any, name: str = "draft_request") -> dict[str, Any]:
    return {"revision": Amendment.objects.get(pk=getattr(place, name).pk).revision}


def _typed(place: Any) -> dict[str, Any]:
    row = place.draft_request.rows.get()
    return {**_revision(place), "effective_months": "12", "reason_kind": "เหตุอื่น", f"r{row.pk}_target": "90"}


def _word(place: Any) -> dict[str, Any]:
    row = place.asked.rows.get()
    words = {f"decision_{row.pk}": "refuse", f"answer_{row.pk}": "ไม่มีเหตุ", f"saw_{row.pk}": '{"target": "80"}'}
    return {**_revision(place, "asked"), **words}


def _of_party(code: int, *doers: Any) -> dict[str, int]:
    return {**each(PARTY, code=403), **each(*doers, code=code)}


def _moved(slug: str, subject: str, doers: tuple[str, ...], seers: tuple[str, ...]) -> Row:
    return Row(
        "agreements:amendment_move", lambda p: [getattr(p, subject).pk, slug],
        post={**each(seers, code=403), **each(doers, code=302)},
        data=lambda p: {**_revision(p, subject), "reason": "ยังไม่พร้อม"}, label=f"agreements:amendment_move:{slug}",
    )  # fmt: skip


_ALL = (*PARTY, *HOST, *OTHER_HOST, *OPDC)
AMENDMENTS = [
    Row("agreements:amendment_list", lambda p: [p.agreement.pk], get=_SEES,
        post={**dict.fromkeys(_SEES, 403), **each(WRITERS, HOST, OTHER_HOST, code=302)}),
    Row("agreements:amendment_detail", lambda p: [p.asked.pk], get=_SEES),
    Row("agreements:amendment_detail", _draft, get=each(PARTY, code=200), label="agreements:amendment_detail:draft"),
    Row("agreements:amendment_save", _draft, post=_of_party(302, WRITERS), data=_typed),
    _moved("sign", "draft_request", ("governor",), PARTY),
    _moved("ask", "draft_request", WRITERS, PARTY),
    _moved("take_back", "asked", (*WRITERS, "governor"), _ALL),
    _moved("drop", "asked", (*WRITERS, "governor"), _ALL),
    Row("agreements:amendment_decide", lambda p: [p.asked.pk], data=_word,
        post={**dict.fromkeys(_SEES, 403), **each("negotiator", "director", code=302)}),
    Row("agreements:amendment_attach", _draft, post=_of_party(302, WRITERS), data=lambda p: {"upload": p.upload()}),
    Row("agreements:amendment_attach_signed", _draft, post=_of_party(302, WRITERS),
        data=lambda p: {"upload": p.upload()}),
    Row("agreements:amendment_file", lambda p: [p.asked_file.pk], get=_SEES),
    Row("agreements:amendment_file_remove", lambda p: [p.request_file.pk], post=_of_party(302, WRITERS)),
    Row("agreements:amendment_scan", lambda p: [p.asked.pk], get=_SEES),
    Row("agreements:amendment_annex", _draft, get=each(PARTY, code=200)),
    Row("agreements:version_detail", lambda p: [p.signed_copy.pk], get=_SEES),
]  # fmt: skip
