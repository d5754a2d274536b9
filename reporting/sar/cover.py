"""The words of the letter that goes to OPDC with a SAR; the writer may change all of it."""

from __future__ import annotations

from typing import Any

from kpiportal import thai
from reporting.models import Consolidation


def cover_words(sar: Consolidation) -> dict[str, Any]:
    round, agreement = sar.round, sar.round.agreement
    owner, year = agreement.owner.full_name, agreement.fiscal_year
    noun = "กลุ่มจังหวัด" if owner.startswith("กลุ่ม") else "จังหวัด"
    what = f"รายงานการประเมินผลตนเอง (Self-Assessment Report) {round.name} ประจำปีงบประมาณ พ.ศ. {year}"
    return {
        "subject": f"ส่ง{what} ของ{owner}",
        "addressee": "เลขาธิการ ก.พ.ร.",
        "references": [],
        "enclosures": [f"{what} จำนวน 1 ชุด"],
        "body": [
            f"ตามที่ สำนักงาน ก.พ.ร. กำหนดให้{noun}รายงานผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ "
            f"ประจำปีงบประมาณ พ.ศ. {year} {round.name} นั้น",
            f"{owner}ได้รวบรวมผลการดำเนินงานของทุกตัวชี้วัด ข้อมูลสะสมถึงวันที่ {thai.date_text(round.period_end)} "
            f"และจัดทำ{what} เรียบร้อยแล้ว รายละเอียดตามสิ่งที่ส่งมาด้วย",
            "จึงเรียนมาเพื่อโปรดพิจารณา",
        ],
    }


def referred_to(sar: Consolidation) -> str:
    """ที่ ชม 0017.2/123 ลงวันที่ 28 ตุลาคม 2558; empty while the letter has no number."""
    letter = sar.letter
    if letter is None or letter.state != letter.State.ISSUED:
        return ""
    return f"ที่ {letter.number_text} ลงวันที่ {thai.date_text(letter.dated)}"
