"""Thai and Arabic digits, both ways; every other character is left alone."""

import re

_THAI = "๐๑๒๓๔๕๖๗๘๙"
_ARABIC = "0123456789"
_TO_THAI = str.maketrans(_ARABIC, _THAI)
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)
# A run with a Latin letter in it (an address, PM10, ISO 9001:2558's "ISO", COVID-19) keeps its digits as written.
_LATIN = re.compile(r"([A-Za-z0-9@._/:%?=&#+-]*[A-Za-z][A-Za-z0-9@._/:%?=&#+-]*)")


def to_thai_digits(value: object) -> str:
    """`str(value)` with 0-9 written ๐-๙, for paper."""
    return str(value).translate(_TO_THAI)


def to_arabic_digits(value: object) -> str:
    """`str(value)` with ๐-๙ written 0-9, for parsing and storing."""
    return str(value).translate(_TO_ARABIC)


def on_paper(text: object) -> str:
    """Thai digits everywhere but in e-mail addresses, URLs and words with Latin letters."""
    parts = enumerate(_LATIN.split(str(text)))
    return "".join(part if place % 2 else to_thai_digits(part) for place, part in parts)
