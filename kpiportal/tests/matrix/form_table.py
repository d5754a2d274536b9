"""Who may fill the negotiation form: the party's coordinator and head of office, while it is open."""

from __future__ import annotations

from typing import Any

from agreements import enclosures
from agreements.models import Framework
from agreements.testing import AUTUMN
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each

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


def _framework(state: str, year: int) -> Any:
    """A framework made for one cell and rolled back with it."""

    def make(place: Any) -> Framework:
        scale = place.agreement.framework.scale
        return Framework.objects.create(
            fiscal_year=year, party_kind="province", name=f"กรอบ {year}", scale=scale, state=state
        )

    return make


def _tree(place: Any) -> dict[str, Any]:
    """The framework's editor as a browser posts it."""
    return {
        "revision": 0, "name": "กรอบ", "points": "1, 2, 3, 4, 5", "floor": "zero", "missing": "zero", "decimals": 4,
        "dimension-TOTAL_FORMS": 1, "dimension-INITIAL_FORMS": 0, "dimension-0-name": "มิติ", "dimension-0-weight": 100,
        "round-TOTAL_FORMS": 0, "round-INITIAL_FORMS": 0,
    }  # fmt: skip


_draft_framework, _published = _framework("draft", 2590), _framework("published", 2591)
_SHAPERS = {**each("evaluator", code=403)}
_NEW = {"fiscal_year": 2595, "party_kind": "province", "source": "shipped-2558"}


def _paper(place: Any) -> list[int]:
    """A paper attached for one cell and rolled back with it."""
    writer = place.draft.owner.memberships.get(role="coordinator").user
    return [enclosures.attach(place.draft, place.upload(), title="แผน", by=writer, at=AUTUMN).pk]


UNIT = {"unit": "ราย", "was_unit": "ร้อยละ"}

FORM = [
    Row("agreements:form_sheet", _draft, get=_codes(200)),
    Row("agreements:indicator_add", _draft, post=_codes(302), data=_dimension),
    Row("agreements:form_renumber", _draft, get=_codes(200), post=_codes(302)),
    Row("agreements:indicator_edit", _row, get=_codes(200), post=_codes(302), data=lambda p: UNIT),
    Row("agreements:criteria_try", _row, get=_codes(200)),
    Row("agreements:indicator_place", _row, post=_codes(302), data=lambda p: {"to": "down"}),
    Row("agreements:indicator_remove", _row, post=_codes(302)),
    Row("agreements:indicator_hosts", _row, post=_codes(302), data=_host),
    Row("agreements:indicator_rounds", _row, post=_codes(302), data=lambda p: {"was": "None []", "weight_6": "5"}),
    Row("agreements:form_copy", _draft, get=_codes(200), post=_codes(422)),  # nothing ticked
    Row("agreements:workbook_upload", _draft, get=_codes(200), post=_codes(422)),  # no file: asked for, kept nothing
    Row("agreements:workbook_download", _draft, get=_codes(200)),
    Row("agreements:workbook_apply", _draft, post=_codes(422)),  # nothing checked: nothing to apply
    Row("agreements:enclosure_list", _draft, get=each(_SEES, code=200), post=_codes(302),
        data=lambda p: {"title": "แผน", "upload": p.upload()}),
    Row("agreements:enclosure_download", _paper, get=each(_SEES, code=200)),
    Row("agreements:enclosure_remove", _paper, post=_codes(302)),
    Row("agreements:framework_new", shared=True, other=403, get=each("director", "negotiator", code=200),
        post=each("director", "negotiator", code=302), data=lambda p: _NEW),
    Row("agreements:framework_edit", lambda p: [_draft_framework(p).pk], shared=True, data=_tree,
        get={**_SHAPERS, **each("director", "negotiator", code=200)},
        post={**_SHAPERS, **each("director", "negotiator", code=302)}),
    # Without a tree and rounds it is not ready to be published: that is said to who may, the others are refused first.
    Row("agreements:framework_move", lambda p: [_draft_framework(p).pk, "publish_framework"], shared=True,
        post=each("evaluator", "negotiator", code=403) | each("director", code=422), data=lambda p: {"revision": 0}),
    Row("agreements:framework_calendar", lambda p: [p.agreement.framework_id], shared=True,
        get={**each(EVERYBODY, code=200), "nobody": 404}),
    Row("agreements:agreement_open", lambda p: [_published(p).pk, p.agreement.owner_id],
        post={**each(PARTY, HOST, OTHER_HOST, OPDC, code=403), **each(WRITERS, code=302)}),
]  # fmt: skip
