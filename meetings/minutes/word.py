"""The minutes as a Word file, in the order of form 11, Thai set as complex script. What was adopted stays the PDF."""

from __future__ import annotations

from typing import Any

from kpiportal import thai
from kpiportal.wordfile import CENTRE, WordFile

INDENT = 2.5  # cm, of a paragraph's first line


def write(content: dict[str, Any]) -> bytes:
    """DOCX bytes of the minutes' content (minutes/paper.py content_of)."""
    document = WordFile(content["title"], top=2.5)
    for words in filter(None, (content["title"], content["number"], content["when"], content["place"])):
        _line(document, words, bold=True, centre=True)
    _people(document, "ผู้มาประชุม", content["present"])
    _people(document, "ผู้ไม่มาประชุม", content["absent"])
    _people(document, "ผู้เข้าร่วมประชุม", content["joined"])
    _line(document, content["began"], bold=True)
    for section in content["sections"]:
        _line(document, section["head"], bold=True)
        for part in section["parts"]:
            _part(document, part)
    if content["ended"]:
        _line(document, content["ended"], bold=True)
    for person, what in ((content["recorder"], "ผู้จดรายงานการประชุม"), (content["checker"], "ผู้ตรวจรายงานการประชุม")):
        if person:
            _line(document, "")
            for words in (f"({person[0]})", person[1], what):
                _line(document, words, left=7)
    return document.to_bytes()


def _part(document: WordFile, part: dict[str, Any]) -> None:
    if part["title"]:
        _line(document, f"{part['number']} {part['title']}", bold=True, first=1.25)
    for words in part["discussion"]:
        _line(document, words, first=INDENT)
    if part["decision"] or part["resolutions"]:
        _line(document, f"มติที่ประชุม {' '.join(part['decision'])}", bold=True, first=INDENT)
    for one in part["resolutions"]:
        _line(document, f"- {one['words']} (ผู้รับผิดชอบ {one['owner']} {one['due']})", first=INDENT)


def _people(document: WordFile, head: str, people: list[dict[str, str]]) -> None:
    if not people:
        return
    _line(document, head, bold=True)
    for number, one in enumerate(people, start=1):
        reason = f" ({one['reason']})" if one.get("reason") else ""
        _line(document, f"{number}. {one['name']}\t{one['post']}{reason}\t{one['seat']}", tabs=(6, 14))


def _line(document: WordFile, text: str, *, centre: bool = False, **look: Any) -> None:
    """One paragraph with Thai digits; lengths in cm."""
    document.line(thai.on_paper(text), align=CENTRE if centre else None, **look)
