"""What must stay on one line of an official letter: dates, times, numbers with their unit, names, codes.

Thai writes no spaces between words, so a line may break nearly anywhere; and neither a no-break space nor a
word joiner holds a Thai phrase together for the layout engine.  Only `white-space: nowrap` does.  Everything
that comes out of here is escaped: text of an officer never becomes markup.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from kpiportal.pdf.engine import break_points
from kpiportal.thai.calendar import MONTHS, SHORT_MONTHS, WEEKDAYS

TITLES = (
    "นาง นางสาว ว่าที่ร้อยตรี ว่าที่ร้อยโท ว่าที่ร้อยเอก ว่าที่พันตรี ร้อยตรี ร้อยโท ร้อยเอก พันตรี พันโท พันเอก "
    "พลตรี พลโท พลเอก ร้อยตำรวจตรี ร้อยตำรวจโท ร้อยตำรวจเอก พันตำรวจตรี พันตำรวจโท พันตำรวจเอก พลตำรวจตรี "
    "พลตำรวจโท พลตำรวจเอก ดร. ผู้ช่วยศาสตราจารย์ รองศาสตราจารย์ ศาสตราจารย์ นายแพทย์ แพทย์หญิง หม่อมหลวง หม่อมราชวงศ์"
)
NOT_A_TITLE = "อำเภอ ก ทะเบียน ช่าง ทหาร จ้าง แพทย์ ทุน ท่า สถานี"
"""What makes นาย the beginning of another word."""
UNITS = (
    "ครั้ง คน ราย แห่ง บาท พันบาท ล้านบาท ชุด แผ่น ฉบับ เล่ม หน้า เดือน ปี วัน ชั่วโมง นาที ตัวชี้วัด โครงการ จังหวัด "
    "อำเภอ ตำบล หมู่บ้าน ครัวเรือน ตัว รายการ คะแนน ระดับ ขั้นตอน มิติ ข้อ เรื่อง ประเด็น กลุ่ม หน่วยงาน ส่วนราชการ ไร่ "
    "กิโลเมตร เมตร ตัน ดวง คัน เครื่อง องค์กร"
)
COUNTED = "รอบ ชั้น ข้อ มาตรา วาระที่ ครั้งที่ ตัวชี้วัดที่ มิติที่ ระดับ ระดับที่ ขั้นตอนที่ ข้อที่ ฉบับที่ หน้า ปี ปีงบประมาณ ร้อยละ เลขที่ หมู่ที่"
ABBREVIATED = "โทร. โทรสาร โทรศัพท์ ต่อ"

LONGEST_STRETCH = 12
"""Characters a match may grow to reach the end of the word it stops in; further, and it is left alone."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_DROPPED: dict[int, str | None] = {**dict.fromkeys((*_CONTROLS, 0xFEFF)), 9: " ", 10: " ", 13: " "}
"""Controls: not printable, and the bidirectional ones would show a letter otherwise than it is stored."""

_ZERO_WIDTH_SPACE = "\u200b"


def _any_of(words: str | Sequence[str]) -> str:
    """Longest first, so that นางสาว is not read as นาง."""
    listed = words.split() if isinstance(words, str) else words
    return "(?:" + "|".join(map(re.escape, sorted(listed, key=len, reverse=True))) + ")"


_NUMBER = r"[0-9๐-๙](?:[0-9๐-๙.,/:]*[0-9๐-๙])?"
_GAP = r"[ \u00a0]"
_MONTH = f"(?:{_any_of(MONTHS)}|{_any_of(SHORT_MONTHS)})"
_ERA = rf"(?:(?:พ\.ศ\.|ค\.ศ\.){_GAP}?)"
_DAY = rf"{_NUMBER}(?:{_GAP}?[-–]{_GAP}?{_NUMBER})?"
_THAI_RUN = "[\u0e01-\u0e4e]"
_TITLE = rf"(?:{_any_of(TITLES)}|นาย(?!{_any_of(NOT_A_TITLE)}))"

