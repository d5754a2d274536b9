"""What officers type in a number box, and what tables print."""

from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiportal.numbers import NO_DATA, InvalidNumber, NoData, format_number, parse_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0"),
        ("82.35", "82.35"),
        ("  82.35\n", "82.35"),
        ("๘๒.๓๕", "82.35"),
        ("๑,๒๓๔.๕", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12,345,678", "12345678"),
        ("1,234", "1234"),
        ("1234567.5", "1234567.5"),
        (".5", "0.5"),
        ("+7", "7"),
        ("007", "7"),
        ("-3.25", "-3.25"),
        ("−3.25", "-3.25"),
        ("–3.25", "-3.25"),
        ("-1,234.5", "-1234.5"),
        ("８２．３５", "82.35"),
        ("－１，２３４", "-1234"),
        ("1\u200b5", "15"),
        ("99999999999999.999999", "99999999999999.999999"),
        ("00000000000000000001", "1"),
    ],
)
def test_numbers_are_read(typed, value):
    assert parse_number(typed) == Decimal(value)


@pytest.mark.parametrize(("typed", "text"), [("82.350", "82.350"), ("-0", "0"), ("-0.00", "0.00"), ("5.0", "5.0")])
def test_typed_decimals_are_kept_and_zero_has_no_sign(typed, text):
    assert str(parse_number(typed)) == text


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0", "\n", "\u200b"])
def test_blank_is_none(typed):
    assert parse_number(typed) is None


@pytest.mark.parametrize("typed", ["-", "–", "—", "−", " - ", "N/A", "n/a", "NA", "n.a.", "ไม่มีข้อมูล"])
def test_no_data_is_a_statement(typed):
    assert parse_number(typed) is NO_DATA


def test_no_data_prints_itself():
    assert str(NO_DATA) == "N/A"
    assert NoData("N/A") is NO_DATA


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("abc", "not_a_number", "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5 ถ้าไม่มีข้อมูลให้พิมพ์ N/A"),
        ("ประมาณ 80", "not_a_number", "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5 ถ้าไม่มีข้อมูลให้พิมพ์ N/A"),
        ("1e5", "scientific", "ไม่รับตัวเลขแบบยกกำลัง เช่น 1e5 โปรดพิมพ์ตัวเลขเต็ม เช่น 100000"),
        ("1.5E+10", "scientific", "ไม่รับตัวเลขแบบยกกำลัง เช่น 1e5 โปรดพิมพ์ตัวเลขเต็ม เช่น 100000"),
        (
            "1.234,5",
            "ambiguous",
            "อ่านได้มากกว่าหนึ่งแบบ: ใช้จุด (.) คั่นทศนิยม และจุลภาค (,) คั่นทุกสามหลักเท่านั้น เช่น 1,234.5",
        ),
        ("1.234.567", "ambiguous", "มีจุดทศนิยมมากกว่าหนึ่งจุด ใช้จุลภาค (,) คั่นหลักพัน เช่น 1,234,567.5"),
        ("5.", "unfinished", "หลังจุดทศนิยมยังไม่มีตัวเลข"),
        ("82 %", "percent", "โปรดพิมพ์เฉพาะตัวเลข ไม่ต้องมีเครื่องหมาย %"),
        (
            "0.123456789012345678901234567890",
            "decimals",
            "ทศนิยมมีได้ไม่เกิน 6 ตำแหน่ง (ที่พิมพ์มี 30 ตำแหน่ง)",
        ),
        ("1.1234567", "decimals", "ทศนิยมมีได้ไม่เกิน 6 ตำแหน่ง (ที่พิมพ์มี 7 ตำแหน่ง)"),
        ("100000000000000", "digits", "ตัวเลขหน้าจุดทศนิยมมีได้ไม่เกิน 14 หลัก (ที่พิมพ์มี 15 หลัก)"),
        ("9" * 101, "too_long", "ตัวเลขยาวเกินไป โปรดตรวจสอบ"),
        ("1" * 1_000_000, "too_long", "ตัวเลขยาวเกินไป โปรดตรวจสอบ"),
    ],
)
def test_refusals_say_what_to_do(typed, code, sentence):
    with pytest.raises(InvalidNumber) as refusal:
        parse_number(typed)
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("82,35", "ambiguous"),
        ("0,123", "ambiguous"),
        ("012,345", "ambiguous"),
        ("12,34,567", "ambiguous"),
        ("1234,567", "ambiguous"),
        ("1,234,", "ambiguous"),
        ("1,,234", "ambiguous"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1 234", "not_a_number"),
        ("(5)", "not_a_number"),
        ("--5", "not_a_number"),
        ("- 5", "not_a_number"),
        ("5-", "not_a_number"),
        (".", "not_a_number"),
        ("+", "not_a_number"),
        ("+-5", "not_a_number"),
        ("1_000", "not_a_number"),
        ("0x1F", "not_a_number"),
        ("๑๒ บาท", "not_a_number"),
        ("#N/A", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("໑໒", "not_a_number"),
        ("١٢", "not_a_number"),
        ("²", "not_a_number"),
        ("½", "not_a_number"),
        ("%", "percent"),
    ],
)
def test_more_refusals(typed, code):
    with pytest.raises(InvalidNumber) as refusal:
        parse_number(typed)
    assert refusal.value.code == code


