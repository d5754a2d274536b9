"""What keeps a letter from being issued, and what is only pointed out. Reads words, writes nothing.

A refusal names a mistake that cannot be meant (a Friday called Thursday); a warning names one that can.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from kpiportal import thai
from kpiportal.classified import WHERE_IT_GOES, mark_in
from kpiportal.dates import InvalidDate, parse_be_date
from kpiportal.letter_fields import OF_LETTER, OF_RECEIVER, fields_in
from kpiportal.models import Letter, Signatory
from kpiportal.workflow import Blocker

# field of Letter -> what the form calls it; what each kind has (LETTERS: forms 1 to 3 of the regulation)
_ALWAYS = {"subject": "เรื่อง", "addressee": "เรียน", "body": "ข้อความ"}
_HEAD = {"letterhead": "ส่วนราชการเจ้าของหนังสือ"}
_OWNER = {"owner": "ส่วนราชการเจ้าของเรื่อง"}
_SIGNED = {"signer": "ชื่อผู้ลงนาม", "signer_post": "ตำแหน่งผู้ลงนาม"}
NEEDED = {
    Letter.Kind.EXTERNAL: {**_HEAD, **_ALWAYS, **_SIGNED},
    Letter.Kind.MEMO: {**_OWNER, **_ALWAYS, **_SIGNED},
    Letter.Kind.STAMPED: {**_HEAD, **_ALWAYS, **_OWNER},
}
SCANNED = {"subject": "เรื่อง", "references": "อ้างถึง", "enclosures": "สิ่งที่ส่งมาด้วย", "body": "ข้อความ"}
SHORTEST_PHONE = 9  # a Thai number with its 0: nine figures by wire, ten by air

_MONTH = "|".join(map(re.escape, (*thai.MONTHS, *thai.SHORT_MONTHS)))
_WEEKDAY = "|".join(sorted((*thai.WEEKDAYS, "พฤหัส"), key=len, reverse=True))
_DATE = re.compile(
    rf"(?:วัน(?:{_WEEKDAY})?\s?(?:ที่)?\s?)?(?<!\d)\d{{1,2}}\s?(?:{_MONTH})\s?(?:พ\.\s?ศ\.\s?)?\d{{4}}(?!\d)"
)
# Of all that parse_be_date refuses, these cannot be meant in a letter of today; an old year can.
_MISTAKES = frozenset({"weekday", "day", "ce_year"})
_PHONE = re.compile(r"0[\d -]*\d")


def problems_of(letter: Letter) -> list[Blocker]:
    """Everything that must be put right before the letter takes a number."""
    found = [
        Blocker(f"ยังไม่ได้กรอก “{label}”", field=name)
        for name, label in NEEDED[Letter.Kind(letter.kind)].items()
        if not "".join(getattr(letter, name)).strip()
    ]
    if mark := mark_in(letter.subject):
        found.append(Blocker(f"เรื่องมีคำว่า “{mark}” {WHERE_IT_GOES}", field="subject"))
    year = thai.be_year(letter.dated.year)
    if year != letter.series.year:
        found.append(
            Blocker(
                f"หนังสือลงวันที่ {thai.date_text(letter.dated)} แต่เลือกทะเบียนของปี {letter.series.year} "
                f"ต้องใช้ทะเบียนของปี {year}",
                field="series",
            )
        )
    for name, label in SCANNED.items():
        for sentence in wrong_dates(_lines(getattr(letter, name))):
            found.append(Blocker(f"ช่อง “{label}”: {sentence}", field=name))
    further = (_urgent_by, _order_over, _for_nobody, _open_fields, _no_emblem)
    return [*found, *(blocker for look in further for blocker in look(letter))]


def _urgent_by(letter: Letter) -> list[Blocker]:
    """ด่วนภายใน names the day and the hour, and they are still to come."""
    if letter.urgency != Letter.Urgency.WITHIN:
        return []
    if letter.urgent_by is None:
        return [Blocker("ชั้นความเร็ว “ด่วนภายใน” ต้องระบุวันและเวลา", field="urgent_on")]
    if thai.day_in_bangkok(letter.urgent_by) < letter.dated:
        text = f"ด่วนภายใน {thai.datetime_text(letter.urgent_by)} ผ่านไปแล้วก่อนวันที่ของหนังสือ"
        return [Blocker(text, field="urgent_on")]
    return []


def _order_over(letter: Letter) -> list[Blocker]:
    """An order gives the right to sign for its days only."""
    signatory = letter.signatory
    if signatory is None or signatory.covers(letter.dated):
        return []
    until = signatory.valid_until
    period = f"ตั้งแต่ {thai.date_text(signatory.valid_from)}" + (f" ถึง {thai.date_text(until)}" if until else "")
    what = f"{signatory.acting} ตาม{signatory.order_text}" if signatory.acting else "ลงนามหนังสือ"
    text = f"{signatory.name} {what} ได้{period} แต่หนังสือลงวันที่ {thai.date_text(letter.dated)}"
    return [Blocker(text, field="signatory")]


def _acting_as(letter: Letter) -> tuple[str, bool]:
    """(the wording under which the signer acts for another, whether the post stood in for follows it); "" for none."""
    post = " ".join(letter.signer_post)
    for wording in Signatory.Acting.values:
        _, found, principal = post.rpartition(wording)
        if found:
            return wording, bool(principal.strip())
    return "", False


def _for_nobody(letter: Letter) -> list[Blocker]:
    """Two lines under the name: own post and wording, then the post stood in for (annex 3)."""
    wording, names_principal = _acting_as(letter)
    if not wording or names_principal or letter.kind == Letter.Kind.STAMPED:
        return []
    text = f"หลังคำว่า “{wording}” ต้องมีตำแหน่งที่ลงนามแทนในบรรทัดถัดไป เช่น ผู้ว่าราชการจังหวัด"
    return [Blocker(text, field="signer_post")]


def _open_fields(letter: Letter) -> list[Blocker]:
    """A field a template left open; one that differs by receiver is filled when each gets a letter of its own."""
    still = fields_in([letter.subject, letter.addressee, *letter.body])
    found = [
        Blocker(f"ยังไม่ได้ใส่ข้อความแทน [{name}] ({OF_LETTER[name]})", field="body")
        for name in sorted(still & OF_LETTER.keys())
    ]
    by_receiver = sorted(still & OF_RECEIVER.keys())
    if by_receiver and letter.series.circular:
        text = (
            f"ข้อความมีช่อง [{by_receiver[0]}] ซึ่งต่างกันไปตามผู้รับ หนังสือเวียน (ว) ต้องมีข้อความเดียวกันทุกฉบับ "
            "โปรดเลือกทะเบียนหนังสือทั่วไป หรือนำช่องนี้ออก"
        )
        found.append(Blocker(text, field="series"))
    return found


def _no_emblem(letter: Letter) -> list[Blocker]:
    if letter.emblem_paper or letter.organization.emblems.exists():
        return []
    text = "หน่วยงานยังไม่ได้ใส่ตราครุฑในระบบ ให้หัวหน้าหน่วยงานใส่ตรา หรือเลือกพิมพ์ลงบนกระดาษตราครุฑ"
    return [Blocker(text, field="emblem_paper")]


def warnings_of(letter: Letter, *, on: dt.date) -> list[str]:
    """What the writer should look at again; none of it stops the letter."""
    text = "\n".join(letter.body)
    found = [
        f"หมายเลข “{number}” มีเพียง {figures} หลัก หมายเลขโทรศัพท์ในประเทศไทยมี 9 หรือ 10 หลัก"
        for number, figures in short_phones([*letter.owner, f"โทร. {letter.phone}", f"โทรสาร {letter.fax}"])
    ]
    if "ที่อ้างถึง" in text and not letter.references:
        found.append("ข้อความกล่าวถึงหนังสือที่อ้างถึง แต่ช่อง “อ้างถึง” ว่างอยู่")
    if "สิ่งที่ส่งมาด้วย" in text and not letter.enclosures:
        found.append("ข้อความกล่าวถึงสิ่งที่ส่งมาด้วย แต่ช่อง “สิ่งที่ส่งมาด้วย” ว่างอยู่")
    if letter.kind != Letter.Kind.EXTERNAL and letter.series.circular:
        found.append(f"{letter.get_kind_display()}ไม่ใช้เลขหนังสือเวียน (ว) ควรเลือกทะเบียนหนังสือทั่วไป")
    if letter.kind == Letter.Kind.STAMPED and "".join(letter.letterhead[:1]).startswith("ศาลากลาง"):
        name = letter.organization.full_name
        found.append(f"เหนือตราของหนังสือประทับตราพิมพ์ชื่อส่วนราชการ คือ {name} ไม่ใช่ที่ตั้ง แก้ที่ช่อง “ส่วนราชการเจ้าของหนังสือ”")
    wording, _ = _acting_as(letter)
    if wording and not letter.acting_order and letter.kind != Letter.Kind.STAMPED:
        found.append(f"ผู้ลงนาม{wording} ควรระบุคำสั่งหรือข้อกฎหมายที่ให้ลงนามแทนในช่อง “คำสั่งที่ให้ปฏิบัติราชการแทน”")
    if letter.state in Letter.UNNUMBERED and letter.dated != on:
        found.append(f"หนังสือลงวันที่ {thai.date_text(letter.dated)} แต่วันนี้คือ {thai.date_text(on)}")
    return list(dict.fromkeys(found))


def wrong_dates(texts: Iterable[str]) -> list[str]:
    """One sentence per date that cannot be: the wrong weekday, a day the month does not have, a CE year."""
    found = []
    for text in texts:
        for phrase in date_phrases(text):
            try:
                parse_be_date(phrase)
            except InvalidDate as mistake:
                if mistake.code in _MISTAKES:
                    found.append(f"“{phrase}” ไม่ถูกต้อง {mistake}")
    return list(dict.fromkeys(found))


def dates_in(texts: Iterable[str]) -> set[dt.date]:
    """The days these texts name, as far as they can be."""
    found = set()
    for text in texts:
        for phrase in date_phrases(text):
            try:
                found.add(parse_be_date(phrase))
            except InvalidDate:
                continue
    return found


def date_phrases(text: str) -> Iterator[str]:
    """`วันศุกร์ที่ 16 ตุลาคม 2558`, `16 ต.ค. 2558`, ...: in Arabic digits, in the order they stand."""
    for match in _DATE.finditer(thai.to_arabic_digits(thai.clean_line(text))):
        yield match[0]


def short_phones(lines: Iterable[str]) -> list[tuple[str, int]]:
    """(number as written, how many figures) of each telephone number too short to be one.

    Only lines that speak of a telephone are read; what follows "ต่อ" is an extension and stays out.
    """
    found = []
    for line in lines:
        text = thai.to_arabic_digits(line)
        if "โทร" not in text:
            continue
        for match in _PHONE.finditer(re.sub(r"ต่อ\s?[\d ,-]+", "ต่อ", text)):
            figures = sum(char.isdigit() for char in match[0])
            if figures < SHORTEST_PHONE:
                found.append((match[0], figures))
    return found


def _lines(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
