"""What a collector's open page is told when its card changes under it: closed, sent back, reopened, amended.

The polling is that of all pages that save as you type (kpiportal/news.py).
"""

from __future__ import annotations

from reporting import parts
from reporting.models import Report
from reporting.states import EDITABLE, ReportState, RoundState


def stamp(report: Report) -> str:
    """Whether, under which version of the agreement, and in which parts the card can be filled now."""
    if not _is_open(report):
        return f"{report.version.number}.{report.round.state}.{report.state}"
    return ".".join([str(report.version.number), "fill", *(item["part"] for item in report.asked)])


def sentence(report: Report, seen: str) -> str:
    """What happened to the card since a page with the stamp `seen` was read."""
    if seen.partition(".")[0] != str(report.version.number):
        return f"คำรับรองฯ แก้ไขเป็น{report.version} แล้ว เกณฑ์ของตัวชี้วัดนี้อาจเปลี่ยน"
    if report.state == ReportState.CANCELLED:
        return "ตัวชี้วัดนี้ถูกยกเลิกตามคำรับรองฯ ฉบับแก้ไข"
    if report.round.state != RoundState.OPEN and report.state in EDITABLE:
        return "รอบนี้ปิดรับรายงานแล้ว หากยังต้องส่ง กรุณาติดต่อผู้ประสานงานจังหวัดให้เปิดรับอีกครั้ง"
    if not _is_open(report):
        return f"รายงานนี้เปลี่ยนสถานะเป็น “{report.get_state_display()}” จึงแก้ไขไม่ได้แล้ว"
    if report.asked:
        return f"รายงานนี้ถูกส่งกลับให้แก้เฉพาะ{' '.join(parts.PARTS[item['part']] for item in report.asked)}"
    if report.state == ReportState.RETURNED:
        return "รายงานนี้ถูกส่งกลับให้แก้ไข"
    return "รายงานนี้เปิดให้กรอกได้แล้ว"


def _is_open(report: Report) -> bool:
    return report.state in EDITABLE and report.round.state == RoundState.OPEN
