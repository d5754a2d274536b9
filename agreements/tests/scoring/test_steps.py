from decimal import Decimal as D

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    THREE_TARGETS,
    Count,
    CriteriaError,
    Floor,
    Measured,
    Milestone,
    MilestoneInParts,
    Missing,
    Mixed,
    ResultError,
    Scale,
    StepsAndValue,
    StepsDone,
    score,
)

FIVE = ("ตั้งคณะทำงาน", "วิเคราะห์", "ร่างแผน", "เห็นชอบ", "ดำเนินการ")
THREE = FIVE[:3]
PROPORTIONAL = Scale(THREE_TARGETS.points, floor=Floor.PROPORTIONAL)


def raw(criteria, result, scale=ONE_TO_FIVE):
    return str(score(criteria, result, scale).raw)


def texts(criteria, result, scale=ONE_TO_FIVE):
    return [step.text for step in score(criteria, result, scale).working]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ({1, 2, 3, 5}, "3.0000"),
        (set(), "1.0000"),
        ({1}, "1.0000"),
        ({2, 3, 4, 5}, "1.0000"),
        ({1, 2, 3, 4}, "4.0000"),
        ({1, 2, 3, 4, 5}, "5.0000"),
    ],
)
def test_milestone_counts_the_run_from_step_one(done, expected):
    assert raw(Milestone(FIVE), StepsDone(done)) == expected


@pytest.mark.parametrize(
    ("done", "expected"), [(set(), "0.0000"), ({1}, "50.0000"), ({1, 2}, "75.0000"), ({1, 2, 3}, "100.0000")]
)
def test_milestone_on_three_targets(done, expected):
    assert raw(Milestone(THREE), StepsDone(done), THREE_TARGETS) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [(set(), "1.0000"), ({2, 5}, "2.0000"), ({1, 3, 4}, "3.0000"), ({1, 2, 3, 4, 5}, "5.0000")],
)
def test_count_takes_issues_in_any_order(done, expected):
    assert raw(Count(FIVE), StepsDone(done)) == expected


def test_count_of_more_issues_than_points_stops_at_the_top():
    assert raw(Count((*FIVE, "หก")), StepsDone({1, 2, 3, 4, 5, 6})) == "5.0000"


@pytest.mark.parametrize(
    ("done", "part", "expected"),
    [
        ({1, 2, 3, 4}, "0.25", "4.2500"),
        ({1, 2, 3, 4}, None, "4.0000"),
        ({1, 2, 3, 4}, "0", "4.0000"),
        ({1, 2, 3, 5}, "0.5", "3.5000"),
        (set(), "0.9", "1.0000"),
        ({1, 2, 3, 4, 5}, None, "5.0000"),
        ({1, 2, 3, 4, 5}, "0", "5.0000"),
    ],
)
def test_milestone_in_parts(done, part, expected):
    result = StepsDone(done, part=None if part is None else D(part))
    assert raw(MilestoneInParts(FIVE), result) == expected


def test_parts_on_three_targets():
    assert raw(MilestoneInParts(THREE), StepsDone({1, 2}, part=D("0.25")), THREE_TARGETS) == "81.2500"
    assert raw(MilestoneInParts(THREE), StepsDone((), part=D("0.25")), THREE_TARGETS) == "0.0000"
    assert raw(MilestoneInParts(THREE), StepsDone((), part=D("0.25")), PROPORTIONAL) == "12.5000"


SUB_POINTS = MilestoneInParts(FIVE, ((), (), (), (D("0.5"), D("0.5")), (D("0.25"), D("0.25"), D("0.50"))))


@pytest.mark.parametrize(
    ("done", "sub_points", "expected"),
    [
        ({1, 2, 3, 4}, {1, 3}, "4.7500"),
        ({1, 2, 3, 4}, {1, 2, 3}, "5.0000"),
        ({1, 2, 3}, {2}, "3.5000"),
        ({1, 2, 3}, {1, 2}, "4.0000"),
        ({1, 2, 3, 5}, {1, 2}, "5.0000"),
    ],
)
def test_declared_sub_points(done, sub_points, expected):
    assert raw(SUB_POINTS, StepsDone(done, sub_points=sub_points)) == expected


MIXED = Mixed(THREE, (D(80), D(90)))


@pytest.mark.parametrize(
    ("done", "value", "expected"),
    [
        (set(), "95", "1.0000"),
        ({1, 2}, "95", "2.0000"),
        ({1, 2, 3}, "75", "3.0000"),
        ({1, 2, 3}, "79.99", "3.0000"),
        ({1, 2, 3}, "80", "4.0000"),
        ({1, 2, 3}, "86", "4.6000"),
        ({1, 2, 3}, "90", "5.0000"),
        ({1, 2, 3}, "99", "5.0000"),
    ],
)
def test_mixed_interpolates_only_among_its_numbers(done, value, expected):
    assert raw(MIXED, StepsAndValue(done, Measured(D(value)))) == expected


def test_mixed_without_its_number_keeps_the_steps_done():
    assert raw(MIXED, StepsAndValue({1, 2, 3})) == "3.0000"
    assert raw(MIXED, StepsAndValue({1})) == "1.0000"


def test_mixed_lower_and_three_targets():
    lower = Mixed(THREE, (D(10), D(6)), "lower")
    assert raw(lower, StepsAndValue({1, 2, 3}, Measured(D(7)))) == "4.7500"
    assert raw(Mixed(FIVE[:1], (D(80), D(90))), StepsAndValue({1}, Measured(D(84))), THREE_TARGETS) == "85.0000"


