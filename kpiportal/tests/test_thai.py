"""Digits, calendar, number words and letter numbers of kpiportal.thai."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from kpiportal import thai


def test_digits_both_ways_leave_the_rest_alone():
    assert thai.to_thai_digits("ชม 0017.2/ว 75275") == "ชม ๐๐๑๗.๒/ว ๗๕๒๗๕"
    assert thai.to_arabic_digits("ชม ๐๐๑๗.๒/ว ๗๕๒๗๕") == "ชม 0017.2/ว 75275"
    assert thai.to_thai_digits(Decimal("82.350")) == "๘๒.๓๕๐"
    assert thai.to_arabic_digits("๐๑๒๓๔๕๖๗๘๙") == "0123456789"


@pytest.mark.parametrize(
    ("day", "options", "text"),
    [
        (date(2015, 10, 9), {"thai_digits": True}, "๙ ตุลาคม ๒๕๕๘"),
        (date(2015, 10, 26), {"short": True}, "26 ต.ค. 2558"),
        (date(2015, 1, 22), {"thai_digits": True, "short": True}, "๒๒ ม.ค. ๒๕๕๘"),
        (date(2024, 2, 29), {}, "29 กุมภาพันธ์ 2567"),
    ],
)
def test_date_text(day, options, text):
    assert thai.date_text(day, **options) == text


def test_every_month_long_and_short():
    long = [thai.date_text(date(2026, month, 1)) for month in range(1, 13)]
    short = [thai.date_text(date(2026, month, 1), short=True) for month in range(1, 13)]
    assert long == [
        "1 มกราคม 2569",
        "1 กุมภาพันธ์ 2569",
        "1 มีนาคม 2569",
        "1 เมษายน 2569",
        "1 พฤษภาคม 2569",
        "1 มิถุนายน 2569",
        "1 กรกฎาคม 2569",
        "1 สิงหาคม 2569",
        "1 กันยายน 2569",
        "1 ตุลาคม 2569",
        "1 พฤศจิกายน 2569",
        "1 ธันวาคม 2569",
    ]
    assert short == [
        "1 ม.ค. 2569",
        "1 ก.พ. 2569",
        "1 มี.ค. 2569",
        "1 เม.ย. 2569",
        "1 พ.ค. 2569",
        "1 มิ.ย. 2569",
        "1 ก.ค. 2569",
        "1 ส.ค. 2569",
        "1 ก.ย. 2569",
        "1 ต.ค. 2569",
        "1 พ.ย. 2569",
        "1 ธ.ค. 2569",
    ]


def test_month_text():
    assert thai.month_text(date(2015, 11, 1)) == "พฤศจิกายน 2558"
    assert thai.month_text(date(2015, 11, 1), short=True, thai_digits=True) == "พ.ย. ๒๕๕๘"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2015, 10, 16), "วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘"),
        (date(2015, 10, 26), "วันจันทร์ที่ ๒๖ ตุลาคม ๒๕๕๘"),
        (date(2026, 11, 17), "วันอังคารที่ ๑๗ พฤศจิกายน ๒๕๖๙"),
        (date(2026, 11, 18), "วันพุธที่ ๑๘ พฤศจิกายน ๒๕๖๙"),
        (date(2026, 11, 19), "วันพฤหัสบดีที่ ๑๙ พฤศจิกายน ๒๕๖๙"),
        (date(2026, 11, 21), "วันเสาร์ที่ ๒๑ พฤศจิกายน ๒๕๖๙"),
        (date(2026, 11, 22), "วันอาทิตย์ที่ ๒๒ พฤศจิกายน ๒๕๖๙"),
    ],
)
def test_weekday_date_text(day, text):
    assert thai.weekday_date_text(day, thai_digits=True) == text


def test_time_text_cuts_seconds_and_pads():
    assert thai.time_text(time(13, 30), thai_digits=True) == "เวลา ๑๓.๓๐ น."
    assert thai.time_text(time(9, 5, 59, 999999)) == "เวลา 09.05 น."
    assert thai.time_text(time(0, 0)) == "เวลา 00.00 น."


def test_aware_moments_are_shown_in_bangkok():
    moment = datetime(2015, 9, 30, 17, 0, tzinfo=UTC)
    assert thai.date_text(moment) == "1 ตุลาคม 2558"
    assert thai.weekday_date_text(moment) == "วันพฤหัสบดีที่ 1 ตุลาคม 2558"
    assert thai.time_text(moment) == "เวลา 00.00 น."
    assert thai.datetime_text(moment, short=True, thai_digits=True) == "๑ ต.ค. ๒๕๕๘ เวลา ๐๐.๐๐ น."
    tokyo = datetime(2015, 10, 1, 1, 59, tzinfo=timezone(timedelta(hours=9)))
    assert thai.datetime_text(tokyo) == "30 กันยายน 2558 เวลา 23.59 น."


@pytest.mark.parametrize("write", [thai.date_text, thai.time_text, thai.datetime_text, thai.fiscal_year])
def test_a_naive_moment_has_no_day(write):
    with pytest.raises(ValueError, match="naive"):
        write(datetime(2015, 10, 1, 0, 0))  # noqa: DTZ001 -- the naive datetime is the point


def test_eras():
    assert thai.be_year(2015) == 2558
    assert thai.ce_year(2569) == 2026


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2014, 9, 30), 2557),
        (date(2014, 10, 1), 2558),
        (date(2014, 12, 31), 2558),
        (date(2015, 1, 1), 2558),
        (date(2015, 9, 30), 2558),
        (date(2015, 10, 1), 2559),
        (date(2024, 2, 29), 2567),
        (datetime(2015, 9, 30, 16, 59, 59, 999999, tzinfo=UTC), 2558),
        (datetime(2015, 9, 30, 17, 0, tzinfo=UTC), 2559),
    ],
)
def test_fiscal_year(day, year):
    assert thai.fiscal_year(day) == year


def test_fiscal_year_bounds_are_half_open():
    first, after = thai.fiscal_year_bounds(2558)
    assert (first, after) == (date(2014, 10, 1), date(2015, 10, 1))
    assert thai.fiscal_year(first) == 2558
    assert thai.fiscal_year(after) == 2559


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "ศูนย์"),
        (1, "หนึ่ง"),
        (10, "สิบ"),
        (11, "สิบเอ็ด"),
        (20, "ยี่สิบ"),
        (21, "ยี่สิบเอ็ด"),
        (22, "ยี่สิบสอง"),
        (100, "หนึ่งร้อย"),
        (101, "หนึ่งร้อยเอ็ด"),
        (110, "หนึ่งร้อยสิบ"),
        (121, "หนึ่งร้อยยี่สิบเอ็ด"),
        (1_000, "หนึ่งพัน"),
        (75_275, "เจ็ดหมื่นห้าพันสองร้อยเจ็ดสิบห้า"),
        (200_000, "สองแสน"),
        (1_000_000, "หนึ่งล้าน"),
        (1_000_001, "หนึ่งล้านเอ็ด"),
        (11_000_011, "สิบเอ็ดล้านสิบเอ็ด"),
        (1_234_567_890, "หนึ่งพันสองร้อยสามสิบสี่ล้านห้าแสนหกหมื่นเจ็ดพันแปดร้อยเก้าสิบ"),
        (10**12, "หนึ่งล้านล้าน"),
        (10**12 + 1, "หนึ่งล้านล้านเอ็ด"),
        (-5, "ลบห้า"),
    ],
)
def test_number_words(n, words):
    assert thai.number_words(n) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("1", "หนึ่งบาทถ้วน"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("0.01", "หนึ่งสตางค์"),
        ("10000", "หนึ่งหมื่นบาทถ้วน"),
        ("2.50", "สองบาทห้าสิบสตางค์"),
        ("1234567.89", "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        ("21.11", "ยี่สิบเอ็ดบาทสิบเอ็ดสตางค์"),
        ("0.005", "หนึ่งสตางค์"),
        ("0.995", "หนึ่งบาทถ้วน"),
        ("-0.004", "ศูนย์บาทถ้วน"),
        ("-150.5", "ลบหนึ่งร้อยห้าสิบบาทห้าสิบสตางค์"),
        ("1E+6", "หนึ่งล้านบาทถ้วน"),
        (
            "123456789012345678901234567890.12",
            "หนึ่งแสนสองหมื่นสามพันสี่ร้อยห้าสิบหกล้าน"
            "เจ็ดแสนแปดหมื่นเก้าพันสิบสองล้านสามแสนสี่หมื่นห้าพันหกร้อยเจ็ดสิบแปดล้าน"
            "เก้าแสนหนึ่งพันสองร้อยสามสิบสี่ล้านห้าแสนหกหมื่นเจ็ดพันแปดร้อยเก้าสิบบาทสิบสองสตางค์",
        ),
    ],
)
def test_baht_text(amount, words):
    assert thai.baht_text(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_baht_text_refuses_what_is_no_amount(amount):
    with pytest.raises(ValueError, match="finite"):
        thai.baht_text(Decimal(amount))


@pytest.mark.parametrize("amount", [1.5, 1, "1.50"])
def test_baht_text_takes_decimals_only(amount):
    with pytest.raises(TypeError, match="Decimal"):
        thai.baht_text(amount)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("ชม ๐๐๑๗.๒/ว ๗๕๒๗๕", ("ชม", "0017", "2", True, 75275)),
        ("ที่ ชม ๐๐๑๗.๒/๒๗๓๙", ("ชม", "0017", "2", False, 2739)),
        ("ชม0017.2/ว75275", ("ชม", "0017", "2", True, 75275)),
        ("  นร  1200 / ว 12 ", ("นร", "1200", "", True, 12)),
        ("ศธ 0512.2.1/007", ("ศธ", "0512", "2.1", False, 7)),
        ("ชม\u00a0๐๐๑๗.๒ / ว.\u200b๑", ("ชม", "0017", "2", True, 1)),
    ],
)
def test_parse_letter_number(typed, parts):
    number = thai.parse_letter_number(typed)
    assert (number.abbreviation, number.office, number.group, number.circular, number.running) == parts


@pytest.mark.parametrize(
    "typed",
    ["", "ชม ๐๐๑๗.๒", "ชม 17/5", "ชม 0017/", "ชม 0017/0", "ABC 0017/1", "ชม 0017/1234567890", "ชม 0017/๑x"],
)
def test_parse_letter_number_refuses_with_a_sentence(typed):
    with pytest.raises(thai.InvalidLetterNumber, match="^อ่านเลขที่หนังสือไม่ได้ โปรดพิมพ์ เช่น ชม ๐๐๑๗"):
        thai.parse_letter_number(typed)


def test_letter_number_is_written_one_way():
    circular = thai.LetterNumber("ชม", "0017", "2", True, 75275)
    plain = thai.LetterNumber("นร", "1200", "", False, 9)
    assert str(circular) == "ชม ๐๐๑๗.๒/ว ๗๕๒๗๕"
    assert circular.text(thai_digits=False) == "ชม 0017.2/ว 75275"
    assert circular.code == "ชม 0017.2"
    assert str(plain) == "นร ๑๒๐๐/๙"
    assert thai.parse_letter_number(str(circular)) == circular
