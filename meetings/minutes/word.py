"""The minutes as a Word file, in the order of form 11, Thai set as complex script. What was adopted stays the PDF."""

from __future__ import annotations

from typing import Any

from kpiportal import thai
from kpiportal.wordfile import CENTRE, SIZE, WordFile

INDENT = 2.5  # cm, of a paragraph's first line
COLUMNS = (1.3, 5, 7, 2.7)  # cm: number, name, post, standing
HAND = "ลงชื่อ" + "." * 30


def write(content: dict[str, Any]) -> bytes:
    """DOCX bytes of the minutes' content (minutes/paper.py content_of)."""
    document = WordFile(content["title"], top=2.5)
    for words in filter(None, (content["title"], content["number"], content["when"], content["place"])):
        _line(document, words, bold=True, centre=True)
    _people(document, "ผู้มาประชุม", content["present"])
    _people(document, "ผู้ไม่มาประชุม", content["absent"])
    _people(document, "ผู้เข้าร่วมประชุม", content["joined"])
    _head(document, content["began"])
    for section in content["sections"]:
        _head(document, section["head"])
        for part in section["parts"]:
            _part(document, part)
    if content["ended"]:
        _head(document, content["ended"])
    for person, what in ((content["recorder"], "ผู้จดรายงานการประชุม"), (content["checker"], "ผู้ตรวจรายงานการประชุม")):
        if person:
            document.signs([("",), (HAND, thai.on_paper(f"({person[0]})"), thai.on_paper(person[1]), what)])
    return document.to_bytes()


def _head(document: WordFile, text: str, **look: Any) -> None:
    """Bold, and never the last line of a page."""
    _line(document, text, bold=True, keep=True, **{"before": 6, **look})


def _part(document: WordFile, part: dict[str, Any]) -> None:
    if part["title"]:
        _head(document, f"{part['number']}\t{part['title']}", before=3, left=1.25, hang=1.25)
    for words in part["discussion"]:
        _line(document, words, first=INDENT)
    if part["decision"] or part["resolutions"]:
        text = f"มติที่ประชุม {' '.join(part['decision'])}"
        _line(document, text, bold=True, first=INDENT, keep=bool(part["resolutions"]))
    for one in part["resolutions"]:
        _line(document, f"- {one['words']} (ผู้รับผิดชอบ {one['owner']} {one['due']})", first=INDENT)


def _people(document: WordFile, head: str, people: list[dict[str, str]]) -> None:
    """Number, name, post and standing under each other, however long a post is."""
    if not people:
        return
    _head(document, head)
    rows = []
    for number, one in enumerate(people, start=1):
        reason = f" ({one['reason']})" if one.get("reason") else ""
        rows.append([thai.on_paper(text) for text in (f"{number}.", one["name"], one["post"] + reason, one["seat"])])
    document.table(rows, widths=COLUMNS, head=0, size=SIZE, grid=False)


def _line(document: WordFile, text: str, *, centre: bool = False, **look: Any) -> None:
    """One paragraph with Thai digits; lengths in cm."""
    document.line(thai.on_paper(text), align=CENTRE if centre else None, **look)
