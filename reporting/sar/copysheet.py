"""The e-SAR copy sheet: every field OPDC's system asks for, in its order, ready to be copied. No queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kpiportal.numbers import format_number

_WORDS = [
    ("explanation", "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ"),
    ("supporting_factors", "ปัจจัยสนับสนุน"),
    ("obstacles", "อุปสรรค"),
    ("suggestions", "ข้อเสนอแนะ"),
]


def sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Each {anchor, title, fields}; a field {key, label, text}. Fields without words are left out."""
    chapters = [
        {"key": f"chapter:{chapter['kind']}", "label": chapter["title"], "text": chapter["text"]}
        for chapter in content["chapters"]
        if chapter["text"]
    ]
    cards = {card["number"]: card for card in content["cards"]}
    lines = [line for line in content["lines"] if line["kind"] == "indicator"]
    return [
        {"anchor": "chapters", "title": "ภาพรวม", "fields": chapters},
        *(
            {
                "anchor": f"i-{line['number']}",
                "title": f"{line['number']} {line['name']}",
                "fields": _fields(content, line, cards.get(line["number"])),
            }
            for line in lines
        ),
    ]


def keys(content: dict[str, Any]) -> set[str]:
    return {field["key"] for section in sections(content) for field in section["fields"]}


def _fields(content: dict[str, Any], line: dict[str, Any], card: dict[str, Any] | None) -> list[dict[str, str]]:
    places = content["decimals"]
    pairs = [
        ("weight", "น้ำหนัก (ร้อยละ)", _number(line["weight"], 2)),
        ("result", "ผลการดำเนินงาน", line["result"] or "N/A"),
        ("score", "ค่าคะแนนที่ได้", _number(line["score"], places)),
        ("weighted", "คะแนนถ่วงน้ำหนัก", _number(line["weighted"], places)),
    ]
    if card:
        pairs += [(name, label, card[name]) for name, label in _WORDS]
        listed = "\n".join(f"{item['number']}. {item['name']}" for item in card["evidence"])
        pairs.append(("evidence", "หลักฐานอ้างอิง", listed))
    return [{"key": f"{line['number']}:{name}", "label": label, "text": text} for name, label, text in pairs if text]


def _number(value: str | None, decimals: int) -> str:
    """As OPDC's boxes take it: no thousands commas."""
    return "" if value is None else format_number(Decimal(value), decimals=decimals, grouping=False)
