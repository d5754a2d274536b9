"""Repair of Thai text pasted from old PDFs, and cleaning of whatever people type.

Never NFKC: it splits ำ into two characters, folds ² and ½, and would undo the repair itself.
"""

import re

# Windows-era Thai fonts drew shifted marks from private code points; PDFs made with them paste those codes.
# Each number is the offset in the Thai block (U+0E00) of the character meant: from U+F700, from U+F884.
_WINDOWS_GLYPHS = "10 34 35 36 37 48 49 4A 4B 4C 48 49 4A 4B 4C 0D 31 4D 47 48 49 4A 4B 4C 38 39 3A"
_ADOBE_GLYPHS = "31 34 35 36 37 47 48 48 48 49 49 49 4A 4A 4A 4B 4B 4B 4C 4C 4C 4D"


def _block(start: int, offsets: str) -> dict[int, int]:
    return {start + i: 0x0E00 + int(offset, 16) for i, offset in enumerate(offsets.split())}


_TABLE = _block(0xF700, _WINDOWS_GLYPHS) | _block(0xF884, _ADOBE_GLYPHS)
_TABLE |= dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], 0x20)

_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control, format (zero-width, bidi, soft hyphen, tags), surrogate and non-characters: nobody can see them,
# yet they break search, file names, XML and the database. Visible format signs of other scripts stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)

_CONSONANT = "[ก-ฮ]"
_TONE = "[\u0e48-\u0e4b]"
_MARK = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
# Word-made PDFs paste ำ as "space + า": no Thai word begins with า, so the gap is always a lost nikhahit.
_SPLIT_AM = re.compile(f"({_CONSONANT}{_TONE}?) ({_TONE}?)า")
_NIKHAHIT_AA = re.compile(f"\u0e4d({_TONE}*)า")
_GAP_BEFORE_MARK = re.compile(f"(?<={_CONSONANT}) (?={_MARK})|(?<={_MARK}) (?={_MARK})")
_TONE_TOO_LATE = re.compile("(?<=[ก-ฮ\u0e31\u0e34-\u0e3a])([ะาำ])" + f"({_TONE}+)")
_MARKS = re.compile(f"{_MARK}{{2,}}")


def repair(text: str) -> str:
    """Thai as it was meant, from text pasted out of old PDFs: `ผ<U+F70B>ู` and `จัดทํา` become ผู้ and จัดทำ.

    Private glyph codes, ํา and `space + า` -> ำ, เเ -> แ, marks in typing order and not doubled, odd spaces
    -> space, line ends -> `\\n`, invisible characters dropped. Running it twice changes nothing more. A vowel
    that slid onto the *next consonant* (จงัหวัด) needs a dictionary and is left for the reader.
    """
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text).translate(_TABLE))
    text = _SPLIT_AM.sub(r"\1\2ำ", text)
    text = _GAP_BEFORE_MARK.sub("", text.replace("เเ", "แ"))
    text = _NIKHAHIT_AA.sub(r"\1ำ", _MARKS.sub(_in_typing_order, text))
    return _MARKS.sub(_in_typing_order, _TONE_TOO_LATE.sub(r"\2\1", text))


def clean_line(text: str) -> str:
    """One line of typed text: repaired, every run of spaces or line ends one space, none at the ends."""
    # The second repair sees marks that only joining brought side by side.
    return repair(" ".join(repair(text).split()))


def clean_text(text: str) -> str:
    """Paragraphs of typed text: repaired, `\\n` only, no spaces at line ends, no blank lines around it."""
    return "\n".join(line.rstrip() for line in repair(text).split("\n")).strip("\n")


def _in_typing_order(marks: re.Match[str]) -> str:
    """Vowel above or below, then ํ or ็, then tone, then ์; a mark typed twice cannot be seen, so once."""
    return "".join(sorted(dict.fromkeys(marks[0]), key=_rank))


def _rank(mark: str) -> int:
    if mark in "\u0e47\u0e4d":
        return 1
    if "\u0e48" <= mark <= "\u0e4b":
        return 2
    return 3 if mark in "\u0e4c\u0e4e" else 0
