"""Fields in square brackets ([ปีงบประมาณ]) that a template leaves open. A search for known names, nothing evaluated:
whatever else stands in brackets is just words, and what is put in is never searched again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Known when the draft is made.
OF_LETTER = {"หน่วยงาน": "ชื่อหน่วยงานเจ้าของหนังสือ", "ปีงบประมาณ": "ปีงบประมาณ พ.ศ.", "ปีงบประมาณถัดไป": "ปีงบประมาณถัดไป พ.ศ."}
# Different for each receiver: every one gets a letter, and a number, of its own.
OF_RECEIVER = {"ผู้รับ": "ตำแหน่งผู้รับ", "หน่วยงานผู้รับ": "ชื่อหน่วยงานผู้รับ"}
_FIELD = re.compile(
    r"\[(" + "|".join(map(re.escape, sorted({*OF_LETTER, *OF_RECEIVER}, key=len, reverse=True))) + r")\]"
)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the fields of `values` put in; other fields stay as they are."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def fields_in(texts: Iterable[str]) -> set[str]:
    """Names of the fields still open."""
    return {found for text in texts for found in _FIELD.findall(text)}
