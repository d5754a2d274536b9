from decimal import Decimal as D

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    THREE_TARGETS,
    Banded,
    CriteriaError,
    Direction,
    Floor,
    Measured,
    Numeric,
    Scale,
    TwoSided,
    criteria_from,
    interval_of,
    score,
    spread,
)

PROPORTIONAL = Scale(THREE_TARGETS.points, floor=Floor.PROPORTIONAL)


def levels(*numbers):
    return tuple(map(D, numbers))


def raw(kind, criteria_levels, value, scale=ONE_TO_FIVE):
    return str(score(criteria_from(kind, levels=levels(*criteria_levels)), Measured(D(value)), scale).raw)


def texts(found):
    return [step.text for step in found.working]


SEVENTY = ("70", "75", "80", "85", "90")


@pytest.mark.parametrize(
    ("rule", "kind", "criteria_levels", "value", "expected"),
    [
        ("R1", "higher", SEVENTY, "82.35", "3.4700"),
        ("R2 above", "higher", SEVENTY, "91", "5.0000"),
        ("R2 below", "higher", SEVENTY, "65", "1.0000"),
        ("R2 at the first", "higher", SEVENTY, "70", "1.0000"),
        ("R2 at the last", "higher", SEVENTY, "90", "5.0000"),
        ("R3 at a level", "higher", SEVENTY, "80", "3.0000"),
        ("R4", "lower", ("20", "18", "16", "14", "12"), "15.3", "3.3500"),
        ("R4 beyond", "lower", ("20", "18", "16", "14", "12"), "11", "5.0000"),
        ("R4 short", "lower", ("20", "18", "16", "14", "12"), "20.1", "1.0000"),
        ("R4 negative", "lower", ("2", "1", "0", "-1", "-2"), "-0.5", "3.5000"),
        ("R6", "higher", ("60", "65", "75", "90", "100"), "80", "3.3333"),
        ("R7 at", "higher", ("40", "50", "60", "60", "70"), "60", "4.0000"),
        ("R7 above", "higher", ("40", "50", "60", "60", "70"), "64", "4.4000"),
        ("R7 before", "higher", ("40", "50", "60", "60", "70"), "55", "2.5000"),
        ("R7 at the top", "higher", ("40", "50", "60", "70", "70"), "70", "5.0000"),
        ("R7 lower", "lower", ("70", "60", "60", "50", "40"), "60", "3.0000"),
        ("R20 half up", "higher", ("0", "8000", "16000", "24000", "32000"), "0.4", "1.0001"),
        ("30 decimals", "higher", SEVENTY, "82.349999999999999999999999999999", "3.4700"),
    ],
)
def test_numeric_on_one_to_five(rule, kind, criteria_levels, value, expected):
    assert raw(kind, criteria_levels, value) == expected


@pytest.mark.parametrize(
    ("kind", "criteria_levels", "value", "expected"),
    [
        ("higher", ("10", "12", "15"), "11", "62.5000"),
        ("higher", ("10", "12", "15"), "13", "83.3333"),
        ("higher", ("10", "12", "15"), "16", "100.0000"),
        ("higher", ("10", "12", "15"), "9", "0.0000"),
        ("higher", ("10", "12", "15"), "10", "50.0000"),
        ("higher", ("10", "12", "15"), "12", "75.0000"),
        ("lower", ("9", "8", "6"), "8.4", "65.0000"),
        ("lower", ("9", "8", "6"), "7.5", "81.2500"),
        ("lower", ("9", "8", "6"), "5", "100.0000"),
        ("lower", ("9", "8", "6"), "9.01", "0.0000"),
    ],
)
def test_three_targets(kind, criteria_levels, value, expected):
    assert raw(kind, criteria_levels, value, THREE_TARGETS) == expected


