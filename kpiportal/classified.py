"""Classified papers do not belong here: the portal is no system for them (ระเบียบว่าด้วยการรักษาความลับของทางราชการ).

Only a mark that stands by itself, or ends one of the words that carry it, counts. Thai is written without blanks, so
กลับ, สลับ, ความลับ and the district ลับแล hold the same letters and mean nothing of the kind.
"""

from __future__ import annotations

import re
import unicodedata

WHERE_IT_GOES = "ระบบนี้ไม่รับเรื่องที่มีชั้นความลับ โปรดส่งเป็นกระดาษผ่านนายทะเบียนข้อมูลข่าวสารลับของหน่วยงาน"

_LETTER = "ก-ฺเ-๎"  # Thai letters and marks; Thai figures and ฯ end a word
_CARRIERS = ("หนังสือ", "เอกสาร", "บันทึก", "ข้อมูล", "ข้อมูลข่าวสาร", "ราชการ", "ด่วน", "ชั้น")
_MARK = re.compile(rf"(?<![{_LETTER}])(?:{'|'.join(_CARRIERS)})?(?P<mark>ลับที่สุด|ลับมาก|ลับ)(?:ด่วน)?(?![{_LETTER}])")


def mark_in(text: str) -> str | None:
    """ลับ, ลับมาก or ลับที่สุด when the text bears it as a mark; None otherwise."""
    found = _MARK.search(unicodedata.normalize("NFC", text))
    return found["mark"] if found else None
