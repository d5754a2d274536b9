from decimal import Decimal as D

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    THREE_TARGETS,
    Child,
    Composite,
    Count,
    Facts,
    Milestone,
    MilestoneInParts,
    Mixed,
    PercentOfTarget,
    Problem,
    Project,
    Scale,
    TwoSided,
    YesNo,
    check,
    check_criteria,
    check_facts,
    criteria_from,
)

FIVE = ("ตั้งคณะทำงาน", "วิเคราะห์", "ร่างแผน", "เห็นชอบ", "ดำเนินการ")
FULL = Facts("ร้อยละ", "เบิกจ่าย ÷ งบประมาณ × 100", "ระบบ GFMIS", "คลังจังหวัด", ["นางสาวดวงใจ ใจดี"])


def levels(*numbers):
    return tuple(None if number is None else D(str(number)) for number in numbers)


def higher(*numbers):
    return criteria_from("higher", levels=levels(*numbers))


def lower(*numbers):
    return criteria_from("lower", levels=levels(*numbers))


def codes(problems):
    return [(problem.code, problem.levels) for problem in problems]


def test_sound_criteria_have_no_problem():
    assert check(higher(70, 75, 80, 85, 90), ONE_TO_FIVE, target=D(80), interval=D(5), facts=FULL) == []
    assert check(lower("1.50", "1.25", "1.00", "0.75", "0.50"), ONE_TO_FIVE, target=D(1), interval=D("0.25")) == []
    assert check(higher(60, 65, 75, 90, 100), ONE_TO_FIVE, target=D(75)) == []
    assert check(higher(10, 12, 15), THREE_TARGETS, target=D("12.00")) == []


def test_repeated_levels_are_refused_and_named():
    """R7, T2: 60 twice."""
    assert check_criteria(higher(40, 50, 60, 60, 70), ONE_TO_FIVE) == [
        Problem("level_repeated", "levels", "เกณฑ์ระดับ 3 กับระดับ 4 เท่ากัน (60) แต่ละระดับต้องต่างกัน", (3, 4))
    ]


def test_levels_against_the_direction_are_refused_and_named():
    assert check_criteria(higher(70, 75, 73, 85, 90), ONE_TO_FIVE) == [
        Problem("level_order", "levels", "เกณฑ์ระดับ 3 (73) ต้องมากกว่าระดับ 2 (75) เพราะค่ายิ่งมากยิ่งดี", (2, 3))
    ]
    assert [problem.text for problem in check_criteria(lower(22, 20, 21, 16, 14), ONE_TO_FIVE)] == [
        "เกณฑ์ระดับ 3 (21) ต้องน้อยกว่าระดับ 2 (20) เพราะค่ายิ่งน้อยยิ่งดี"
    ]
    assert codes(check_criteria(lower(1, 2, 3, 4, 5), ONE_TO_FIVE)) == [
        ("level_order", pair) for pair in ((1, 2), (2, 3), (3, 4), (4, 5))
    ]


def test_every_problem_is_found():
    found = check_criteria(higher(70, None, 80, 80, 75), ONE_TO_FIVE)
    assert codes(found) == [("level_missing", (2,)), ("level_repeated", (3, 4)), ("level_order", (4, 5))]
    assert found[0].text == "ยังไม่ได้กรอกเกณฑ์ระดับ 2"


def test_number_of_levels():
    found = check_criteria(higher(70, 75, 80), ONE_TO_FIVE)
    assert [problem.text for problem in found] == ["เกณฑ์การให้คะแนนต้องมี 5 ระดับ แต่มี 3 ระดับ"]
    assert codes(check_criteria(higher(), THREE_TARGETS)) == [("level_count", ())]
    assert codes(check_criteria(criteria_from("banded", levels=levels(1, 2, 2)), THREE_TARGETS)) == [
        ("level_repeated", (2, 3))
    ]


@pytest.mark.parametrize(
    ("criteria", "scale", "target", "expected"),
    [
        (higher(70, 75, 80, 85, 90), ONE_TO_FIVE, D(78), ["target_not_a_level"]),
        (higher(70, 75, 80, 85, 90), ONE_TO_FIVE, None, ["target_missing"]),
        (Milestone(FIVE), ONE_TO_FIVE, D(3), []),
        (Milestone(FIVE), ONE_TO_FIVE, D(6), ["target_not_a_level"]),
        (Milestone(FIVE[:3]), THREE_TARGETS, D(75), []),
        (Mixed(FIVE[:3], levels(80, 90)), ONE_TO_FIVE, D(3), []),
        (Mixed(FIVE[:3], levels(80, 90)), ONE_TO_FIVE, D(90), []),
        (Mixed(FIVE[:3], levels(80, 90)), ONE_TO_FIVE, D(85), ["target_not_a_level"]),
        (TwoSided(D(45), D(55), levels(8, 6, 4, 2, 0)), ONE_TO_FIVE, None, []),
        (TwoSided(D(45), D(55), levels(8, 6, 4, 2, 0)), ONE_TO_FIVE, D(50), []),
        (TwoSided(D(45), D(55), levels(8, 6, 4, 2, 0)), ONE_TO_FIVE, D(56), ["target_outside_band"]),
        (YesNo(), ONE_TO_FIVE, None, []),
    ],
)
def test_target_equals_a_level(criteria, scale, target, expected):
    assert [problem.code for problem in check(criteria, scale, target=target)] == expected


