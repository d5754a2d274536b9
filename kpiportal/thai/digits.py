"""Thai and Arabic digits, both ways; every other character is left alone."""

_THAI = "๐๑๒๓๔๕๖๗๘๙"
_ARABIC = "0123456789"
_TO_THAI = str.maketrans(_ARABIC, _THAI)
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)


def to_thai_digits(value: object) -> str:
    """`str(value)` with 0-9 written ๐-๙, for paper."""
    return str(value).translate(_TO_THAI)


def to_arabic_digits(value: object) -> str:
    """`str(value)` with ๐-๙ written 0-9, for parsing and storing."""
    return str(value).translate(_TO_ARABIC)
