"""What an uploaded file may be called: Thai is kept, tricks are not."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150
NAMELESS = "ไฟล์"

_RESERVED_SIGNS = re.compile(r'[<>:"|?*]')
_RESERVED_WORDS = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The last part of `name`, NFC, safe in a header, on a screen and on any file system; never empty.

    Out: folders, control characters, NUL, line ends, text-direction and invisible characters (a name shown as
    "รายงานexe.pdf" may end in .exe), private-use and unassigned code points, leading and trailing dots and
    blanks. Characters and words Windows reserves get "_". At most 150 characters; the extension survives.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Zs is every kind of blank; C* are control, format (bidi, zero width), surrogate, private, unassigned.
    kept = "".join(
        " " if unicodedata.category(sign) == "Zs" or sign in "\t\r\n" else sign
        for sign in last
        if sign in "\t\r\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    kept = _RESERVED_SIGNS.sub("_", re.sub(r" +", " ", kept))
    stem, extension = split(kept.strip(" ."))
    stem = _cut(stem.strip(" ."), LONGEST - len(extension))
    if _RESERVED_WORDS.match(stem + extension):
        stem = _cut("_" + stem, LONGEST - len(extension))
    return (stem or NAMELESS) + extension


def split(name: str) -> tuple[str, str]:
    """(stem, extension with its dot). An extension is 1-8 ASCII letters or digits: "ข้อ 1.2 ผล" has none."""
    found = re.fullmatch(r"(.*)(\.[A-Za-z0-9]{1,8})", name)
    return (found[1], found[2]) if found else (name, "")


def _cut(text: str, longest: int) -> str:
    """Shorten without leaving half a Thai letter: marks above and below go with their consonant."""
    if len(text) <= longest:
        return text
    end = longest
    while end > 0 and (unicodedata.category(text[end]) in {"Mn", "Mc"} or text[end] == "ำ"):
        end -= 1
    return text[:end].rstrip(" .")
