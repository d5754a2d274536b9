"""The holidays' part of the table: read by all who are signed in, kept by OPDC's director."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kpiportal.models import Holiday, HolidayYear
from kpiportal.tests.matrix.row import EVERYBODY, Row, each

_DIRECTOR = {"director": 302}
_YEAR, _DAY = 2016, dt.date(2016, 5, 6)


def _kept(place: Any) -> list[int]:
    HolidayYear.objects.get_or_create(year=_YEAR)
    return [_YEAR]


def _day(place: Any) -> list[int]:
    kept, _ = HolidayYear.objects.get_or_create(year=_YEAR)
    day, _ = Holiday.objects.get_or_create(on=_DAY, defaults={"in_year": kept, "name": "วันหยุดพิเศษ"})
    return [day.pk]


HOLIDAYS = [
    Row("holidays:holiday_list", get=each(EVERYBODY, code=200), shared=True),
    Row("holidays:take_over", lambda p: [2020], post=_DIRECTOR, other=403, shared=True),
    Row("holidays:day_add", _kept, post=_DIRECTOR, other=403, shared=True,
        data=lambda p: {"on": "12/2/2559", "name": "วันหยุดพิเศษ"}),
    Row("holidays:day_remove", _day, post=_DIRECTOR, other=403, shared=True),
]  # fmt: skip
