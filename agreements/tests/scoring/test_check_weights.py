from decimal import Decimal as D

import pytest

from agreements.scoring import Branch, Leaf, Problem, check_weights

ROUNDS = (6, 9, 12)


def tree(*weights, declared=("70", "60", "30")):
    outside, inside, organisation = (None if each is None else D(each) for each in declared)
    one, two, three, four = map(D, weights)
    return (
        Branch("ภายนอก", (Branch("ประสิทธิผล", (Leaf("1", one), Leaf("2", two)), inside), Leaf("3", three)), outside),
        Branch("ภายใน", (Leaf("4", four),), organisation),
    )


def codes(problems):
    return [(problem.code, problem.key) for problem in problems]


def test_sound_weights():
    assert check_weights(tree("40", "20", "10", "30"), rounds=ROUNDS) == []
    assert check_weights(tree("40.25", "19.75", "10", "30"), rounds=ROUNDS) == []
    assert check_weights(tree("40", "20", "10", "30", declared=(None, None, None))) == []


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        ("28", "น้ำหนักของตัวชี้วัดรวมได้ 98 ต้องรวมได้ 100 (ขาด 2)"),
        ("30.01", "น้ำหนักของตัวชี้วัดรวมได้ 100.01 ต้องรวมได้ 100 (เกิน 0.01)"),
    ],
)
def test_leaves_sum_to_exactly_a_hundred(last, sentence):
    nodes = tree("40", "20", "10", last, declared=("70", "60", None))
    assert check_weights(nodes) == [Problem("weight_sum", "weight", sentence)]


def test_parents_have_the_sum_of_their_children():
    found = check_weights(tree("45", "20", "10", "25"))
    assert [(problem.code, problem.key, problem.text) for problem in found] == [
        ("branch_weight_sum", "ประสิทธิผล", "น้ำหนักของ ประสิทธิผล คือ 60 แต่รายการภายในรวมได้ 65"),
        ("branch_weight_sum", "ภายใน", "น้ำหนักของ ภายใน คือ 30 แต่รายการภายในรวมได้ 25"),
    ]
    assert codes(check_weights(tree("40", "20", "10", "30", declared=("75", "60", "30")))) == [
        ("branch_weight_sum", "ภายนอก")
    ]


def test_undeclared_branches_weigh_what_is_in_them():
    assert check_weights(tree("40", "20", "10", "30", declared=("70", None, "30"))) == []
    assert codes(check_weights(tree("40", "20", "10", "30", declared=("71", None, "30")))) == [
        ("branch_weight_sum", "ภายนอก")
    ]


def test_weights_are_positive_with_two_decimals():
    found = check_weights(tree("60", "0", "10.005", "29.995", declared=(None, None, None)))
    assert codes(found) == [("weight_not_positive", "2"), ("weight_decimals", "3"), ("weight_decimals", "4")]
    assert found[1].text == "น้ำหนักของ 3 (10.005) มีทศนิยมเกิน 2 ตำแหน่ง"
    assert check_weights((Leaf("1", D("100.0000")),)) == []


def test_empty_branches_and_repeated_numbers():
    assert codes(check_weights((Branch("ว่าง", ()), Leaf("1", D(100))))) == [("branch_empty", "ว่าง")]
    assert codes(check_weights((Leaf("1", D(50)), Branch("2", (Leaf("1", D(50)),))))) == [("key_repeated", "1")]
    assert codes(check_weights(())) == [("weight_sum", "")]


def test_late_and_cancelled_leaves_need_weights_for_their_rounds():
    nodes = (
        Leaf("เริ่มช้า", D(10), start_round=9, round_weights={9: D(10)}),
        Leaf("ยกเลิก", D(10), cancelled_round=12, round_weights={9: D(5)}),
        Leaf("ครบ", D(10), cancelled_round=9, round_weights={6: D(10)}),
        Leaf("ปกติ", D(70), start_round=6),
    )
    found = check_weights(nodes, rounds=ROUNDS)
    assert [(problem.code, problem.key, problem.at_round, problem.text) for problem in found] == [
        ("round_weight_missing", "เริ่มช้า", 12, "เริ่มช้า ไม่ได้ใช้ครบทุกรอบ จึงต้องระบุน้ำหนักของรอบ 12"),
        ("round_weight_missing", "ยกเลิก", 6, "ยกเลิก ไม่ได้ใช้ครบทุกรอบ จึงต้องระบุน้ำหนักของรอบ 6"),
    ]
    assert check_weights(nodes) == []


def test_round_weights_are_checked_too():
    found = check_weights((Leaf("1", D(100), round_weights={6: D(0), 9: D("1.001")}),), rounds=ROUNDS)
    assert [(problem.code, problem.field, problem.at_round) for problem in found] == [
        ("weight_not_positive", "round_weights", 6),
        ("weight_decimals", "round_weights", 9),
    ]
    assert found[0].text == "น้ำหนักของ 1 ในรอบ 6 ต้องมากกว่า 0"


def test_forms_with_fractions_sum_to_one():
    """T2: 0.25 + 0.25 + five times 0.10."""
    outside = Branch("ภายนอก", (Leaf("1.1", D("0.25")), Leaf("1.2", D("0.25"))), D("0.50"))
    inside = Branch("ภายใน", tuple(Leaf(key, D("0.10")) for key in "23456"), D("0.50"))
    assert check_weights((outside, inside), total=D(1)) == []
    assert codes(check_weights((outside, inside))) == [("weight_sum", "")]
