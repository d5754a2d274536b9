"""What an office keeps for its letters, in the table: letters received, signers, emblem, numbers, greetings."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from PIL import Image

from kpiportal import files
from kpiportal.letters import office, received
from kpiportal.models import Emblem, StoredFile
from kpiportal.testing.people import BANGKOK, Cast
from kpiportal.tests.matrix.row import EVERYBODY, OPDC, PARTY, WRITERS, Row, each
from meetings import testing as meetings
from reporting import testing as reporting

_CAME = dt.datetime(2015, 10, 16, 9, 0, tzinfo=BANGKOK)


def made(cast: Cast) -> dict[str, Any]:
    """A letter received with its scan, somebody who signs, an emblem."""
    facts = {"received_at": _CAME, "number_text": "นร 1207/1", "dated": _CAME.date(), "sender": "สำนักงาน ก.พ.ร.",
             "addressee": "ผู้ว่าราชการจังหวัด", "subject": "แจ้งกรอบการประเมิน", "action": ""}  # fmt: skip
    by = {"by": cast.coordinator, "at": meetings.PLANNED}
    picture = io.BytesIO()
    Image.new("L", (30, 30), 200).save(picture, "PNG")
    stored = files.store_bytes(
        picture.getvalue(), name="emblem.png", content_type="image/png", organization=cast.province,
        purpose=StoredFile.Purpose.EMBLEM, at=meetings.PLANNED,
    )  # fmt: skip
    return {
        "received": received.receive(cast.province, scan=reporting.upload(), **by, **facts),
        "signatory": office.keep_signatory(
            cast.province, name="นายฤกษ์ ธนาวิช", post="ผู้ว่าราชการจังหวัด", valid_from=_CAME.date(), **by
        ),
        "emblem": Emblem.objects.create(organization=cast.province, file=stored, given_at=meetings.PLANNED),
        "series": meetings.make_series(cast),
        "own_template": office.word_template(
            cast.province,
            purpose="ส่งเอกสาร",
            kind="memo",
            circular=False,
            subject="ส่งเอกสาร",
            addressee="",
            body=["ส่งเอกสาร"],
            **by,
        ),
    }


_OWN = each(PARTY, code=200)
_MEMBERS = each(PARTY, OPDC, "neighbour", "neighbour_governor", code=200)
_DESKS = (*WRITERS, "neighbour", "negotiator", "director")


def _may(code: int) -> dict[str, int]:
    return {**each(PARTY, code=403), **each(WRITERS, code=code)}


def _writes(code: int) -> dict[str, int]:
    return {**dict.fromkeys(_MEMBERS, 403), **each(_DESKS, code=code)}


def _office(place: Any) -> list[Any]:
    return [place.agreement.owner_id]


LETTER_OFFICE = [
    Row("letters:received_list", get=_MEMBERS, shared=True),
    Row("letters:received_export", get=_MEMBERS, shared=True),
    Row("letters:received_new", get=_writes(200), post=_writes(422), shared=True),
    Row("letters:received_edit", lambda p: [p.received.pk], get=_may(200), post=_may(422)),
    Row("letters:received_scan", lambda p: [p.received.pk], get=_OWN),
    Row("letters:office_page", _office, get=_OWN),
    Row("letters:emblem_give", _office, post={**each(PARTY, code=403), "office_head": 422}),
    Row("letters:emblem_file", _office, get=_OWN),
    Row("letters:signatory_new", _office, get=_may(200), post=_may(422)),
    Row("letters:signatory_edit", lambda p: [p.signatory.pk], get=_may(200), post=_may(422)),
    Row("meetings:wording_list", _office, get=_OWN),
    Row("meetings:wording_edit", lambda p: [*_office(p), 0], get=_may(200), post=_may(422)),
    Row("meetings:wording_picture", _office, post=_may(200)),
    Row("meetings:wording_drop", lambda p: [*_office(p), p.own_template.pk], post=_may(302)),
    Row("letters:sent_export", lambda p: [*_office(p), 2558], get=_OWN),
    Row("letters:numbers_reserve", lambda p: [p.series.pk], post=_may(422)),
    Row("letters:numbers_import", lambda p: [p.series.pk], post=_may(422)),
    Row("letters:salutations", get=each(EVERYBODY, code=200), shared=True),
    Row("letters:salutation_keep", lambda p: [0], post={**each(EVERYBODY, code=403), "director": 422}, shared=True),
]
