"""The receipts of a card: what its sender may quote, on the page for as long as the card is."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from kpiportal import thai
from reporting.models import Report, ReportVersion


class Receipt(NamedTuple):
    """One sending, ready to print."""

    title: str
    number: str
    who: str
    when: str
    late: bool


def of(report: Report) -> list[Receipt]:
    """Every sending of a card read to be shown (cardrows.to_show), newest first."""
    return [
        Receipt(
            str(version := ReportVersion(report_id=report.pk, number=row["number"], sha256=row["sha256"])),
            version.receipt,
            f"{row['title']}{row['first']} {row['last']}".strip(),
            thai.datetime_text(dt.datetime.fromisoformat(row["at"]), short=True),
            row["late"],
        )
        for row in report.sent
    ]
