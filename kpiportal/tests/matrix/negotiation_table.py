"""Who may do what at the negotiation table: both sides offer and answer, whoever sees the agreement looks on."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import testing
from agreements.models import Agreement
from agreements.negotiation import sittings
from agreements.signing import actions as papers
from kpiportal.pdf import html_to_pdf
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

_SEES = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
_TABLE = ("negotiator", "director")


def _codes(party: int, opdc: int) -> dict[str, int]:
    """What each side gets who may speak; whoever only sees the table is refused."""
    return {**dict.fromkeys(_SEES, 403), **each(WRITERS, code=party), **each(_TABLE, code=opdc)}


_SPEAK = _codes(302, 302)


def made(cast: Cast, negotiating: Agreement, signed: Agreement) -> dict[str, Any]:
    sitting = sittings.open_sitting(negotiating.table, place="ห้องประชุม", by=cast.negotiator, at=testing.AUTUMN)
    scan = SimpleUploadedFile("ฉบับลงนาม.pdf", html_to_pdf('<html lang="th"><p>ลงนาม</p></html>', title="ฉบับลงนาม"))
    version = papers.attach_signed_copy(signed, scan, by=cast.coordinator, at=testing.WINTER)
    return {"sitting": sitting, "signed_copy": version}


def _of_table(place: Any) -> list[int]:
    return [place.negotiating.pk]


def _line(place: Any) -> Any:
    return place.negotiating.table.lines.order_by("pk").first()


def _of_line(place: Any) -> list[int]:
    return [_line(place).pk]


def _sitting(place: Any) -> list[int]:
    return [place.sitting.pk]


def _version(place: Any) -> dict[str, Any]:
    place.negotiating.table.refresh_from_db()
    return {"seen": place.negotiating.table.version}


def _added(place: Any) -> dict[str, Any]:
    dimension = place.negotiating.framework.dimensions.filter(children=None).first().pk
    return {"dimension": dimension, "number": "9.9", "name": "ใหม่", "unit": "ราย", "kind": "higher", "weight": "1",
            "formula": "ก ÷ ข", "source": "สำนักงานจังหวัด", "reason": "นโยบายเร่งด่วน"}  # fmt: skip


NEGOTIATION = [
    Row("agreements:table", _of_table, get=_SEES),
    Row("agreements:table_changes", lambda p: _of_table(p), get=dict.fromkeys(_SEES, 400)),
    Row("agreements:table_agree", _of_table, post=_codes(422, 422), data=lambda p: {**_version(p), "revision": 2}),
    Row("agreements:table_take_back", _of_table, post=_codes(409, 409)),
    Row("agreements:table_accept_rest", _of_table, post=_codes(409, 302), data=_version),
    Row("agreements:line_add", _of_table, get=_codes(200, 200), post=_SPEAK, data=_added),
    Row("agreements:line", _of_line, get=_SEES),
    Row("agreements:line_show", _of_line, get=_SEES),
    Row("agreements:line_offer", _of_line, post=_SPEAK, data=lambda p: {**_version(p), "weight": "29"}),
    Row("agreements:line_accept", _of_line, post=_codes(409, 302), data=_version),
    Row("agreements:line_keep", _of_line, post=_SPEAK, data=lambda p: {**_version(p), "stays": "no"}),
    Row("agreements:line_park", _of_line, post=_SPEAK,
        data=lambda p: {"owner": "สำนักงานจังหวัด", "reason": "ขอข้อมูลเพิ่ม", "until": "30/10/2558"}),
    Row("agreements:line_unpark", _of_line, post=_SPEAK),
    Row("agreements:line_remark", _of_line, post=_SPEAK, data=lambda p: {"words": "รับได้", "shared": "yes"}),
    Row("agreements:sitting_list", _of_table, get=_SEES, post=_codes(409, 409), data=lambda p: {"place": "ห้อง 2"}),
    Row("agreements:sitting", _sitting, get=_SEES, post=_SPEAK, data=lambda p: {"present": ["0"]}),
    Row("agreements:sitting_close", _sitting, post=_SPEAK),
    Row("agreements:sitting_minutes", _sitting, get=_SEES),
    Row("agreements:papers", lambda p: [p.agreement.pk], get=_SEES),
    Row("agreements:agreement_pdf", lambda p: [p.agreement.pk], get=_SEES),
    Row("agreements:signed_copy_attach", lambda p: [p.agreement.pk], post=_codes(422, 403)),
    Row("agreements:signed_copy", lambda p: [p.signed_copy.pk], get=_SEES),
    # For whoever holds the paper, signed in or not.
    Row("agreements:proof", lambda p: [p.signed_copy.sha256[:16]], get=each(EVERYBODY, code=200), public=True,
        anonymous=200, shared=True),
]  # fmt: skip
