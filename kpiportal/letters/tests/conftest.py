"""A letter of the province, not tied to a meeting."""

import datetime as dt

import pytest

from kpiportal import letters
from kpiportal.models import LetterSeries
from kpiportal.testing.people import BANGKOK

AT = dt.datetime(2015, 10, 9, 10, 0, tzinfo=BANGKOK)
WORDS = {
    "letterhead": ["ศาลากลางจังหวัดเชียงใหม่", "ถนนโชตนา ชม 50300"],
    "dated": AT.date(),
    "subject": "การรายงานผลการดำเนินงานตามตัวชี้วัด",
    "addressee": "หัวหน้าส่วนราชการ ทุกแห่ง",
    "body": ["ตามที่จังหวัดได้กำหนดรอบรายงาน นั้น", "จึงเรียนมาเพื่อโปรดดำเนินการ"],
    "signer": "นายฤกษ์ ธนาวิช",
    "signer_post": ["ผู้ว่าราชการจังหวัดเชียงใหม่"],
    "owner": ["สำนักงานจังหวัด"],
    "phone": "0-5311-2345",
}


@pytest.fixture
def make(cast):
    """`make(circular=False, receivers=[...], **words)` drafts a letter; the register opens at 101."""

    def draft(*, circular=True, receivers=None, **words):
        facts = {"prefix": "ชม 0017.2", "circular": circular, "year": 2558}
        series = LetterSeries.objects.filter(organization=cast.province, **facts).first() or letters.open_series(
            cast.province, start_after=100, by=cast.coordinator, at=AT, **facts
        )
        to = receivers if receivers is not None else [letters.Receiver(cast.agency, "คลังจังหวัดเชียงใหม่")]
        return letters.draft_letter(
            cast.province, recipients=to, series=series, by=cast.coordinator, at=AT, **{**WORDS, **words}
        )

    return draft


@pytest.fixture
def issue(cast):
    def number(letter, **more):
        return letters.issue_letter(letter, **{"by": cast.coordinator, "revision": letter.revision, "at": AT, **more})

    return number
