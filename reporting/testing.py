"""Rounds and cards for tests, through the actions users use."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Agreement
from agreements.testing import make_signed
from kpiportal.testing.people import BANGKOK, Cast
from kpiportal.testing.rebuilt import built_once
from reporting import actions
from reporting.models import Report, ReportVersion, Round

OCTOBER = dt.datetime(2015, 10, 1, 9, tzinfo=BANGKOK)
FILED = dt.datetime(2015, 10, 12, 14, 30, tzinfo=BANGKOK)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)
ANSWERS = {
    "no_data": False, "no_data_reason": "", "explanation": "ดำเนินการครบตามแผน", "supporting_factors": "",
    "obstacles": "ฝนตกหนัก", "suggestions": "",
}  # fmt: skip


@built_once
def make_round(cast: Cast, *, months: int = 12, per_dimension: int = 1, agreement: Agreement | None = None) -> Round:
    """An open round of a signed agreement."""
    agreement = agreement or make_signed(cast, per_dimension=per_dimension)
    round = agreement.rounds.get(months=months)
    return actions.open_round(round, by=cast.coordinator, revision=0, at=OCTOBER, tell=False)


def card_of(round: Round, cast: Cast) -> Report:
    """The first card the cast's agency hosts."""
    return round.reports.filter(host=cast.agency).order_by("indicator__order").first()


def upload(name: str = "รายงาน ณ 30 ก.ย. 2558.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def fill(report: Report, cast: Cast, value: str = "82.35", **answers) -> Report:
    """Save a complete card with one piece of evidence."""
    report = actions.save_report(
        report, by=cast.collector, revision=report.revision, at=FILED,
        answers={**ANSWERS, **answers}, entries={report.indicator_id: {"value": Decimal(value)}},
    )  # fmt: skip
    actions.attach_evidence(report, upload(), by=cast.collector, at=FILED)
    return report


def send(report: Report, cast: Cast, **facts) -> ReportVersion:
    report = fill(report, cast, **facts)
    return actions.send_report(report, by=cast.collector, revision=report.revision, at=FILED, token=uuid.uuid4())


def certify(report: Report, cast: Cast) -> Report:
    send(report, cast)
    report.refresh_from_db()
    return actions.certify_report(report, by=cast.overseer, revision=report.revision, at=FILED)


def accept(report: Report, cast: Cast) -> Report:
    report = certify(report, cast)
    return actions.accept_report(report, by=cast.coordinator, revision=report.revision, at=FILED)
