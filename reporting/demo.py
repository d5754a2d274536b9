"""The demo's rounds: 6 and 9 months done, 12 months in the middle of its last week. Through users' actions only.

Stage "complete" plays the 12-month round to its end: every card accepted, total 3.8089.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.demo import read
from kpiportal import thai
from kpiportal.demo import World, moment
from kpiportal.pdf import html_to_pdf
from reporting import actions, demo_past
from reporting.models import Report, Round
from reporting.sar import demo as sar

# month of the round -> (opened, filed, certified, accepted)
DAYS = {
    6: (moment(2015, 4, 1), moment(2015, 4, 9), moment(2015, 4, 13), moment(2015, 4, 20)),
    9: (moment(2015, 7, 1), moment(2015, 7, 9), moment(2015, 7, 13), moment(2015, 7, 20)),
    12: (moment(2015, 10, 1), moment(2015, 10, 8), moment(2015, 10, 13), moment(2015, 10, 15)),
}
# How far each 12-month card is on Monday 19 October 2558; the rest is accepted.
LEFT_AT = {
    "1.1.1": "sent",
    "1.2.1": "not_started",
    "1.2.3": "draft",
    "1.2.4": "not_started",
    "1.3.2": "not_started",
    "2.1": "certified",
    "3.1.1": "returned",
    "3.1.3": "not_started",
    "3.3": "draft",
}
RETURN_REASON = "ขอรายงานจากระบบ GFMIS ที่ตัดยอด ณ วันที่ 30 กันยายน 2558 ฉบับที่แนบเป็นยอดสิ้นเดือนสิงหาคม"


def load(world: World) -> None:
    agreement = world.made["agreement"]
    demo_past.load(world, agreement.framework)
    data = {row["number"]: row for row in read("chiang_mai_2558.json")["indicators"]}
    for round in Round.objects.filter(agreement=agreement).order_by("months"):
        opened = DAYS[round.months][0]
        round = actions.open_round(round, by=world.officials["coordinator"], revision=0, at=opened, tell=False)
        reports = round.reports.select_related("indicator__criteria", "host").order_by("indicator__order")
        for report in reports:
            _play(report, data[report.indicator.number], round, world)
        if round.months < 12:
            closed = DAYS[round.months][3] + dt.timedelta(days=3)
            actions.close_round(round, by=world.officials["coordinator"], revision=1, at=closed)
            sar.load(round, world, at=closed)


def _play(report: Report, row: dict[str, Any], round: Round, world: World) -> None:
    """Take one card as far as the demo's day has it."""
    left_at = LEFT_AT.get(row["number"]) if round.months == 12 and world.stage != "complete" else None
    if left_at == "not_started":
        return
    collector, overseer = world.collectors[report.host.name], world.overseers[report.host.name]
    coordinator = world.officials["coordinator"]
    _, filed, certified, accepted = DAYS[round.months]
    answers, entries = _answers(report, row, round)
    report = actions.save_report(report, by=collector, revision=0, at=filed, answers=answers, entries=entries)
    if not answers["no_data"]:
        actions.attach_evidence(report, _evidence(report, round), by=collector, at=filed)
    if left_at == "draft":
        return
    actions.send_report(report, by=collector, revision=report.revision, at=filed, token=uuid.uuid4())
    report.refresh_from_db()
    if left_at == "sent":
        return
    report = actions.certify_report(report, by=overseer, revision=report.revision, at=certified)
    if left_at == "certified":
        return
    if left_at == "returned":
        actions.send_back_report(
            report, by=coordinator, revision=report.revision, at=moment(2015, 10, 16, 14),
            parts_asked={"evidence": RETURN_REASON},
        )  # fmt: skip
        return
    actions.accept_report(report, by=coordinator, revision=report.revision, at=accepted)


def _answers(report: Report, row: dict[str, Any], round: Round) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    months = str(round.months)
    if children := row.get("children"):
        by_number = {child["number"]: child["results"][months] for child in children}
        entries = {leaf.pk: _entry(by_number[leaf.number]) for leaf in report.indicator.children.all()}
        result: Any = by_number
    else:
        result = row["results"][months]
        entries = {report.indicator_id: _entry(result)}
    until = thai.date_text(round.period_end)
    answers = {
        "no_data": result is None,
        "no_data_reason": "" if result is not None else f"ยังไม่มีข้อมูลจากแหล่งข้อมูลถึงวันที่ {until}",
        "explanation": f"ดำเนินการตามแผนปฏิบัติราชการและรวบรวมข้อมูลจากแหล่งข้อมูลตามรายละเอียดตัวชี้วัด ถึงวันที่ {until}",
        "supporting_factors": "",
        "obstacles": "",
        "suggestions": "",
    }
    if round.months == 12:
        answers |= {
            "supporting_factors": "ได้รับความร่วมมือจากหน่วยงานร่วมและอำเภอทุกแห่ง",
            "obstacles": "ข้อมูลจากบางอำเภอส่งล่าช้ากว่ากำหนด",
            "suggestions": "ควรกำหนดวันตัดยอดข้อมูลร่วมกันตั้งแต่ต้นปีงบประมาณ",
        }
    return answers, entries


def _entry(result: Any) -> dict[str, Any]:
    if isinstance(result, dict):
        part = result.get("part")
        return {"steps_done": result["done"], "part": Decimal(part) if part else None}
    return {"value": None if result is None else Decimal(result)}


def _evidence(report: Report, round: Round) -> SimpleUploadedFile:
    """A real, small PDF that says it is an example."""
    text = f"เอกสารตัวอย่างของข้อมูลสาธิต หลักฐานประกอบตัวชี้วัดที่ {report.indicator} {round.name}"
    head = '<!doctype html><html lang="th"><head><meta charset="utf-8"><title>หลักฐาน</title></head>'
    html = f"{head}<body><p>{text}</p></body></html>"
    name = f"หลักฐาน ตัวชี้วัด {report.indicator.number} {round.name}.pdf"
    return SimpleUploadedFile(name, html_to_pdf(html, title="หลักฐาน"), content_type="application/pdf")