@pytest.mark.parametrize(
    ("kind", "criteria_levels", "value", "expected"),
    [
        ("higher", ("10", "12", "15"), "9", "45.0000"),
        ("higher", ("10", "12", "15"), "0", "0.0000"),
        ("higher", ("10", "12", "15"), "-4", "0.0000"),
        ("higher", ("-1", "0", "2"), "-2", "0.0000"),
        ("lower", ("9", "8", "6"), "12", "37.5000"),
        ("lower", ("0", "-1", "-2"), "3", "0.0000"),
    ],
)
def test_proportional_floor(kind, criteria_levels, value, expected):
    assert raw(kind, criteria_levels, value, PROPORTIONAL) == expected


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("higher", "69", "1.0000"),
        ("higher", "74.99", "1.0000"),
        ("higher", "75", "2.0000"),
        ("higher", "79.9", "2.0000"),
        ("higher", "84.9", "3.0000"),
        ("higher", "90", "5.0000"),
        ("higher", "120", "5.0000"),
    ],
)
def test_banded_counts_whole_levels(direction, value, expected):
    criteria = Banded(levels(*SEVENTY), direction)
    assert str(score(criteria, Measured(D(value)), ONE_TO_FIVE).raw) == expected


def test_banded_lower_and_three_targets():
    lower = Banded(levels("20", "18", "16", "14", "12"), Direction.LOWER)
    assert score(lower, Measured(D("15.3")), ONE_TO_FIVE).raw == D(3)
    assert score(Banded(levels("10", "12", "15")), Measured(D("14")), THREE_TARGETS).raw == D(75)
    assert score(Banded(levels("10", "12", "15")), Measured(D("9")), THREE_TARGETS).raw == D(0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("58", "3.5000"),
        ("50", "5.0000"),
        ("36", "1.0000"),
        ("45", "5.0000"),
        ("55", "5.0000"),
        ("42", "3.5000"),
    ],
)
def test_two_sided(value, expected):
    criteria = TwoSided(D(45), D(55), levels("8", "6", "4", "2", "0"))
    assert str(score(criteria, Measured(D(value)), ONE_TO_FIVE).raw) == expected


def test_two_sided_keeps_every_digit_of_the_distance():
    criteria = TwoSided(D(45), D(55), levels("8", "6", "4", "2", "0"))
    long = D("55.000000000000000000000000000000000000001")
    assert texts(score(criteria, Measured(long), ONE_TO_FIVE))[0] == (
        "ผล 55.000000000000000000000000000000000000001 อยู่นอกช่วง 45 ถึง 55 "
        "ห่าง 55.000000000000000000000000000000000000001 − 55 = 0.000000000000000000000000000000000000001"
    )


def test_working_between_two_levels():
    found = score(Numeric(levels("67", "72", "77", "82", "87")), Measured(D("74.50")), ONE_TO_FIVE)
    assert texts(found) == [
        "ผล 74.50 อยู่ระหว่างระดับ 2 (72) กับระดับ 3 (77)",
        "2 + (74.50 − 72) ÷ (77 − 72) = 2.5000",
    ]
    assert [step.rule for step in found.working] == ["R1", "R1"]
    assert str(found.working[1]) == "2 + (74.50 − 72) ÷ (77 − 72) = 2.5000"


def test_working_lower_is_better_subtracts_the_smaller():
    found = score(criteria_from("lower", levels=levels("22", "20", "18", "16", "14")), Measured(D("18.9")), ONE_TO_FIVE)
    assert texts(found) == [
        "ผล 18.9 อยู่ระหว่างระดับ 2 (20) กับระดับ 3 (18)",
        "2 + (20 − 18.9) ÷ (20 − 18) = 2.5500",
    ]


def test_working_with_negative_levels():
    found = score(Numeric(levels("-4", "-2", "0", "2", "4")), Measured(D("-3")), ONE_TO_FIVE)
    assert texts(found)[1] == "1 + (−3 − (−4)) ÷ (−2 − (−4)) = 1.5000"


