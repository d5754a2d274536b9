"""The agreement as a Word file, from the same words as its PDF: for a province's own layout. It proves nothing."""

from __future__ import annotations

from typing import Any

from agreements import freeze
from agreements.models import Agreement, AgreementVersion
from agreements.signing import document
from kpiportal.wordfile import CENTRE, WordFile, without_markup

WIDE = 26.7  # cm between the margins of a lying page


def file_name(agreement: Agreement, version: AgreementVersion | None) -> str:
    return document.file_name(agreement, version).removesuffix(".pdf") + ".docx"


def docx(agreement: Agreement, version: AgreementVersion | None) -> bytes:
    """The version's document, or the draft of what would be signed."""
    content = version.content if version else freeze.content_of(agreement)
    words = without_markup({**document.words_of(content, version), "qr": ""})
    file = WordFile(file_name(agreement, version).removesuffix(".docx"))
    file.line("คำรับรองการปฏิบัติราชการ" if version else "(ร่าง) คำรับรองการปฏิบัติราชการ", align=CENTRE, size=20, bold=True)
    file.line(words["owner"], align=CENTRE, size=18, bold=True)
    file.line(f"ประจำปีงบประมาณ พ.ศ. {words['year']}", align=CENTRE, size=18, bold=True)
    for clause in words["clauses"]:
        file.line(clause, before=7, first=1.6)
    file.signs(words["signs"])
    if words["sha256"]:
        file.line(f"ตรวจสอบเนื้อหาของเอกสาร{words['version']} ได้ที่ {words['address']}", before=18, size=13)
        file.line(f"sha256 {words['sha256']}", size=12)
    _framework(file, words)
    _templates(file, words)
    return file.to_bytes()


def _framework(file: WordFile, words: dict[str, Any]) -> None:
    """Annex 1: dimensions, indicators, weights, targets, criteria."""
    file.lying_page()
    file.heading("เอกสารแนบท้าย ๑ กรอบการประเมินผล ตัวชี้วัด น้ำหนัก เป้าหมาย และเกณฑ์การให้คะแนน")
    points = words["points"]
    rows: list[list[str]] = [["ตัวชี้วัด", "หน่วยวัด", "น้ำหนัก (ร้อยละ)", "ค่าเป้าหมาย", *points, "เจ้าภาพหลัก"]]
    for group in words["groups"]:
        rows.append([group["name"], "", group["weight"], "", *("" for _ in points), ""])
        for row in group["rows"]:
            levels = row["levels"] or [row["kind"], *("" for _ in points[1:])]
            levels = [*levels, *("" for _ in points[len(levels) :])]
            name = f"{row['number']} {row['name']}"
            rows.append([name, row["unit"], row["weight"], row["target"], *levels, row["hosts"]])
    rows.append(["รวม", "", words["total"], "", *("" for _ in points), ""])
    fixed = [8.0, 2.2, 2.0, 2.2]
    level = (WIDE - sum(fixed) - 4) / len(points)
    file.table(rows, widths=[*fixed, *(level for _ in points), 4.0])


def _templates(file: WordFile, words: dict[str, Any]) -> None:
    """Annex 2: one table of blocks per indicator."""
    file.heading("เอกสารแนบท้าย ๒ รายละเอียดตัวชี้วัด")
    for one in words["templates"]:
        file.heading(one["title"], level=2)
        levels = [f"{point} คะแนน: {level}" for point, level in one["levels"]]
        file.table(
            [*one["blocks"], ["เกณฑ์การให้คะแนน", "\n".join([one["kind"], *levels])]], widths=[4.2, WIDE - 4.2], head=0
        )
