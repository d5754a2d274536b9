"""A stored sort key that puts Thai in dictionary order under plain byte comparison (PostgreSQL "C")."""

import re

from kpiportal.thai.digits import to_arabic_digits
from kpiportal.thai.text import repair

_LEADING = re.compile("([เ-ไ])([ก-ฮ])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\w\s](?=\d)")
_VOWEL_SIGNS = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39")
# Weighed only when the letters are equal, in this order; "0" is "no mark" and closes each letter.
_MARKS = dict(zip("ฯๆ\u0e4e\u0e3a\u0e4c\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4d", "123456789AB", strict=True))
_WORD_GAP = "-"  # before digits and letters: "สำนักงาน ก" stands before "สำนักงานก"
_LEVEL = "!"  # before everything that can follow a shared beginning


def sort_key(text: str) -> str:
    """`letters[!marks]`: ก < กก < กา < เกาะ < แก < ไก่ < ขา, as in the Royal Institute dictionary.

    A leading vowel (เ แ โ ใ ไ) stands after its consonant; ็ ่ ้ ๊ ๋ ์ decide only between equal letters;
    Thai and Arabic digits are one; case and punctuation do not count. Store it beside the name and order by
    it; it is never longer than twice the text.
    """
    letters: list[str] = []
    marks: list[str] = []
    for char in _prepared(text):
        if char in _MARKS:
            if marks:
                marks[-1] += _MARKS[char]
        elif char == " " or char.isalnum() or char in _VOWEL_SIGNS:
            letters.append(_WORD_GAP if char == " " else char)
            marks.append("")
    weights = "".join(mark + "0" for mark in marks).rstrip("0")
    return "".join(letters) + (_LEVEL + weights if weights else "")


def _prepared(text: str) -> str:
    """Repaired; digits, case and ๅ (sounded า) folded; one space between words; leading vowels moved."""
    folded = _BETWEEN_DIGITS.sub(" ", to_arabic_digits(repair(text)).lower()).replace("ๅ", "า")
    return _LEADING.sub(r"\2\1", " ".join(folded.split()))