def test_working_at_and_beyond_levels():
    seventy = Numeric(levels(*SEVENTY))
    assert texts(score(seventy, Measured(D("80")), ONE_TO_FIVE)) == ["ผล 80 เท่ากับระดับ 3 (80) ได้ 3.0000"]
    assert texts(score(seventy, Measured(D("91")), ONE_TO_FIVE)) == ["ผล 91 ดีกว่าระดับ 5 (90) ได้ 5.0000"]
    assert texts(score(seventy, Measured(D("65")), ONE_TO_FIVE)) == ["ผล 65 ยังไม่ถึงระดับ 1 (70) ได้ 1.0000"]


def test_working_three_targets():
    found = score(Numeric(levels("10", "12", "15")), Measured(D("13")), THREE_TARGETS)
    assert texts(found) == [
        "ผล 13 อยู่ระหว่างเป้าหมาย 75 คะแนน (12) กับเป้าหมาย 100 คะแนน (15)",
        "75 + 25 × (13 − 12) ÷ (15 − 12) = 83.3333",
    ]
    assert [step.rule for step in found.working] == ["R28", "R28"]


def test_working_proportional_floor():
    found = score(Numeric(levels("10", "12", "15")), Measured(D("9")), PROPORTIONAL)
    assert texts(found) == ["ผล 9 ยังไม่ถึงเป้าหมาย 50 คะแนน (10)", "50 × 9 ÷ 10 = 45.0000"]
    lower = score(criteria_from("lower", levels=levels("9", "8", "6")), Measured(D("12")), PROPORTIONAL)
    assert texts(lower) == ["ผล 12 ยังไม่ถึงเป้าหมาย 50 คะแนน (9)", "50 × 9 ÷ 12 = 37.5000"]


def test_working_banded():
    banded = Banded(levels(*SEVENTY))
    assert texts(score(banded, Measured(D("84.9")), ONE_TO_FIVE)) == [
        "ผล 84.9 ถึงระดับ 3 (80) ยังไม่ถึงระดับ 4 (85) ได้ 3.0000 ไม่คิดเศษระหว่างระดับ"
    ]
    assert texts(score(banded, Measured(D("95")), ONE_TO_FIVE)) == ["ผล 95 ถึงระดับ 5 (90) ได้ 5.0000 ไม่คิดเศษระหว่างระดับ"]
    assert texts(score(banded, Measured(D("60")), ONE_TO_FIVE)) == [
        "ผล 60 ยังไม่ถึงระดับ 1 (70) ได้ 1.0000 ไม่คิดเศษระหว่างระดับ"
    ]


def test_working_two_sided():
    criteria = TwoSided(D(45), D(55), levels("8", "6", "4", "2", "0"))
    assert texts(score(criteria, Measured(D("58")), ONE_TO_FIVE)) == [
        "ผล 58 อยู่นอกช่วง 45 ถึง 55 ห่าง 58 − 55 = 3",
        "ระยะห่าง 3 อยู่ระหว่างระดับ 3 (4) กับระดับ 4 (2)",
        "3 + (4 − 3) ÷ (4 − 2) = 3.5000",
    ]
    assert texts(score(criteria, Measured(D("36")), ONE_TO_FIVE)) == [
        "ผล 36 อยู่นอกช่วง 45 ถึง 55 ห่าง 45 − 36 = 9",
        "ระยะห่าง 9 ยังไม่ถึงระดับ 1 (8) ได้ 1.0000",
    ]
    assert texts(score(criteria, Measured(D("50")), ONE_TO_FIVE)) == ["ผล 50 อยู่ในช่วง 45 ถึง 55 ได้ 5.0000"]


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        (Numeric((D(1), None, D(3), D(4), D(5))), "ยังกรอกเกณฑ์การให้คะแนนไม่ครบทุกระดับ"),
        (Numeric(levels("1", "2", "3", "4")), "เกณฑ์การให้คะแนนต้องมี 5 ระดับ แต่มี 4 ระดับ"),
        (Numeric(levels("1", "3", "2", "4", "5")), "เรียงสวนทาง"),
        (Numeric(levels("1", "2", "3", "4", "5"), Direction.LOWER), "เรียงสวนทาง"),
        (Banded(levels("5", "4", "3", "2", "1")), "เรียงสวนทาง"),
        (TwoSided(D(45), D(55), levels("0", "2", "4", "6", "8")), "เรียงสวนทาง"),
        (TwoSided(D(55), D(45), levels("8", "6", "4", "2", "0")), "ค่าต่ำสุดของช่วงต้องไม่มากกว่าค่าสูงสุด"),
    ],
)
def test_unsound_criteria_give_no_score(criteria, sentence):
    with pytest.raises(CriteriaError, match=sentence):
        score(criteria, Measured(D("50")), ONE_TO_FIVE)


