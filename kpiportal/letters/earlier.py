"""The workbook of a register kept before the portal: four columns, a heading row, one letter a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from kpiportal import thai
from kpiportal.dates import InvalidDate, parse_be_date
from kpiportal.letters.held import MOST_EARLIER, Earlier
from kpiportal.xlsx import ReadSheet

MOST_FAULTS = 20
FIRST_BE_YEAR = 2400


def lines_of(sheets: Sequence[ReadSheet]) -> list[Earlier]:
    """Number, date, receiver, subject of every row. ValidationError names each row not readable."""
    rows = sheets[0].rows[1:] if sheets else []
    if len(rows) > MOST_EARLIER:
        raise ValidationError(f"มี {len(rows):,} แถว นำเข้าได้ครั้งละไม่เกิน {MOST_EARLIER:,} แถว")
    found, faults = [], []
    for place, row in enumerate(rows, start=2):
        cells = [*row, None, None, None, None][:4]
        if all(cell in (None, "") for cell in cells):
            continue
        try:
            found.append(_line(cells, place))
        except ValueError as fault:
            faults.append(f"แถว {place}: {fault}")
    if faults:
        raise ValidationError(faults[:MOST_FAULTS])
    if not found:
        raise ValidationError("ไม่พบรายการในไฟล์ แถวแรกเป็นหัวตาราง รายการเริ่มแถวที่ 2")
    return found


def _line(cells: Sequence[Any], place: int) -> Earlier:
    number, dated, addressee, subject = cells
    words = thai.clean_line(str(subject or ""))[:500]
    if not words:
        raise ValueError("ไม่มีเรื่อง")
    return Earlier(_number(number), _date(dated), thai.clean_line(str(addressee or ""))[:300], words, place)


def _number(cell: Any) -> int:
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 0 < cell < 1_000_000:
        return int(cell)
    typed = thai.to_arabic_digits(str(cell or "").strip())
    if typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) < 1_000_000:
        return int(typed)
    raise ValueError(f"อ่านเลขทะเบียนส่ง “{str(cell or '')[:30]}” ไม่ได้")


def _date(cell: Any) -> dt.date:
    if isinstance(cell, dt.date):
        return _of_a_cell(cell.date() if isinstance(cell, dt.datetime) else cell)
    try:
        return parse_be_date(str(cell or ""))
    except InvalidDate as mistake:
        raise ValueError(f"วันที่ไม่ถูกต้อง {mistake}") from mistake


def _of_a_cell(day: dt.date) -> dt.date:
    """9/10/2558 typed into a date cell is to Excel a day of the year 2558 of our era."""
    if day.year < FIRST_BE_YEAR:
        return day
    try:
        return day.replace(year=thai.ce_year(day.year))
    except ValueError:
        raise ValueError(f"วันที่ไม่ถูกต้อง ปี {day.year} ไม่มีวันที่ 29 กุมภาพันธ์") from None