def test_working_milestone():
    assert texts(Milestone(FIVE), StepsDone({5, 1, 3, 2})) == [
        "ทำแล้วขั้นที่ 1, 2, 3 และ 5",
        "นับต่อเนื่องจากขั้นที่ 1 ได้ 3 ขั้น ได้ 3.0000",
    ]
    assert texts(Milestone(FIVE), StepsDone(())) == [
        "ยังไม่มีขั้นใดแล้วเสร็จ",
        "นับต่อเนื่องจากขั้นที่ 1 ได้ 0 ขั้น ได้ 1.0000",
    ]


def test_working_parts():
    assert texts(MilestoneInParts(FIVE), StepsDone({1, 2, 3, 4}, part=D("0.25"))) == [
        "ทำแล้วขั้นที่ 1, 2, 3 และ 4",
        "4 + 0.25 = 4.2500",
    ]
    assert texts(SUB_POINTS, StepsDone({1, 2, 3, 4}, sub_points={3, 1})) == [
        "ทำแล้วขั้นที่ 1, 2, 3 และ 4",
        "ขั้นที่ 5 ทำข้อย่อย 1 และ 3: 0.25 + 0.50 = 0.75",
        "4 + 0.75 = 4.7500",
    ]
    assert texts(MilestoneInParts(THREE), StepsDone({1, 2}, part=D("0.25")), THREE_TARGETS) == [
        "ทำแล้วขั้นที่ 1 และ 2",
        "75 + 25 × 0.25 = 81.2500",
    ]
    assert texts(MilestoneInParts(FIVE), StepsDone((), part=D("0.9"))) == [
        "ยังไม่มีขั้นใดแล้วเสร็จ",
        "ทำขั้นที่ 1 ได้ 0.9 ของขั้น ยังไม่ถึงระดับ 1 ได้ 1.0000",
    ]
    assert texts(MilestoneInParts(THREE), StepsDone((), part=D("0.25")), PROPORTIONAL)[-1] == (
        "ทำขั้นที่ 1 ได้ 0.25 ของขั้น ยังไม่ถึงเป้าหมาย 50 คะแนน ได้ 12.5000 (50 × 0.25)"
    )


def test_working_count():
    assert texts(Count(FIVE), StepsDone({2, 5})) == ["สำเร็จ 2 ประเด็น จากทั้งหมด 5 ประเด็น ได้ 2.0000"]


def test_working_mixed():
    assert texts(MIXED, StepsAndValue({1, 2, 3}, Measured(D(86)))) == [
        "ทำแล้วขั้นที่ 1, 2 และ 3",
        "ทำครบ 3 ขั้น จึงคิดผลเชิงปริมาณต่อ",
        "ผล 86 อยู่ระหว่างระดับ 4 (80) กับระดับ 5 (90)",
        "4 + (86 − 80) ÷ (90 − 80) = 4.6000",
    ]
    assert texts(MIXED, StepsAndValue({1, 2, 3}, Measured(D(75))))[-1] == (
        "ทำครบ 3 ขั้น ผล 75 ยังไม่ถึงระดับ 4 (80) ได้ 3.0000"
    )
    assert texts(MIXED, StepsAndValue({1, 2, 3}, Missing("รอผลสำรวจ")))[-1] == (
        "ทำครบ 3 ขั้น ยังไม่มีผลเชิงปริมาณ (รอผลสำรวจ) ได้ 3.0000"
    )


def test_a_step_that_does_not_exist_is_refused():
    with pytest.raises(ResultError, match="ไม่มีขั้นที่ 6 เพราะเกณฑ์มี 5 ขั้น"):
        score(Milestone(FIVE), StepsDone({1, 6}), ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ไม่มีขั้นที่ 6"):
        score(Count(FIVE), StepsDone({6}), ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ไม่มีขั้นที่ 4"):
        score(MIXED, StepsAndValue({4}), ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ไม่มีขั้นที่ 6"):
        score(MilestoneInParts(FIVE), StepsDone({6}), ONE_TO_FIVE)


@pytest.mark.parametrize("result", [StepsDone({1}, part=D("0.5")), StepsDone({1}, sub_points={1})])
def test_parts_are_refused_where_the_template_does_not_allow_them(result):
    with pytest.raises(ResultError, match="ไม่ให้คะแนนบางส่วน"):
        score(Milestone(FIVE), result, ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ไม่ให้คะแนนบางส่วน"):
        score(Count(FIVE), result, ONE_TO_FIVE)


def test_parts_that_cannot_be_are_refused():
    with pytest.raises(ResultError, match="ขั้นที่ 5 มีข้อย่อย 3 ข้อ"):
        score(SUB_POINTS, StepsDone({1, 2, 3, 4}, sub_points={4}), ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ขั้นที่ 1 มีข้อย่อย 0 ข้อ"):
        score(SUB_POINTS, StepsDone((), sub_points={1}), ONE_TO_FIVE)
    with pytest.raises(ResultError, match="ไม่มีขั้นถัดไป"):
        score(SUB_POINTS, StepsDone({1, 2, 3, 4, 5}, part=D("0.5")), ONE_TO_FIVE)
    heavy = MilestoneInParts(FIVE, ((D("0.6"), D("0.6")),))
    with pytest.raises(CriteriaError, match="ข้อย่อยของขั้นที่ 1 รวมกันเกิน 1"):
        score(heavy, StepsDone((), sub_points={1, 2}), ONE_TO_FIVE)


def test_mixed_needs_levels_for_the_points_left():
    with pytest.raises(CriteriaError, match="ต้องมี 2 ระดับ แต่มี 1 ระดับ"):
        score(Mixed(THREE, (D(80),)), StepsAndValue({1}), ONE_TO_FIVE)
