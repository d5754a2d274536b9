"""The SAR as a workbook in OPDC's column order (DOMAIN.md 4.4, the wide table with criteria): numbers are numbers, text
is text (kpiportal/xlsx.py), no data is said in words and never 0 (R33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from kpiportal.xlsx import Cell, Column, Sheet, write_workbook
from reporting.sar import printed
from reporting.sar.facts import number
from reporting.sheet import STATE_LABELS


def write(content: dict[str, Any], *, at: dt.datetime) -> bytes:
    """XLSX bytes: the summary, the words of every card, the evidence, the chapters."""
    return write_workbook([_summary(content), _words(content), _evidence(content), _chapters(content)], at=at)


def _summary(content: dict[str, Any]) -> Sheet:
    places = content["decimals"]
    levels = [Column(f"เกณฑ์ {printed.plain_figure(point)}", 10, "number", None) for point in content["points"]]
    columns = [
        Column("ตัวชี้วัดการปฏิบัติราชการ", 60),
        Column("หน่วย", 12),
        Column("เป้าหมาย", 11, "number", None),
        Column("น้ำหนัก (ร้อยละ)", 11, "number", 2),
        *levels,
        Column("ผลการดำเนินงาน", 18, "number", None),
        Column("ค่าคะแนนที่ได้", 12, "number", places),
        Column("คะแนนถ่วงน้ำหนัก", 12, "number", places),
        Column("หน่วยงานเจ้าภาพ", 30),
        Column("สถานะ", 18),
        Column("หมายเหตุ", 40),
    ]
    return Sheet("ตารางสรุปผล", columns, _rows(content))


def _rows(content: dict[str, Any]) -> Iterator[list[Cell]]:
    blank: list[Cell] = [None] * len(content["points"])
    for line in content["lines"]:
        figures = [number(line["score"]), number(line["weighted"])]
        if line["kind"] != "indicator":
            yield [line["name"], None, None, number(line["weight"]), *blank, None, *figures]
            continue
        result = number(line["value"]) if line["value"] is not None else line["result"] or None
        yield [
            f"{line['number']} {line['name']}", line["unit"], number(line["target"]), number(line["weight"]),
            *_levels(content, line["number"]), result, *figures, line["host"],
            str(STATE_LABELS[line["state"]]), " ".join(line["remarks"]) or None,
        ]  # fmt: skip
    totals = content["totals"]
    tail = [*blank, None]
    yield ["คะแนนรวม นับทุกตัวชี้วัดของรอบ", None, None, number(totals["weight"]), *tail, number(totals["score"])]
    yield [
        "คะแนนเฉพาะตัวชี้วัดที่ผ่านการตรวจแล้ว", None, None, number(totals["passed_weight"]), *tail,
        number(totals["passed"]),
    ]  # fmt: skip


def _levels(content: dict[str, Any], indicator: str) -> list[Cell]:
    """One number per point; steps and other kinds in words, in the first box."""
    criteria, count = content["criteria"][indicator], len(content["points"])
    if not criteria["steps"] and len(criteria["levels"]) == count:
        return [number(level) for level in criteria["levels"]]
    if len(criteria["steps"]) == count:
        return list(criteria["steps"])
    return [printed.criteria_text(content, indicator), *[None] * (count - 1)]


def _words(content: dict[str, Any]) -> Sheet:
    columns = [Column("ตัวชี้วัด", 10), Column("ชื่อตัวชี้วัด", 40), Column("รายการ", 30), Column("รายละเอียด", 90)]
    rows = (
        [card["number"], card["name"], label, text]
        for card in content["cards"]
        for label, text in printed.blocks_of(content, card)
        if text
    )
    return Sheet("รายตัวชี้วัด", columns, rows)


def _evidence(content: dict[str, Any]) -> Sheet:
    columns = [
        Column("ตัวชี้วัด", 10),
        Column("ลำดับที่", 9, "number", 0),
        Column("ชื่อหลักฐาน", 60),
        Column("ลิงก์", 40),
        Column("หน่วยงาน", 36),
        Column("sha256", 68),
    ]
    rows = (
        [card["number"], item["number"], item["name"], item["link"] or None, card["host"], item.get("sha256")]
        for card in content["cards"]
        for item in card["evidence"]
    )
    return Sheet("หลักฐานอ้างอิง", columns, rows)


def _chapters(content: dict[str, Any]) -> Sheet:
    rows = ([chapter["title"], chapter["text"]] for chapter in content["chapters"])
    return Sheet("บทของรายงาน", [Column("บท", 28), Column("ข้อความ", 120)], rows)
