"""Who may fill the negotiation form: the party's coordinator and head of office, while it is open."""

from __future__ import annotations

from typing import Any

from kpiportal.tests.matrix.row import HOST, OTHER_HOST, PARTY, WRITERS, Row, each

_SEES = (*PARTY, *HOST, *OTHER_HOST)  # a draft: OPDC does not see it yet


def _codes(code: int) -> dict[str, int]:
    return {**each(_SEES, code=403), **each(WRITERS, code=code)}


def _draft(place: Any) -> list[int]:
    return [place.draft.pk]


def _row(place: Any) -> list[int]:
    return [place.draft.indicators.order_by("order").first().pk]


def _dimension(place: Any) -> dict[str, Any]:
    return {"dimension": place.draft.indicators.first().dimension_id}


def _host(place: Any) -> dict[str, Any]:
    return {"host": place.draft.owner.children.first().pk}


UNIT = {"unit": "ราย", "was_unit": "ร้อยละ"}

FORM = [
    Row("agreements:form_sheet", _draft, get=_codes(200)),
    Row("agreements:indicator_add", _draft, post=_codes(302), data=_dimension),
    Row("agreements:indicator_edit", _row, get=_codes(200), post=_codes(302), data=lambda p: UNIT),
    Row("agreements:criteria_try", _row, get=_codes(200)),
    Row("agreements:indicator_place", _row, post=_codes(302), data=lambda p: {"to": "down"}),
    Row("agreements:indicator_remove", _row, post=_codes(302)),
    Row("agreements:indicator_hosts", _row, post=_codes(302), data=_host),
    Row("agreements:form_copy", _draft, get=_codes(200), post=_codes(422)),  # nothing ticked
    Row("agreements:workbook_upload", _draft, get=_codes(200), post=_codes(422)),  # no file: asked for, kept nothing
    Row("agreements:workbook_download", _draft, get=_codes(200)),
    Row("agreements:workbook_apply", _draft, post=_codes(422)),  # nothing checked: nothing to apply
]