_RULES = [
    # a day, a range of days, a month of a year
    rf"(?:วัน(?:{_any_of(WEEKDAYS)})?ที่{_GAP}?)?{_DAY}{_GAP}{_MONTH}(?:{_GAP}{_ERA}?{_NUMBER})?",
    rf"(?:{_MONTH}{_GAP}?[-–]{_GAP}?)?{_MONTH}{_GAP}{_ERA}?{_NUMBER}",
    rf"วันที่{_GAP}{_DAY}",
    # a time of day
    rf"(?:เวลา{_GAP})?{_NUMBER}(?:{_GAP}?[-–]{_GAP}?{_NUMBER})?{_GAP}(?:น\.|นาฬิกา)",
    # a letter's number
    rf"ที่{_GAP}[ก-ฮ]{{1,4}}{_GAP}?[0-9๐-๙.]+/{_GAP}?(?:ว{_GAP}?)?[0-9๐-๙]*",
    rf"{_ERA}{_NUMBER}",
    # numbers with what they count
    rf"(?:จำนวน|{_any_of(COUNTED)}){_GAP}{_NUMBER}(?:{_GAP}?{_any_of(UNITS)})?",
    rf"{_any_of(ABBREVIATED)}(?:/{_any_of(ABBREVIATED)})?{_GAP}{_NUMBER}(?:[ -]{_NUMBER})*",
    rf"{_NUMBER}{_GAP}{_any_of(UNITS)}",
    r"[0-9๐-๙]+(?:[./:-][0-9๐-๙]+)+",
    # title, name and surname; a surname that runs into the next words is left to the dictionary
    rf"{_TITLE}{_GAP}?{_THAI_RUN}{{2,20}}{_GAP}(?:{_THAI_RUN}{{1,14}}(?!{_THAI_RUN})|{_THAI_RUN})",
    # repetition, abbreviations, et cetera
    rf"{_THAI_RUN}{_GAP}ๆ",
    r"(?:[ก-ฮ]{1,3}[\u0e34-\u0e39]?\.){2,6}",
    r"ฯลฯ",
]
_LEADING = re.compile(rf"(?<!{_THAI_RUN})(?:ณ{_GAP}|ใน){_THAI_RUN}")
"""A preposition after a space goes with the word it leads, whatever else that word belongs to."""
_OPENING = r"[“‘\"(]"
_NOBREAK = "|".join(_RULES)
_QUOTED = rf"[“‘\"]{_GAP}?[\u0e01-\u0e4ea-zA-Z]{{1,2}}"


def nobreak(text: str, names: Iterable[str] = ()) -> SafeString:
    """`text` escaped, with every phrase that must stay whole in `<span class="nb">`; `names` stay whole too.

    A phrase that stops inside a word is stretched to the word's end as the break dictionary sees it.  Control
    and bidirectional characters are dropped; nothing else of the text is changed.
    """
    return _kept_whole(text, tuple(sorted({name for name in names if name}, key=len, reverse=True)))


@lru_cache(maxsize=512)
def _kept_whole(text: str, names: tuple[str, ...]) -> SafeString:
    """Remembered, for hundreds of copies of a circular share their paragraphs."""
    clean = text.translate(_DROPPED)
    pattern = _pattern(names)
    spans = sorted(match.span() for rule in (pattern, _LEADING) for match in rule.finditer(clean))
    if not spans:
        return SafeString(escape(clean))
    allowed = [0, *break_points(clean), len(clean)]
    out, done = [], 0
    for start, end in _whole_words(clean, spans, allowed):
        between = escape(clean[done:start])
        out += [
            between,
            _break_at(clean, start, allowed) if between else "",
            '<span class="nb">',
            escape(clean[start:end]),
            "</span>",
            _break_at(clean, end, allowed),
        ]
        done = end
    return SafeString("".join([*out, escape(clean[done:])]))


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    named = rf"(?:{_TITLE}{_GAP}?)?(?:{'|'.join(map(re.escape, names))})|" if names else ""
    return re.compile(rf"(?:{_OPENING})?(?:{named}{_NOBREAK})|{_QUOTED}")


def _whole_words(text: str, spans: Sequence[tuple[int, int]], allowed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans moved out to the nearest places where a line may break; overlapping ones become one."""
    last: tuple[int, int] | None = None
    for start, end in spans:
        before = allowed[bisect_right(allowed, start) - 1]
        after = allowed[bisect_left(allowed, end)]
        start = before if start - before <= LONGEST_STRETCH else start
        if after - end <= LONGEST_STRETCH:
            end = max(end, len(text[:after].rstrip()))
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _break_at(text: str, index: int, allowed: Sequence[int]) -> str:
    """At the edge of a span the engine looks at two letters only and misses the break between two words."""
    if not 0 < index < len(text) or text[index - 1].isspace() or text[index].isspace():
        return ""
    return _ZERO_WIDTH_SPACE if allowed[bisect_left(allowed, index)] == index else ""
