"""Dates and times as people type them: พ.ศ. in, CE `date` out, one Thai sentence for everything else.

Nothing is guessed. A year must have four digits; a CE year in a BE field is asked about, not converted: it
may be a slip. ISO (`2026-11-20`) is CE by definition and is what programs send.
"""

import re
from datetime import date, time

from kpiportal.thai import (
    MONTHS,
    SHORT_MONTHS,
    WEEKDAYS,
    be_year,
    ce_year,
    clean_line,
    date_text,
    to_arabic_digits,
)

# Before 1 January 2484 the Thai year began in April, so "BE minus 543" is wrong there by a year.
FIRST_BE_YEAR = 2484
LAST_BE_YEAR = 2699

_EXAMPLE = "โปรดพิมพ์ เช่น 20/11/2569 หรือ 20 พ.ย. 2569"
_MONTH_NUMBERS = {name.replace(".", ""): n for names in (MONTHS, SHORT_MONTHS) for n, name in enumerate(names, 1)}
_WEEKDAY_NUMBERS = {name: n for n, name in enumerate(WEEKDAYS)} | {"พฤหัส": WEEKDAYS.index("พฤหัสบดี")}

_WEEKDAY = "|".join(sorted(_WEEKDAY_NUMBERS, key=len, reverse=True))
_PREFIX = re.compile(rf"(?:วัน)?(?P<weekday>{_WEEKDAY})?\s*(?:ที่)?\s*")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", re.ASCII)
_FIGURES = re.compile(r"(?P<day>\d{1,2})\s*(?P<sep>[/.-])\s*(?P<month>\d{1,2})\s*(?P=sep)\s*(?P<year>\d+)", re.ASCII)
_WORDS = re.compile(r"(?P<day>\d{1,2})\s*(?P<name>[ก-๎.]+?)\s*(?:(?:พ|ค)\s?\.?\s?ศ\s?\.?)?\s*(?P<year>\d+)", re.ASCII)
_TIME = re.compile(r"(?:เวลา\s*)?(?P<hour>\d{1,2})\s*[.:]\s*(?P<minute>\d{2})\s*(?:น\.?|นาฬิกา)?", re.ASCII)
_LONGEST = 60  # characters; the longest date in words has 41


class InvalidDate(ValueError):
    """`str(error)` is a Thai sentence for the person who typed; `code` names the reason."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class InvalidTime(ValueError):
    """`str(error)` is a Thai sentence for the person who typed; `code` names the reason."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def parse_be_date(text: str) -> date:
    """The CE date of a BE date: `20/11/2569`, `๒๐ พ.ย. ๒๕๖๙`, `วันศุกร์ที่ 20 พฤศจิกายน 2569`, or ISO in CE.

    Day first; `/`, `-` or `.` between figures; either digits. A written weekday must be the right one.
    InvalidDate for anything else, blank included.
    """
    typed = to_arabic_digits(clean_line(text))
    if len(typed) > _LONGEST:
        raise _unreadable(typed)
    if iso := _ISO.fullmatch(typed):
        return _iso_date(iso)
    prefix = _PREFIX.match(typed)
    rest = typed[prefix.end() :] if prefix else typed
    if figures := _FIGURES.fullmatch(rest):
        found = _day(figures["year"], int(figures["month"]), int(figures["day"]))
    elif words := _WORDS.fullmatch(rest):
        found = _day(words["year"], _month_number(words["name"]), int(words["day"]))
    else:
        raise _unreadable(typed)
    if prefix and prefix["weekday"]:
        _check_weekday(found, prefix["weekday"])
    return found


def be_input_text(d: date) -> str:
    """`20/11/2569`: what an input box shows, and what parse_be_date reads back."""
    return f"{d.day}/{d.month}/{be_year(d.year)}"


def parse_time(text: str) -> time:
    """`13.30`, `13:30`, `๑๓.๓๐ น.`, `เวลา 9.05 น.` as a time of day to the minute; InvalidTime otherwise."""
    match = _TIME.fullmatch(to_arabic_digits(clean_line(text)))
    if not match:
        raise InvalidTime("อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30", "unreadable")
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        raise InvalidTime("เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น.", "range")
    return time(hour, minute)


def time_input_text(t: time) -> str:
    """`13.30`: what an input box shows, and what parse_time reads back."""
    return f"{t.hour:02}.{t.minute:02}"


def _iso_date(iso: re.Match[str]) -> date:
    year = int(iso["year"])
    if year >= FIRST_BE_YEAR:
        raise InvalidDate(
            f"รูปแบบ ปี-เดือน-วัน ใช้ปี ค.ศ. แต่ปีที่พิมพ์คือ {year} หมายถึง {int(iso['day'])}/{int(iso['month'])}/{year} ใช่หรือไม่",
            "be_in_iso",
        )
    return _day(str(be_year(year)), int(iso["month"]), int(iso["day"]))


def _day(year_text: str, month: int, day: int) -> date:
    be = _be_year(year_text)
    if not 1 <= month <= 12:
        raise InvalidDate(f"ไม่มีเดือนที่ {month} โปรดพิมพ์ วัน/เดือน/ปี เช่น 20/11/2569", "month")
    try:
        return date(ce_year(be), month, day)
    except ValueError:
        last = (date(ce_year(be) + month // 12, month % 12 + 1, 1) - date.resolution).day
        raise InvalidDate(f"{MONTHS[month - 1]} {be} มี {last} วัน ไม่มีวันที่ {day}", "day") from None


def _be_year(text: str) -> int:
    if len(text) != 4:
        raise InvalidDate(f"โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ {text[:8]})", "year_digits")
    year = int(text)
    if FIRST_BE_YEAR <= year <= LAST_BE_YEAR:
        return year
    if FIRST_BE_YEAR <= be_year(year) <= LAST_BE_YEAR:
        raise InvalidDate(f"ปี {year} เป็นปี ค.ศ. หมายถึง พ.ศ. {be_year(year)} ใช่หรือไม่ โปรดพิมพ์ปี พ.ศ.", "ce_year")
    raise InvalidDate(f"ปี พ.ศ. ต้องอยู่ระหว่าง {FIRST_BE_YEAR} ถึง {LAST_BE_YEAR}", "year_range")


def _month_number(name: str) -> int:
    number = _MONTH_NUMBERS.get(name.replace(".", ""))
    if number is None:
        raise InvalidDate(f"ไม่รู้จักเดือน «{name}» {_EXAMPLE}", "month_name")
    return number


def _check_weekday(found: date, written: str) -> None:
    if found.weekday() != _WEEKDAY_NUMBERS[written]:
        right = WEEKDAYS[found.weekday()]
        raise InvalidDate(f"{date_text(found)} เป็นวัน{right} ไม่ใช่วัน{written}", "weekday")


def _unreadable(typed: str) -> InvalidDate:
    if not typed:
        return InvalidDate(f"ยังไม่ได้พิมพ์วันที่ {_EXAMPLE}", "blank")
    if _YEAR_FIRST.fullmatch(typed):
        return InvalidDate(f"โปรดพิมพ์วันขึ้นก่อน เดือน แล้วปี พ.ศ. {_EXAMPLE.removeprefix('โปรดพิมพ์ ')}", "year_first")
    return InvalidDate(f"อ่านวันที่ «{typed[:30]}» ไม่ได้ {_EXAMPLE}", "unreadable")
