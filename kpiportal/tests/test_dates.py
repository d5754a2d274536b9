"""Dates and times as people type them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiportal import thai
from kpiportal.dates import (
    InvalidDate,
    InvalidTime,
    be_input_text,
    parse_be_date,
    parse_time,
    time_input_text,
)
from kpiportal.fields import BEDateField, BEDateInput

NOV_20 = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20/11/2569", NOV_20),
        ("20-11-2569", NOV_20),
        ("20.11.2569", NOV_20),
        (" 20 / 11 / 2569 ", NOV_20),
        ("๒๐/๑๑/๒๕๖๙", NOV_20),
        ("๒๐ พ.ย. ๒๕๖๙", NOV_20),
        ("20 พ.ย. 2569", NOV_20),
        ("20พ.ย.2569", NOV_20),
        ("20 พย 2569", NOV_20),
        ("20 พ.ย 2569", NOV_20),
        ("20 พฤศจิกายน 2569", NOV_20),
        ("20พฤศจิกายน2569", NOV_20),
        ("20 พฤศจิกายน พ.ศ. 2569", NOV_20),
        ("20 พฤศจิกายน พ.ศ.2569", NOV_20),
        ("20 พ.ย. พศ 2569", NOV_20),
        ("วันที่ 20 พฤศจิกายน 2569", NOV_20),
        ("ที่ ๒๐ พฤศจิกายน ๒๕๖๙", NOV_20),
        ("วันศุกร์ที่ 20 พฤศจิกายน 2569", NOV_20),
        ("วันศุกร์ 20/11/2569", NOV_20),
        ("2026-11-20", NOV_20),
        ("๒๐๒๖-๑๑-๒๐", NOV_20),
        ("วันศุกร์ที่ 16 ตุลาคม 2558", date(2015, 10, 16)),
        ("วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘", date(2015, 10, 16)),
        ("วันพฤหัสบดีที่ 1 ตุลาคม 2558", date(2015, 10, 1)),
        ("พฤหัสที่ 1 ต.ค. 2558", date(2015, 10, 1)),
        ("20\u00a0พ.ย.\u200b 2569", NOV_20),
        ("5 เม.ย. 2569", date(2026, 4, 5)),
        ("05/04/2569", date(2026, 4, 5)),
        ("1 มี.ค. 2568", date(2025, 3, 1)),
        ("29/2/2567", date(2024, 2, 29)),
        ("29 กุมภาพันธ์ 2567", date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29)),
        ("31/12/2558", date(2015, 12, 31)),
        ("1/1/2484", date(1941, 1, 1)),
        ("31/12/2699", date(2156, 12, 31)),
    ],
)
def test_dates_are_read(typed, day):
    assert parse_be_date(typed) == day


def test_every_month_by_both_names():
    names = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
    short = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
    for written in (names, short, short.replace(".", "")):
        assert [parse_be_date(f"7 {name} 2570").month for name in written.split()] == list(range(1, 13))


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("20/11/69", "year_digits", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 69)"),
        ("๒๐ พ.ย. ๖๙", "year_digits", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 69)"),
        ("20/11/569", "year_digits", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 569)"),
        ("20/11/25690", "year_digits", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 25690)"),
        ("20/11/2026", "ce_year", "ปี 2026 เป็นปี ค.ศ. หมายถึง พ.ศ. 2569 ใช่หรือไม่ โปรดพิมพ์ปี พ.ศ."),
        ("20 พ.ย. ค.ศ. 2026", "ce_year", "ปี 2026 เป็นปี ค.ศ. หมายถึง พ.ศ. 2569 ใช่หรือไม่ โปรดพิมพ์ปี พ.ศ."),
        ("20/11/1869", "year_range", "ปี พ.ศ. ต้องอยู่ระหว่าง 2484 ถึง 2699"),
        ("20/11/2483", "year_range", "ปี พ.ศ. ต้องอยู่ระหว่าง 2484 ถึง 2699"),
        ("20/11/2700", "year_range", "ปี พ.ศ. ต้องอยู่ระหว่าง 2484 ถึง 2699"),
        ("29/2/2568", "day", "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 29"),
        ("30/2/2567", "day", "กุมภาพันธ์ 2567 มี 29 วัน ไม่มีวันที่ 30"),
        ("31 เมษายน 2569", "day", "เมษายน 2569 มี 30 วัน ไม่มีวันที่ 31"),
        ("32/12/2569", "day", "ธันวาคม 2569 มี 31 วัน ไม่มีวันที่ 32"),
        ("0/1/2569", "day", "มกราคม 2569 มี 31 วัน ไม่มีวันที่ 0"),
        ("2025-02-29", "day", "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 29"),
        ("11/20/2569", "month", "ไม่มีเดือนที่ 20 โปรดพิมพ์ วัน/เดือน/ปี เช่น 20/11/2569"),
        ("1/0/2569", "month", "ไม่มีเดือนที่ 0 โปรดพิมพ์ วัน/เดือน/ปี เช่น 20/11/2569"),
        ("2569-11-20", "be_in_iso", "รูปแบบ ปี-เดือน-วัน ใช้ปี ค.ศ. แต่ปีที่พิมพ์คือ 2569 หมายถึง 20/11/2569 ใช่หรือไม่"),
        ("2026/11/20", "year_first", "โปรดพิมพ์วันขึ้นก่อน เดือน แล้วปี พ.ศ. เช่น 20/11/2569 หรือ 20 พ.ย. 2569"),
        ("วันเสาร์ที่ 16 ตุลาคม 2558", "weekday", "16 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันเสาร์"),
        ("วันพฤหัสที่ 16/10/2558", "weekday", "16 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพฤหัส"),
        ("20 พ.บ. 2569", "month_name", "ไม่รู้จักเดือน «พ.บ.» โปรดพิมพ์ เช่น 20/11/2569 หรือ 20 พ.ย. 2569"),
        ("", "blank", "ยังไม่ได้พิมพ์วันที่ โปรดพิมพ์ เช่น 20/11/2569 หรือ 20 พ.ย. 2569"),
        (" \u200b", "blank", "ยังไม่ได้พิมพ์วันที่ โปรดพิมพ์ เช่น 20/11/2569 หรือ 20 พ.ย. 2569"),
        ("พรุ่งนี้", "unreadable", "อ่านวันที่ «พรุ่งนี้» ไม่ได้ โปรดพิมพ์ เช่น 20/11/2569 หรือ 20 พ.ย. 2569"),
    ],
)
def test_refusals_say_what_is_wrong(typed, code, sentence):
    with pytest.raises(InvalidDate) as refusal:
        parse_be_date(typed)
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)


@pytest.mark.parametrize(
    "typed",
    [
        "20/11",
        "20 พ.ย.",
        "20/11-2569",
        "20112569",
        "20 Nov 2026",
        "11/2569",
        "วันศุกร์",
        "-1/1/2569",
        "x" * 100_000,
    ],
)
def test_what_is_no_date_is_unreadable(typed):
    with pytest.raises(InvalidDate) as refusal:
        parse_be_date(typed)
    assert refusal.value.code == "unreadable"
    assert len(str(refusal.value)) < 120


@given(st.dates(date(1941, 1, 1), date(2156, 12, 31)))
def test_every_way_of_writing_a_date_is_read_back(day):
    assert parse_be_date(be_input_text(day)) == day
    assert parse_be_date(day.isoformat()) == day
    assert parse_be_date(thai.date_text(day, short=True)) == day
    assert parse_be_date(thai.weekday_date_text(day, thai_digits=True)) == day
    if day.year < 2156:
        wrong = thai.WEEKDAYS[(day + timedelta(days=1)).weekday()]
        with pytest.raises(InvalidDate, match=f"ไม่ใช่วัน{wrong}"):
            parse_be_date(f"วัน{wrong}ที่ {thai.date_text(day)}")


@given(st.text(max_size=40) | st.from_regex(r"\d{0,3}[/.\- ]\d{0,3}[/.\- ]\d{0,5}", fullmatch=True))
def test_any_text_gets_a_date_or_a_sentence(text):
    try:
        answer = parse_be_date(text)
    except InvalidDate as refusal:
        answer = str(refusal)
    assert isinstance(answer, date) or max(answer) >= "ก"


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("13.30", time(13, 30)),
        ("13:30", time(13, 30)),
        ("๑๓.๓๐ น.", time(13, 30)),
        ("13.30น.", time(13, 30)),
        ("13.30 น", time(13, 30)),
        ("เวลา ๑๓.๓๐ น.", time(13, 30)),
        ("9.05", time(9, 5)),
        ("09:05 นาฬิกา", time(9, 5)),
        ("0.00", time(0, 0)),
        ("23.59", time(23, 59)),
    ],
)
def test_times_are_read(typed, at):
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("24.00", "เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น."),
        ("12.60", "เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น."),
        ("บ่ายโมงครึ่ง", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("1330", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("13.3", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("1:30 PM", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("13.30.15", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
    ],
)
def test_time_refusals(typed, sentence):
    with pytest.raises(InvalidTime) as refusal:
        parse_time(typed)
    assert str(refusal.value) == sentence


def test_input_texts():
    assert be_input_text(date(2026, 11, 5)) == "5/11/2569"
    assert time_input_text(time(9, 5)) == "09.05"


def test_the_example_in_a_date_box_is_of_the_portals_year(frozen):
    """The tests' clock stands in 2558, whenever they run."""
    assert 'placeholder="20/11/2558"' in BEDateInput().render("held_on", None)
    assert str(BEDateField().help_text) == "วัน/เดือน/ปี พ.ศ. เช่น 20/11/2558 หรือ 20 พ.ย. 2558"
