"""Requests for tests, through the actions users use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.amendments import actions, fields, outcome
from agreements.amendments.actions import Verdict
from agreements.amendments.fields import Texts
from agreements.models import Agreement, Amendment, AmendmentRow, Indicator
from kpiportal.pdf import html_to_pdf
from kpiportal.testing.people import BANGKOK, Cast

JUNE = dt.datetime(2015, 6, 15, 10, tzinfo=BANGKOK)
JULY = dt.datetime(2015, 7, 1, 10, tzinfo=BANGKOK)
FACTS = {
    "reason_kind": "สาธารณภัยหรือเหตุสุดวิสัย", "reason": "น้ำท่วมพื้นที่เป้าหมาย", "letter_no": "ชม 0017.2/900",
    "letter_date": JUNE.date(), "effective_months": 12,
}  # fmt: skip
# 82.35 earns 3.4700 on 70-90, and 4.4700 on these.
EASIER = {f"level_{n}": text for n, text in enumerate(("65", "70", "75", "80", "85"), start=1)}


@cache
def _pdf() -> bytes:
    return html_to_pdf('<html lang="th"><p>น้ำท่วม</p></html>', title="รายงานน้ำท่วม")


def paper(name: str = "รายงานน้ำท่วม.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, _pdf())


def make_request(cast: Cast, agreement: Agreement, asked: Mapping[tuple[str, str], Texts], **facts) -> Amendment:
    """A complete draft; `asked`: texts by (number of the indicator, field)."""
    amendment = actions.open_request(agreement, by=cast.coordinator, at=JUNE)
    texts = {}
    for (number, field), wanted in asked.items():
        indicator = Indicator.objects.get(agreement=agreement, number=number)
        row = actions.add_row(amendment, indicator, field, by=cast.coordinator, at=JUNE)
        texts[row.pk] = row.after if field == fields.CANCEL else {**row.before, **wanted}
    actions.attach(amendment, paper(), title="", by=cast.coordinator, at=JUNE)
    amendment.refresh_from_db()
    return actions.save_request(
        amendment, facts={**FACTS, **facts}, texts=texts, by=cast.coordinator, revision=amendment.revision, at=JUNE
    )


def make_asked(cast: Cast, agreement: Agreement, asked: Mapping[tuple[str, str], Texts], **facts) -> Amendment:
    """The same, signed by the governor and handed to OPDC."""
    amendment = make_request(cast, agreement, asked, **facts)
    return actions.sign(amendment, by=cast.governor, revision=amendment.revision, at=JUNE)


def verdicts(amendment: Amendment) -> dict[int, Verdict]:
    """Yes to every row, from somebody who looked a moment ago."""
    live = outcome.load(amendment.agreement)
    return {
        row.pk: Verdict(AmendmentRow.Decision.APPROVE, saw=fields.read(live[row.indicator_id], row.field))
        for row in amendment.rows.select_related("indicator")
    }


def approve(cast: Cast, amendment: Amendment) -> Amendment:
    said = verdicts(amendment)
    return actions.decide(amendment, said, by=cast.negotiator, revision=amendment.revision, at=JULY)