def test_target_sentence_lists_the_levels():
    found = check(higher(70, 75, 80, 85, 90), ONE_TO_FIVE, target=D(78))
    assert found[0].text == "ค่าเป้าหมาย 78 ไม่ตรงกับเกณฑ์ระดับใด (70, 75, 80, 85, 90)"


def test_interval_names_the_neighbours():
    found = check(higher(60, 65, 75, 80, 85), ONE_TO_FIVE, target=D(75), interval=D(5))
    assert found == [
        Problem("interval_differs", "interval", "เกณฑ์ระดับ 2 กับระดับ 3 ห่างกัน 10 ไม่เท่ากับช่วงปรับเกณฑ์ 5", (2, 3))
    ]
    mixed = Mixed(FIVE[:3], levels(80, 90))
    assert codes(check(mixed, ONE_TO_FIVE, target=D(3), interval=D(5))) == [("interval_differs", (4, 5))]
    assert codes(check(higher(1, 2, None, 4, 5), ONE_TO_FIVE, target=D(1), interval=D(2))) == [
        ("level_missing", (3,)),
        ("interval_differs", (1, 2)),
        ("interval_differs", (4, 5)),
    ]
    assert check(Milestone(FIVE), ONE_TO_FIVE, target=D(3), interval=D(5)) == []


def test_interval_is_positive():
    found = check(lower(5, 4, 3, 2, 1), ONE_TO_FIVE, target=D(3), interval=D(-1))
    assert [problem.text for problem in found] == ["ช่วงปรับเกณฑ์การให้คะแนนต้องมากกว่า 0"]


def test_steps():
    assert check_criteria(Milestone(FIVE), ONE_TO_FIVE) == []
    assert codes(check_criteria(Milestone(FIVE[:4]), ONE_TO_FIVE)) == [("step_count", ())]
    blank = check_criteria(Count(("ก", " ", "ค")), THREE_TARGETS)
    assert [(problem.code, problem.levels, problem.text) for problem in blank] == [
        ("step_missing", (2,), "ยังไม่ได้ระบุรายละเอียดขั้นที่ 2")
    ]


def test_sub_points_sum_to_one():
    sound = MilestoneInParts(FIVE, ((), (D("0.5"), D("0.5"))))
    assert check_criteria(sound, ONE_TO_FIVE) == []
    unsound = MilestoneInParts(FIVE, ((D("0.5"), D("0.4")), (D(1), D(0)), (), (), (), (D(1),)))
    found = check_criteria(unsound, ONE_TO_FIVE)
    assert codes(found) == [("part_without_step", ()), ("part_sum", (1,)), ("part_not_positive", (2,))]
    assert found[1].text == "ข้อย่อยของขั้นที่ 1 รวมได้ 0.9 ต้องรวมได้ 1"


def test_mixed():
    assert check_criteria(Mixed(FIVE[:3], levels(80, 90)), ONE_TO_FIVE) == []
    assert codes(check_criteria(Mixed(FIVE[:3], levels(90, 80)), ONE_TO_FIVE)) == [("level_order", (4, 5))]
    assert codes(check_criteria(Mixed(FIVE[:3], levels(None, 80)), ONE_TO_FIVE)) == [("level_missing", (4,))]
    assert codes(check_criteria(Mixed(FIVE[:2], levels(80, 90)), ONE_TO_FIVE)) == [("mixed_count", ())]
    assert codes(check_criteria(Mixed((), levels(1, 2, 3, 4, 5)), ONE_TO_FIVE)) == [("mixed_count", ())]
    assert codes(check_criteria(Mixed(FIVE, ()), ONE_TO_FIVE)) == [("mixed_count", ())]


def test_two_sided():
    assert check_criteria(TwoSided(D(45), D(55), levels(8, 6, 4, 2, 0)), ONE_TO_FIVE) == []
    found = check_criteria(TwoSided(D(55), D(45), levels(6, 8, 4, 0, -1)), ONE_TO_FIVE)
    assert codes(found) == [("band_order", ()), ("distance_negative", (5,)), ("level_order", (1, 2))]


