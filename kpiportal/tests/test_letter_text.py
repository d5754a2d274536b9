"""The words on paper."""

import datetime as dt
import json

import pytest

from kpiportal.letter_text import BLANK, freeze, number_text, on_paper, preview, printed, thaw
from kpiportal.models import LetterSeries
from kpiportal.tests.test_letter_checks import letter


@pytest.mark.parametrize(
    ("typed", "paper"),
    [
        ("วันที่ 16 ตุลาคม 2558 เวลา 13.30 น.", "วันที่ ๑๖ ตุลาคม ๒๕๕๘ เวลา ๑๓.๓๐ น."),
        ("โทร./โทรสาร 0-5389-052", "โทร./โทรสาร ๐-๕๓๘๙-๐๕๒"),
        ("ส่งที่ plan50@chiangmai.go.th ภายใน 3 วัน", "ส่งที่ plan50@chiangmai.go.th ภายใน ๓ วัน"),
        ("ดู https://www.opdc.go.th/2558/kpi?y=2558 หน้า 2", "ดู https://www.opdc.go.th/2558/kpi?y=2558 หน้า ๒"),
        ("ระหว่าง COVID-19 ปี 2563", "ระหว่าง COVID-19 ปี ๒๕๖๓"),
        ("(Self-Assessment Report) 2558", "(Self-Assessment Report) ๒๕๕๘"),
        ("๒๕๕๘", "๒๕๕๘"),
        ("", ""),
    ],
)
def test_thai_digits_but_not_in_latin_words(typed, paper):
    assert on_paper(typed) == paper


@pytest.mark.parametrize(
    ("circular", "number", "text"),
    [(True, 75275, "ชม 0017.2/ว 75275"), (False, 2739, "ชม 0017.2/2739"), (True, "", "ชม 0017.2/ว")],
)
def test_number_text(circular, number, text):
    assert number_text(LetterSeries(prefix="ชม 0017.2", circular=circular), number) == text


def test_an_issued_letter_in_thai_digits():
    text = printed(letter(owner=["โทร. 0-5311-2345"], dated=dt.date(2015, 10, 9)), number=75275)
    assert text.number == "ชม ๐๐๑๗.๒/ว ๗๕๒๗๕"
    assert text.date == "๙ ตุลาคม ๒๕๕๘"
    assert text.body == ("ประชุมในวันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘ นั้น",)
    assert text.owner_lines == ("โทร. ๐-๕๓๑๑-๒๓๔๕",)
    assert (text.draft, text.emblem) == (False, "paper")


def test_a_preview_has_no_number_and_shows_what_is_missing():
    text = preview(letter(subject="", body=[], signer="", signer_post=[], letterhead=[]))
    assert text.number == "ชม ๐๐๑๗.๒/ว"
    assert (text.subject, text.body, text.signer) == (BLANK, (BLANK,), BLANK)
    assert (text.position_lines, text.sender_lines) == ((BLANK,), (BLANK,))
    assert (text.draft, text.emblem) == (True, "placeholder")


def test_frozen_words_come_back_whole():
    text = printed(letter(references=["หนังสือ ก", "หนังสือ ข"]), number=1)
    frozen = json.loads(json.dumps(freeze(text, recipients=["คลังจังหวัด"])))
    assert thaw(frozen) == text
    assert frozen["recipients"] == ["คลังจังหวัด"]
    assert frozen["template"] == "letters/external.v1.html"
