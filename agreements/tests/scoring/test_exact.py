import decimal
from decimal import Decimal as D
from fractions import Fraction

import pytest

from agreements.scoring.exact import exact, fixed, half_up, operand, plain, short, shown_weight, summed


@pytest.mark.parametrize("value", [1.5, "1.5", None, True, Fraction(1, 2), 1 + 0j])
def test_exact_refuses_what_is_no_decimal(value):
    with pytest.raises(TypeError):
        exact(value)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+100", "-1E+999999", "1E-101"])
def test_exact_refuses_numbers_that_are_none_or_endless(text):
    with pytest.raises(ValueError, match=r"ตัวเลข"):
        exact(D(text))


def test_exact_refuses_an_endless_int():
    with pytest.raises(ValueError, match="ตัวเลขยาวเกิน 100 หลัก"):
        exact(10**100)


def test_exact_keeps_every_digit():
    assert exact(D("0." + "1" * 100)) == D("0." + "1" * 100)
    assert exact(10**99) == D(10) ** 99
    assert exact(-3) == D("-3")


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (D("2.50005"), 4, "2.5001"),
        (D("2.50004999999999999999999999999999999999"), 4, "2.5000"),
        (D("-2.50005"), 4, "-2.5001"),
        (D("-0.00001"), 4, "0.0000"),
        (Fraction(10, 3), 4, "3.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(1, 2), 0, "1"),
        (D("1E+3"), 2, "1000.00"),
    ],
)
def test_half_up(value, places, expected):
    assert str(half_up(value, places)) == expected


def test_half_up_ignores_the_callers_context():
    with decimal.localcontext() as context:
        context.prec, context.rounding = 2, decimal.ROUND_DOWN
        assert half_up(D("12345.67895"), 4) == D("12345.6790")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("74.50", "74.50"),
        ("74.5", "74.5"),
        ("74.500000", "74.5"),
        ("77.0000", "77"),
        ("1.620", "1.62"),
        ("1.123456", "1.123456"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
        ("-3.5", "−3.5"),
        ("-0", "0"),
        ("-0.000", "0"),
    ],
)
def test_plain_prints_as_typed(text, expected):
    assert plain(D(text)) == expected


def test_plain_shortens_what_was_never_typed():
    assert plain(Fraction(200, 3)) == "66.6667"
    assert plain(Fraction(75)) == "75"


def test_operand_puts_a_negative_in_parentheses():
    assert (operand(D("-3")), operand(D("3"))) == ("(−3)", "3")


def test_fixed_and_short():
    assert (fixed(D("2.5"), 4), fixed(D("-2.5"), 2)) == ("2.5000", "−2.50")
    assert (short(Fraction(5, 3)), short(D("60.0000")), short(D("100"))) == ("1.6667", "60", "100")
    assert short(D("208.99800"), 8) == "208.998"


def test_shown_weight_has_two_decimals_unless_spread():
    assert str(shown_weight(Fraction(5))) == "5.00"
    assert str(shown_weight(Fraction(5, 2))) == "2.50"
    assert str(shown_weight(Fraction(5, 3))) == "1.6667"


def test_summed_keeps_every_digit():
    assert summed([D("1E+50"), D("1E-50"), D("-1E+50")]) == Fraction(1, 10**50)


def test_summed_takes_fractions_beside_decimals():
    assert summed([Fraction(1, 3), D("0.5"), Fraction(1, 6), D(-2)]) == Fraction(-1)
    assert summed([]) == Fraction(0)