def test_percent_sign_is_read_only_where_the_unit_is_percent():
    assert parse_number(" 82.35 % ", percent=True) == Decimal("82.35")
    assert parse_number("๘๒.๓๕％", percent=True) == Decimal("82.35")
    with pytest.raises(InvalidNumber, match="โปรดพิมพ์เฉพาะตัวเลข"):
        parse_number("%", percent=True)
    with pytest.raises(InvalidNumber, match="โปรดพิมพ์เฉพาะตัวเลข"):
        parse_number("5%%", percent=True)


def test_limits_are_the_callers():
    assert parse_number("123.45", digits=3, decimals=2) == Decimal("123.45")
    with pytest.raises(InvalidNumber, match="ไม่เกิน 3 หลัก"):
        parse_number("1234", digits=3)
    with pytest.raises(InvalidNumber, match="^ช่องนี้ต้องเป็นจำนวนเต็ม ไม่มีทศนิยม$"):
        parse_number("1.5", decimals=0)
    assert parse_number("0.12345678901234567890123456789", decimals=29) == Decimal("0.12345678901234567890123456789")


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text):
    try:
        answer = parse_number(text)
    except InvalidNumber as refusal:
        answer = str(refusal)
    if isinstance(answer, str):
        assert max(answer) >= "ก"
    else:
        assert answer is None or answer is NO_DATA or answer.is_finite()


@given(st.decimals(-(10**14) + 1, 10**14 - 1, places=6), st.booleans())
def test_what_is_shown_is_read_back(value, grouping):
    assert parse_number(format_number(value, grouping=grouping)) == value


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("1234.5", None, "1,234.5"),
        ("82.350000", None, "82.35"),
        ("1E+3", None, "1,000"),
        ("100.00", None, "100"),
        ("-0.00", None, "0"),
        ("0E-6", None, "0"),
        ("0.000001", None, "0.000001"),
        ("3.80885", 4, "3.8089"),
        ("3.80884999", 4, "3.8088"),
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0.13"),
        ("-0.004", 2, "0.00"),
        ("1234567.5", 2, "1,234,567.50"),
        ("-1234567.5", 2, "-1,234,567.50"),
        ("999999.995", 2, "1,000,000.00"),
        ("12345678901234567890123456789012345.678", 2, "12,345,678,901,234,567,890,123,456,789,012,345.68"),
    ],
)
def test_format_number(value, decimals, text):
    assert format_number(Decimal(value), decimals=decimals) == text


def test_format_number_without_grouping_and_for_whole_numbers():
    assert format_number(Decimal("1234567.5"), decimals=2, grouping=False) == "1234567.50"
    assert format_number(75275) == "75,275"


def test_format_number_does_not_depend_on_the_decimal_context(monkeypatch):
    monkeypatch.setattr(getcontext(), "prec", 3)
    assert format_number(Decimal("1234.565"), decimals=2) == "1,234.57"


def test_format_number_refuses_floats_and_no_numbers():
    with pytest.raises(TypeError, match="float"):
        format_number(1.5)
    for text in ("NaN", "sNaN", "Infinity"):
        with pytest.raises(ValueError, match="finite"):
            format_number(Decimal(text))
