"""The demo's request: after the floods Chiang Mai asks for an easier target, and it waits for OPDC's word."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.amendments import actions
from agreements.models import Agreement, Indicator
from kpiportal.demo import World, moment
from kpiportal.pdf import html_to_pdf

NUMBER = "1.1.2"
FACTS = {
    "reason_kind": "สาธารณภัยหรือเหตุสุดวิสัย",
    "reason": "อุทกภัยเดือนสิงหาคมถึงกันยายน 2558 ทำให้สถานที่ท่องเที่ยวหลักปิดรวม 41 วัน จำนวนผู้เยี่ยมเยือนลดลงทั้งจังหวัด",
    "letter_no": "ชม 0017.2/28114",
    "letter_date": dt.date(2015, 10, 12),
    "effective_months": 12,
}
ASKED = {
    "target": {"target": "4"},
    "criteria": {f"level_{n}": str(n + 1) for n in range(1, 6)},  # 2 to 6 where 3 to 7 was signed
}
PAPER = '<html lang="th"><h1>รายงานสถานการณ์อุทกภัย</h1><p>สถานที่ท่องเที่ยวหลัก 14 แห่งปิดรวม 41 วัน</p></html>'


def load(world: World, agreement: Agreement) -> None:
    """Written by the coordinator, signed by the governor: one row lowers the target, one the levels with it."""
    coordinator, governor = world.officials["coordinator"], world.officials["governor"]
    at = moment(2015, 10, 13, 10, 20)
    request = actions.open_request(agreement, by=coordinator, at=at)
    indicator = Indicator.objects.get(agreement=agreement, number=NUMBER)
    texts = {}
    for field, asked in ASKED.items():
        texts[actions.add_row(request, indicator, field, by=coordinator, at=at).pk] = asked
    paper = SimpleUploadedFile("รายงานสถานการณ์อุทกภัย.pdf", html_to_pdf(PAPER, title="รายงานสถานการณ์อุทกภัย"))
    actions.attach(request, paper, title="รายงานสถานการณ์อุทกภัยจังหวัดเชียงใหม่", by=coordinator, at=at)
    request.refresh_from_db()
    request = actions.save_request(request, facts=FACTS, texts=texts, by=coordinator, revision=request.revision, at=at)
    actions.sign(request, by=governor, revision=request.revision, at=moment(2015, 10, 14, 9, 5))