@pytest.mark.parametrize(
    ("target", "at_level", "interval", "direction", "expected"),
    [
        ("80", 3, "5", "higher", ("70", "75", "80", "85", "90")),
        ("45", 3, "2.5", "higher", ("40.0", "42.5", "45.0", "47.5", "50.0")),
        ("1.00", 3, "0.25", "lower", ("1.50", "1.25", "1.00", "0.75", "0.50")),
        ("90", 5, "5", "higher", ("70", "75", "80", "85", "90")),
        ("14", 5, "2", Direction.LOWER, ("22", "20", "18", "16", "14")),
    ],
)
def test_spread(target, at_level, interval, direction, expected):
    found = spread(D(target), at_level, D(interval), direction, ONE_TO_FIVE)
    assert tuple(map(str, found)) == expected


def test_spread_on_three_targets():
    assert spread(D(12), 2, D(2), "higher", THREE_TARGETS) == levels("10", "12", "14")


def test_spread_refuses_what_makes_no_levels():
    with pytest.raises(ValueError, match="ต้องมากกว่า 0"):
        spread(D(80), 3, D(0), "higher", ONE_TO_FIVE)
    with pytest.raises(ValueError, match="ระหว่าง 1 ถึง 5"):
        spread(D(80), 6, D(5), "higher", ONE_TO_FIVE)
    with pytest.raises(ValueError, match="ระหว่าง 1 ถึง 3"):
        spread(D(80), 0, D(5), "higher", THREE_TARGETS)
    with pytest.raises(TypeError):
        spread(80.0, 3, D(5), "higher", ONE_TO_FIVE)


def test_interval_of():
    assert interval_of(levels("1.50", "1.25", "1.00")) == D("0.25")
    assert interval_of(levels("60", "65", "75")) is None
    assert interval_of(levels("60")) is None


def test_a_band_may_be_a_single_value():
    criteria = TwoSided(D(50), D(50), levels("8", "6", "4", "2", "0"))
    assert score(criteria, Measured(D(50)), ONE_TO_FIVE).raw == D(5)
    assert score(criteria, Measured(D(49)), ONE_TO_FIVE).raw == D("4.5")


@pytest.mark.parametrize(
    ("value", "scale", "rules"),
    [
        ("80", ONE_TO_FIVE, ["R1"]),
        ("90", ONE_TO_FIVE, ["R2"]),
        ("91", ONE_TO_FIVE, ["R2"]),
        ("69", ONE_TO_FIVE, ["R2"]),
        ("82", ONE_TO_FIVE, ["R1", "R1"]),
        ("69", THREE_TARGETS, ["R28"]),
        ("82", THREE_TARGETS, ["R28", "R28"]),
    ],
)
def test_steps_name_their_rule(value, scale, rules):
    criteria = Numeric(levels(*SEVENTY) if scale is ONE_TO_FIVE else levels("70", "80", "90"))
    assert [step.rule for step in score(criteria, Measured(D(value)), scale).working] == rules
