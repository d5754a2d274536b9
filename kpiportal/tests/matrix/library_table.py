"""Who may do what with the library of indicators: OPDC keeps it, everybody reads it, a party takes from it."""

from __future__ import annotations

from typing import Any

from agreements import testing
from agreements.models import CalendarDay, Compulsory, Framework, LibraryIndicator
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OTHER_HOST, PARTY, SIGNED_IN_ONLY, WRITERS, Row, each

_KEEPERS = ("negotiator", "director")
_NO_KEEPER = each(EVERYBODY, code=403)
_KEPT = {**_NO_KEEPER, **each(_KEEPERS, code=200)}
_DUTIES = {who: code for who, code in _NO_KEEPER.items() if who != "nobody"}


def made(cast: Cast) -> dict[str, Any]:
    """A compulsory indicator, in a year of its own: no form of the world is held up by it."""
    framework = Framework.objects.filter(fiscal_year=2570).first() or testing.make_framework(cast, fiscal_year=2570)
    library = LibraryIndicator.objects.create(code=f"LIB-{cast.province.code}", name="ร้อยละความพึงพอใจ", unit="ร้อยละ")
    place = framework.dimensions.filter(children=None).first()
    CalendarDay.objects.get_or_create(framework=framework, name="ประชุมชี้แจง", last_day=testing.AUTUMN.date())
    rule = Compulsory.objects.create(framework=framework, library=library, dimension=place)
    return {"library": library, "rule": rule}


LIBRARY = [
    Row("agreements:library_list", get=SIGNED_IN_ONLY, shared=True),
    Row("agreements:library_new", get=_KEPT, post={**_NO_KEEPER, **each(_KEEPERS, code=422)}, shared=True),
    Row("agreements:library_edit", lambda p: [p.library.pk], shared=True, get=_KEPT,
        post={**_NO_KEEPER, **each(_KEEPERS, code=422)}),
    Row("agreements:compulsory_list", lambda p: [p.rule.framework_id], shared=True,
        get=dict.fromkeys(_DUTIES, 200), post={**_DUTIES, **each(_KEEPERS, code=422)}),
    # The framework is out: nobody takes one away any more.
    Row("agreements:compulsory_remove", lambda p: [p.rule.pk], shared=True,
        post={**_DUTIES, **each(_KEEPERS, code=409)}),
    Row("agreements:form_take", lambda p: [p.draft.pk],
        get={**each(PARTY, HOST, OTHER_HOST, code=403), **each(WRITERS, code=200)},
        post={**each(PARTY, HOST, OTHER_HOST, code=403), **each(WRITERS, code=422)}),
]  # fmt: skip
