"""What an open page is told of its card: nothing while it is right, one sentence when it is not. No database."""

from functools import partial

import pytest

from agreements.models import AgreementVersion
from kpiportal import news
from reporting import cardnews
from reporting.models import Report, Round

FILL = "1.fill"


def card(state="draft", *, round="open", version=1, asked=()):
    parts = [{"part": part, "reason": "", "fixed": False, "reply": ""} for part in asked]
    return Report(
        round=Round(state=round), version=AgreementVersion(number=version), state=state, asked=parts, revision=5
    )


def heard(now, seen, revision):
    told = partial(cardnews.sentence, now)
    return news.since(seen, revision, stamp=cardnews.stamp(now), now=now.revision, sentence=told)


@pytest.mark.parametrize("state", ["not_started", "draft", "returned"])
def test_a_page_that_is_right_hears_nothing(state):
    assert heard(card(state), FILL, "5") is None


def test_what_others_have_saved_is_fetched_without_a_word():
    assert heard(card(), FILL, "4") == news.News(open=True)


@pytest.mark.parametrize(
    ("now", "seen", "says"),
    [
        (card(round="closed"), FILL, "รอบนี้ปิดรับรายงานแล้ว หากยังต้องส่ง กรุณาติดต่อผู้ประสานงานจังหวัดให้เปิดรับอีกครั้ง"),
        (card("sent"), FILL, "รายงานนี้เปลี่ยนสถานะเป็น “รอหัวหน้ารับรอง” จึงแก้ไขไม่ได้แล้ว"),
        (card("returned", asked=["result"]), FILL, "รายงานนี้ถูกส่งกลับให้แก้เฉพาะผลการดำเนินงาน"),
        (card("returned"), "1.open.sent", "รายงานนี้ถูกส่งกลับให้แก้ไข"),
        (card("draft"), "1.closed.draft", "รายงานนี้เปิดให้กรอกได้แล้ว"),
        (card("cancelled"), FILL, "ตัวชี้วัดนี้ถูกยกเลิกตามคำรับรองฯ ฉบับแก้ไข"),
        (card(version=2), FILL, "คำรับรองฯ แก้ไขเป็นฉบับที่ 2 แล้ว เกณฑ์ของตัวชี้วัดนี้อาจเปลี่ยน"),
    ],
)
def test_a_change_is_said_in_one_sentence(now, seen, says):
    assert heard(now, seen, "5") == news.News(open=False, text=says)
