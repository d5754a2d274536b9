"""The parts of a card that can be sent back one by one, and which of them are open to their collector now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporting.models import Report

RESULT, EVIDENCE = "result", "evidence"
NARRATIVE = {
    "explanation": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
    "supporting_factors": "ปัจจัยสนับสนุน",
    "obstacles": "ปัญหาอุปสรรค",
    "suggestions": "ข้อเสนอแนะ",
}
PARTS = {RESULT: "ผลการดำเนินงาน", **NARRATIVE, EVIDENCE: "หลักฐานอ้างอิง"}


def locked(report: Report) -> frozenset[str]:
    """Parts that were not sent back and therefore stay as they were sent; empty when the whole card is open."""
    asked = {item["part"] for item in report.asked}
    return frozenset(PARTS) - asked if asked else frozenset()


def asking(reasons: dict[str, str]) -> list[dict[str, Any]]:
    """What a return asks for, as Report.asked and Decision.asked keep it, in the order of the card."""
    return [
        {"part": part, "reason": reasons[part].strip(), "fixed": False, "reply": ""}
        for part in PARTS
        if part in reasons
    ]


def in_words(asked: list[dict[str, Any]]) -> str:
    """One line per part, for mails and the history."""
    return "\n".join(f"{PARTS[item['part']]}: {item['reason']}" for item in asked)
