"""Numbers as officers type them, and as tables show them. Decimal only: a float never gets in or out.

`parse_number` answers every input with a value or with one Thai sentence; it never guesses between two
readings (`1.234,5`, `82,35`). No data is a statement of its own (DOMAIN.md R33): `-` and `N/A` give NO_DATA,
never zero.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from functools import cache
from typing import Final, Literal

from kpiportal.thai import clean_line, to_arabic_digits


class NoData(Enum):
    """The one-member type of NO_DATA, so that `value is NO_DATA` narrows for the type checker."""

    NO_DATA = "N/A"

    def __str__(self) -> str:
        return self.value


NO_DATA: Final = NoData.NO_DATA

MAX_DECIMALS = 6
MAX_DIGITS = 14  # before the point: NUMERIC(20, 6)

_NO_DATA_WORDS = frozenset({"-", "n/a", "na", "n.a.", "ไม่มีข้อมูล"})
_FULL_WIDTH = {0xFF10 + i: str(i) for i in range(10)} | {0xFF0B: "+", 0xFF0C: ",", 0xFF0E: ".", 0xFF05: "%"}
_MINUS_SIGNS = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xFE63, 0xFF0D], "-")
_FOLD = _FULL_WIDTH | _MINUS_SIGNS

_PLAIN = re.compile(r"[+-]?(?P<whole>[0-9]*)(?:\.(?P<decimals>[0-9]+))?")
# No leading zero: 0,123 is a decimal comma to whoever types it, and must not become 123.
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+")
_LONGEST = 100  # more characters than any number has; refused before any further work

_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


class InvalidNumber(ValueError):
    """`str(error)` is a Thai sentence for the person who typed; `code` names the reason."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def parse_number(
    text: str, *, decimals: int = MAX_DECIMALS, digits: int = MAX_DIGITS, percent: bool = False
) -> Decimal | Literal[NoData.NO_DATA] | None:
    """What the person typed: a Decimal with the decimals typed, NO_DATA for `-`/`N/A`, None for blank.

    Accepts either digits, `1,234.5`, `.5`, a leading + or any minus sign, full-width figures; a trailing %
    only when the unit is `percent`. At most `digits` figures before the point and `decimals` after it.
    Anything else raises InvalidNumber.
    """
    typed = to_arabic_digits(clean_line(text)).translate(_FOLD)
    if not typed:
        return None
    if typed.casefold() in _NO_DATA_WORDS:
        return NO_DATA
    if len(typed) > _LONGEST:
        raise InvalidNumber("ตัวเลขยาวเกินไป โปรดตรวจสอบ", "too_long")
    figures = _without_percent(typed, percent)
    match = _PLAIN.fullmatch(figures.replace(",", "") if _GROUPED.fullmatch(figures) else figures)
    if not match or not (match["whole"] or match["decimals"]):
        raise _refusal(figures)
    _check_size(match["whole"].lstrip("0"), match["decimals"] or "", digits, decimals)
    value = Decimal(match[0])
    return value if value else value.copy_abs()  # "-0" is 0


def _without_percent(typed: str, percent: bool) -> str:
    if not typed.endswith("%"):
        return typed
    if not percent:
        raise InvalidNumber("โปรดพิมพ์เฉพาะตัวเลข ไม่ต้องมีเครื่องหมาย %", "percent")
    return typed[:-1].rstrip()


def _check_size(whole: str, fraction: str, digits: int, decimals: int) -> None:
    if len(whole) > digits:
        raise InvalidNumber(f"ตัวเลขหน้าจุดทศนิยมมีได้ไม่เกิน {digits} หลัก (ที่พิมพ์มี {len(whole)} หลัก)", "digits")
    if fraction and decimals == 0:
        raise InvalidNumber("ช่องนี้ต้องเป็นจำนวนเต็ม ไม่มีทศนิยม", "decimals")
    if len(fraction) > decimals:
        raise InvalidNumber(f"ทศนิยมมีได้ไม่เกิน {decimals} ตำแหน่ง (ที่พิมพ์มี {len(fraction)} ตำแหน่ง)", "decimals")


def _refusal(figures: str) -> InvalidNumber:
    """Why this is not a number, most specific reason first."""
    if _SCIENTIFIC.fullmatch(figures):
        return InvalidNumber("ไม่รับตัวเลขแบบยกกำลัง เช่น 1e5 โปรดพิมพ์ตัวเลขเต็ม เช่น 100000", "scientific")
    if not re.fullmatch(r"[+-]?[0-9][0-9.,]*", figures):
        return InvalidNumber("โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5 ถ้าไม่มีข้อมูลให้พิมพ์ N/A", "not_a_number")
    if "," in figures:
        return InvalidNumber(
            "อ่านได้มากกว่าหนึ่งแบบ: ใช้จุด (.) คั่นทศนิยม และจุลภาค (,) คั่นทุกสามหลักเท่านั้น เช่น 1,234.5", "ambiguous"
        )
    if figures.endswith("."):
        return InvalidNumber("หลังจุดทศนิยมยังไม่มีตัวเลข", "unfinished")
    return InvalidNumber("มีจุดทศนิยมมากกว่าหนึ่งจุด ใช้จุลภาค (,) คั่นหลักพัน เช่น 1,234,567.5", "ambiguous")


def format_number(value: Decimal | int, *, decimals: int | None = None, grouping: bool = True) -> str:
    """`1,234.50` for decimals=2, half-up; decimals=None shows the value as it is, without trailing zeros.

    No locale machinery: a call costs about a microsecond. Never "-0". TypeError for a float.
    """
    if not isinstance(value, Decimal):
        if not isinstance(value, int):
            raise TypeError(f"format_number takes a Decimal or int, not {type(value).__name__}")
        value = Decimal(value)
    if not value.is_finite():
        raise ValueError("format_number needs a finite number")
    shown = value.normalize(_EXACT) if decimals is None else value.quantize(_exponent(decimals), context=_EXACT)
    if not shown:
        shown = shown.copy_abs()
    return format(shown, ",f" if grouping else "f")


@cache
def _exponent(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)
