"""Buddhist-era dates, times and fiscal years as Thai offices write them.

Every function takes a plain `date` or an *aware* `datetime`, which is first moved to Bangkok: at 17:00 UTC
on 30 September the Thai fiscal year has already turned. A naive datetime says nothing about its day and is
refused with ValueError.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kpiportal.thai.digits import to_thai_digits

BANGKOK = ZoneInfo("Asia/Bangkok")
MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
SHORT_MONTHS = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # date.weekday() order

_ERA = 543
_FISCAL_START_MONTH = 10


def be_year(ce: int) -> int:
    """2015 -> 2558. True of dates since 1 January พ.ศ. 2484; before that the Thai year began in April."""
    return ce + _ERA


def ce_year(be: int) -> int:
    """2558 -> 2015."""
    return be - _ERA


def day_in_bangkok(when: date | datetime) -> date:
    """The calendar day in Thailand of a date or an aware datetime; ValueError for a naive datetime."""
    if not isinstance(when, datetime):
        return when
    return _local(when).date()


def date_text(d: date | datetime, *, thai_digits: bool = False, short: bool = False) -> str:
    """`9 ตุลาคม 2558`; short: `9 ต.ค. 2558`; thai_digits: `๙ ตุลาคม ๒๕๕๘`. No leading zero, no "พ.ศ."."""
    day = day_in_bangkok(d)
    return _digits(f"{day.day} {month_text(day, short=short)}", thai_digits)


def month_text(d: date | datetime, *, thai_digits: bool = False, short: bool = False) -> str:
    """`ตุลาคม 2558`, or `ต.ค. 2558` when short."""
    day = day_in_bangkok(d)
    names = SHORT_MONTHS if short else MONTHS
    return _digits(f"{names[day.month - 1]} {be_year(day.year)}", thai_digits)


def weekday_date_text(d: date | datetime, *, thai_digits: bool = False) -> str:
    """`วันศุกร์ที่ 16 ตุลาคม 2558`, the form used inside the text of a letter."""
    day = day_in_bangkok(d)
    return f"วัน{WEEKDAYS[day.weekday()]}ที่ {date_text(day, thai_digits=thai_digits)}"


def time_text(t: time | datetime, *, thai_digits: bool = False) -> str:
    """`เวลา 13.30 น.`: 24 hours, a full stop between, seconds cut off (13:30:59 is still 13.30)."""
    clock = _local(t) if isinstance(t, datetime) else t
    return _digits(f"เวลา {clock.hour:02}.{clock.minute:02} น.", thai_digits)


def datetime_text(moment: datetime, *, thai_digits: bool = False, short: bool = False) -> str:
    """`16 ตุลาคม 2558 เวลา 13.30 น.` in Bangkok time."""
    day = date_text(moment, thai_digits=thai_digits, short=short)
    return f"{day} {time_text(moment, thai_digits=thai_digits)}"


def fiscal_year(d: date | datetime) -> int:
    """The BE fiscal year of a day: year N runs from 1 October N-1 to 30 September N (DOMAIN.md 1)."""
    day = day_in_bangkok(d)
    return be_year(day.year) + (day.month >= _FISCAL_START_MONTH)


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """Half-open: the first day of BE fiscal year `year` and the first day of the next one."""
    ce = ce_year(year)
    return date(ce - 1, _FISCAL_START_MONTH, 1), date(ce, _FISCAL_START_MONTH, 1)


def _local(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a naive datetime has no day in Bangkok; pass an aware one")
    return moment.astimezone(BANGKOK)


def _digits(text: str, thai_digits: bool) -> str:
    return to_thai_digits(text) if thai_digits else text
