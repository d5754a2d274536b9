"""Thai dates, digits and numbers in templates. None gives nothing; a float or a naive moment is a bug and raises.

A sheet of many numbers is formatted in Python (kpiportal.numbers) and passed as strings; `num` is for single ones.
"""

from datetime import date, datetime, time
from decimal import Decimal

from django import template

from kpiportal import deadlines, thai
from kpiportal.numbers import NoData, format_number

register = template.Library()


@register.filter
def thaidigits(value: object) -> str:
    """`{{ agreement.fiscal_year|thaidigits }}` -> ๒๕๕๘; chain it after any other filter."""
    return "" if value is None else thai.on_paper(value)


@register.filter
def thaidate(value: date | None) -> str:
    """9 ตุลาคม 2558."""
    return "" if value is None else thai.date_text(value)


@register.filter
def thaidate_short(value: date | None) -> str:
    """9 ต.ค. 2558."""
    return "" if value is None else thai.date_text(value, short=True)


@register.filter
def thaiweekdate(value: date | None) -> str:
    """วันศุกร์ที่ 16 ตุลาคม 2558."""
    return "" if value is None else thai.weekday_date_text(value)


@register.filter
def thaitime(value: time | datetime | None) -> str:
    """เวลา 13.30 น."""
    return "" if value is None else thai.time_text(value)


@register.filter
def thaidatetime(value: datetime | None) -> str:
    """16 ต.ค. 2558 เวลา 13.30 น., in Bangkok."""
    return "" if value is None else thai.datetime_text(value, short=True)


@register.filter
def duetext(due: datetime | None) -> str:
    """26 ต.ค. 2558 เวลา 23.59 น. for the stored instant 27 October 00:00."""
    return "" if due is None else deadlines.due_text(due)


@register.filter
def num(value: Decimal | int | NoData | None, decimals: int | str | None = None) -> str:
    """`{{ total|num:4 }}` -> 3.8089, `{{ budget|num }}` -> 1,234.5; no data -> N/A."""
    if value is None:
        return ""
    if isinstance(value, NoData):
        return str(value)
    return format_number(value, decimals=None if decimals is None else int(decimals))


@register.filter
def baht(value: Decimal | None) -> str:
    """The amount in words: หนึ่งร้อยบาทถ้วน."""
    return "" if value is None else thai.baht_text(value)