@pytest.mark.parametrize("weights", [("0.5", "0.5"), ("40", "60"), ("0.333", "0.667")])
def test_inner_weights_sum_to_one_or_a_hundred(weights):
    children = tuple(Child(str(n), D(weight), YesNo()) for n, weight in enumerate(weights))
    assert check(Composite(children), ONE_TO_FIVE, target=D(3)) == []
    projects = tuple(Project(str(n), D(weight), D(60)) for n, weight in enumerate(weights))
    assert check(PercentOfTarget(projects), ONE_TO_FIVE, target=D(3)) == []


def test_family_problems():
    uneven = Composite((Child("ก", D("0.5"), YesNo()), Child("ข", D("0.4"), YesNo())))
    assert [problem.text for problem in check_criteria(uneven, ONE_TO_FIVE)] == [
        "น้ำหนักของตัวชี้วัดย่อยรวมได้ 0.9 ต้องรวมได้ 1 หรือ 100"
    ]
    twice = Composite((Child("ก", D(2), YesNo()), Child("ก", D(-1), YesNo())))
    assert [(problem.code, problem.key) for problem in check_criteria(twice, ONE_TO_FIVE)] == [
        ("child_repeated", "ก"),
        ("child_weight_not_positive", "ก"),
    ]
    assert codes(check_criteria(Composite(()), ONE_TO_FIVE)) == [("children_missing", ())]
    projects = PercentOfTarget((Project("ก", D(1), D(0)),), levels(60, 70, 80))
    assert [problem.code for problem in check_criteria(projects, ONE_TO_FIVE)] == [
        "child_target_not_positive",
        "level_count",
    ]


def test_problems_of_children_carry_their_path():
    inner = Composite((Child("1.3.2.1", D(1), higher(60, 65, 65, 75, 80)),))
    outer = Composite((Child("1.3.2", D(1), inner),))
    assert check_criteria(outer, ONE_TO_FIVE) == [
        Problem(
            "level_repeated",
            "levels",
            "1.3.2: 1.3.2.1: เกณฑ์ระดับ 2 กับระดับ 3 เท่ากัน (65) แต่ละระดับต้องต่างกัน",
            (2, 3),
            "1.3.2 > 1.3.2.1",
        )
    ]


def test_a_proportional_floor_needs_a_first_level_above_zero():
    scale = Scale(THREE_TARGETS.points, floor="proportional")
    assert codes(check_criteria(higher(0, 2, 4), scale)) == [("first_level_not_positive", (1,))]
    assert check_criteria(higher(1, 2, 4), scale) == []
    assert check_criteria(higher(0, 2, 4), THREE_TARGETS) == []


def test_facts_of_the_template():
    assert check_facts(FULL) == []
    found = check_facts(Facts("", " ", "", "", [" "]))
    assert [(problem.code, problem.field, problem.text) for problem in found] == [
        ("unit_missing", "unit", "ยังไม่ได้ระบุหน่วยวัด"),
        ("formula_missing", "formula", "ยังไม่ได้ระบุสูตรการคำนวณ"),
        ("source_missing", "source", "ยังไม่ได้ระบุแหล่งข้อมูล"),
        ("overseer_missing", "overseer", "ยังไม่ได้ระบุผู้กำกับดูแลตัวชี้วัด"),
        ("collector_missing", "collectors", "ยังไม่ได้ระบุผู้จัดเก็บข้อมูลอย่างน้อยหนึ่งคน"),
    ]
    bare = Facts("ร้อยละ", "สูตร", "แหล่ง", "หัวหน้า", [])
    assert [problem.code for problem in check(YesNo(), ONE_TO_FIVE, facts=bare)] == ["collector_missing"]


def test_the_edges_of_what_is_sound():
    assert codes(check(higher(1, 2, 3, 4, 5), ONE_TO_FIVE, target=D(3), interval=D(0))) == [
        ("interval_not_positive", ())
    ]
    assert check_criteria(TwoSided(D(50), D(50), levels(8, 6, 4, 2, 0)), ONE_TO_FIVE) == []
    assert check_criteria(Mixed(FIVE[:1], levels(1, 2, 3, 4)), ONE_TO_FIVE) == []
    assert check_criteria(Mixed(FIVE[:4], levels(1)), ONE_TO_FIVE) == []
    full = MilestoneInParts(FIVE, ((), (), (), (), (D("0.4"), D("0.6"))))
    assert check_criteria(full, ONE_TO_FIVE) == []
    assert check_criteria(PercentOfTarget((Project("ก", D(1), D(1)),)), ONE_TO_FIVE) == []
