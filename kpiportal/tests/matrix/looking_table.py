"""Who looks at what: OPDC at the country, everybody at the years they may see."""

from __future__ import annotations

from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, Row, each

_SEES = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
# Led to their own year; who has none is told so.
_OWN = {**each(EVERYBODY, code=302), **each(OPDC, code=200), "operator": 200, "nobody": 200}

LOOKING = [
    Row("reporting:overview", get=_OWN, shared=True),
    Row("reporting:overview_export", get=each(OPDC, code=200), other=403, shared=True),
    Row("reporting:dashboard", lambda p: [p.agreement.pk], get=_SEES),
    Row("reporting:what_if", lambda p: [p.agreement.pk], get=_SEES, post=_SEES, data=lambda p: {}),
]
