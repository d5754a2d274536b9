"""The template filters of `{% load thai %}`."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template

from kpiportal.numbers import NO_DATA


def shown(expression, value):
    return Template("{% load thai %}{{ " + expression + " }}").render(Context({"v": value}))


MOMENT = datetime(2015, 9, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("v|thaidigits", 2558, "๒๕๕๘"),
        ("v|thaidate", date(2015, 10, 9), "9 ตุลาคม 2558"),
        ("v|thaidate|thaidigits", date(2015, 10, 9), "๙ ตุลาคม ๒๕๕๘"),
        ("v|thaidate", MOMENT, "1 ตุลาคม 2558"),
        ("v|thaidate_short", date(2015, 10, 26), "26 ต.ค. 2558"),
        ("v|thaiweekdate|thaidigits", date(2015, 10, 16), "วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘"),
        ("v|thaitime", time(13, 30), "เวลา 13.30 น."),
        ("v|thaidatetime", MOMENT, "1 ต.ค. 2558 เวลา 00.00 น."),
        ("v|duetext", MOMENT, "30 ก.ย. 2558 เวลา 23.59 น."),
        ("v|num", Decimal("1234.500000"), "1,234.5"),
        ("v|num:4", Decimal("3.80885"), "3.8089"),
        ("v|num:'2'", 1234567, "1,234,567.00"),
        ("v|num", NO_DATA, "N/A"),
        ("v|num:2|thaidigits", Decimal("82.35"), "๘๒.๓๕"),
        ("v|baht", Decimal(100), "หนึ่งร้อยบาทถ้วน"),
    ],
)
def test_filters(expression, value, text):
    assert shown(expression, value) == text


@pytest.mark.parametrize(
    "name",
    ["thaidigits", "thaidate", "thaidate_short", "thaiweekdate", "thaitime", "thaidatetime", "duetext", "num", "baht"],
)
def test_nothing_known_gives_nothing(name):
    assert shown(f"v|{name}", None) == ""


def test_user_text_stays_escaped():
    assert shown("v|thaidigits", "<b>1</b> & '2'") == "&lt;b&gt;๑&lt;/b&gt; &amp; &#x27;๒&#x27;"


def test_a_float_is_a_bug_and_says_so():
    with pytest.raises(TypeError, match="float"):
        shown("v|num", 1.5)


def test_thaidigits_leaves_latin_words_and_addresses_alone():
    template = Template("{% load thai %}{{ text|thaidigits }}")
    text = "ฝุ่นละออง (PM10) เกิน 120 วัน ISO 9001 จังหวัดที่ 50 ดู www.e-report.energy.go.th/2558"
    assert template.render(Context({"text": text})) == (
        "ฝุ่นละออง (PM10) เกิน ๑๒๐ วัน ISO ๙๐๐๑ จังหวัดที่ ๕๐ ดู www.e-report.energy.go.th/2558"
    )
