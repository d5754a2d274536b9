"""Numbers of official letters: `ชม ๐๐๑๗.๒/ว ๗๕๒๗๕` (DOMAIN.md 5.6)."""

import re
from dataclasses import dataclass

from kpiportal.thai.digits import to_arabic_digits, to_thai_digits
from kpiportal.thai.text import clean_line

_PATTERN = re.compile(
    r"(?:ที่\s*)?(?P<abbreviation>[ก-ฮ]{2})\s*(?P<office>[0-9]{4})(?:\s*\.\s*(?P<group>[0-9]+(?:\.[0-9]+)*))?"
    r"\s*/\s*(?P<circular>ว\s*\.?\s*)?(?P<running>[0-9]{1,9})"
)


class InvalidLetterNumber(ValueError):
    """`str(error)` is a Thai sentence for the person who typed the number."""


@dataclass(frozen=True, slots=True)
class LetterNumber:
    """`abbreviation` ชม, `office` "0017", `group` "2" or "", `circular` = ว, `running` from 1."""

    abbreviation: str
    office: str
    group: str
    circular: bool
    running: int

    @property
    def code(self) -> str:
        """The owner's part in stored (Arabic) digits: `ชม 0017.2`."""
        return f"{self.abbreviation} {self.office}" + (f".{self.group}" if self.group else "")

    def text(self, *, thai_digits: bool = True) -> str:
        """`ชม ๐๐๑๗.๒/ว ๗๕๒๗๕`; a space after ว, none around the stroke."""
        text = f"{self.code}/{'ว ' if self.circular else ''}{self.running}"
        return to_thai_digits(text) if thai_digits else text

    def __str__(self) -> str:
        return self.text()


def parse_letter_number(text: str) -> LetterNumber:
    """Read a letter number typed with either digits and any spacing, with or without "ที่" before it."""
    match = _PATTERN.fullmatch(to_arabic_digits(clean_line(text)))
    if not match or int(match["running"]) == 0:
        raise InvalidLetterNumber("อ่านเลขที่หนังสือไม่ได้ โปรดพิมพ์ เช่น ชม ๐๐๑๗.๒/ว ๗๕๒๗๕ หรือ ชม 0017.2/2739")
    return LetterNumber(
        abbreviation=match["abbreviation"],
        office=match["office"],
        group=match["group"] or "",
        circular=bool(match["circular"]),
        running=int(match["running"]),
    )
