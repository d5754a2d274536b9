import decimal
from decimal import Decimal as D
from fractions import Fraction

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    THREE_TARGETS,
    Branch,
    Exclusion,
    Leaf,
    MissingPolicy,
    Scale,
    Standing,
    Variant,
    roll_up,
    use_variant,
)

CONSENT = Exclusion("หนังสือสำนักงาน ก.พ.ร. ที่ นร ๑๒๐๐/๑")


def texts(steps):
    return [step.text for step in steps]


def test_interim_round_divides_by_the_active_weight():
    """R23: (7, 3.6), (8, 2), (1, 5), (5, 2.5) of 21; the rest has not started or is cancelled."""
    total = roll_up(
        (
            Leaf("a", D(7), D("3.6")),
            Leaf("b", D(8), D(2)),
            Leaf("c", D(1), D(5)),
            Leaf("d", D(5), D("2.5")),
            Leaf("late", D(70), D(5), start_round=9),
            Leaf("gone", D(9), D(5), cancelled_round=6),
        ),
        ONE_TO_FIVE,
        at_round=6,
    )
    assert str(total.score) == "2.7952"
    assert str(total.on_100) == "0.5870"
    assert [str(total.rows[key].weighted.shown) for key in "abcd"] == ["1.2000", "0.7619", "0.2381", "0.5952"]
    assert total.all_active.weight == 21
    assert (total.rows["late"].standing, total.rows["gone"].standing) == (Standing.NOT_STARTED, Standing.CANCELLED)
    assert total.rows["late"].weighted is None
    assert texts(total.rows["b"].working) == ["2.0000 × 8 ÷ 21 = 0.7619"]
    assert texts(total.rows["late"].working) == ["ตัวชี้วัดเริ่มที่รอบ 9 จึงยังไม่นับในรอบนี้"]
    assert texts(total.rows["gone"].working) == ["ตัวชี้วัดยกเลิกตั้งแต่รอบ 6"]
    assert texts(total.all_active.working) == ["ผลรวมน้ำหนัก × คะแนน 58.7 ÷ น้ำหนักรวม 21 = 2.7952"]


def test_round_weights_replace_the_yearly_ones():
    nodes = (Leaf("a", D(60), D(5), round_weights={6: D(20)}), Leaf("b", D(40), D(1)))
    assert roll_up(nodes, ONE_TO_FIVE, at_round=6).score == D("2.3333")
    assert roll_up(nodes, ONE_TO_FIVE, at_round=9).score == D("3.4000")
    assert roll_up(nodes, ONE_TO_FIVE).score == D("3.4000")


def test_the_same_division_holds_at_the_end_of_the_year():
    """R23: an indicator cancelled on the way leaves 95."""
    nodes = (Leaf("a", D(95), D(3)), Leaf("b", D(5), D(5), cancelled_round=9))
    for at_round in (12, None):
        total = roll_up(nodes, ONE_TO_FIVE, at_round=at_round)
        assert (total.score, total.on_100) == (D("3.0000"), D("2.8500"))


def test_both_running_figures():
    """R24: (a) all active weight with the blank at 1.0000; (b) only what passed both approvers."""
    nodes = (
        Branch("ภายนอก", (Leaf("a", D(50), D(4), passed=True), Leaf("b", D(30), D(3)))),
        Branch("ภายใน", (Leaf("c", D(15)), Leaf("d", D(5), passed=True))),
    )
    total = roll_up(nodes, ONE_TO_FIVE, at_round=9)
    assert total.score == D("3.1000")
    assert (total.passed.score, total.passed.weight) == (D("4.0000"), 50)
    outside, inside = total.subtotals["ภายนอก"], total.subtotals["ภายใน"]
    assert (outside.all_active.score, outside.passed.score) == (D("3.6250"), D("4.0000"))
    assert (inside.all_active.score, inside.passed.score) == (D("1.0000"), None)
    assert (inside.passed.contribution, inside.passed.working) == (D("0.0000"), ())


def test_a_blank_counts_by_the_policy_and_stays_blank():
    """R25, R33."""
    nodes = (Leaf("a", D(50), D(4)), Leaf("b", D(50)))
    total = roll_up(nodes, ONE_TO_FIVE)
    assert total.score == D("2.5000")
    assert (total.rows["b"].raw, total.rows["b"].counted) == (None, D("1.0000"))
    assert texts(total.rows["b"].working) == [
        "ไม่มีผล คิดเป็น 1.0000 ตามหลักเกณฑ์",
        "1.0000 × 50 ÷ 100 = 0.5000",
    ]
    zero = Scale(ONE_TO_FIVE.points, missing=MissingPolicy.ZERO)
    assert roll_up(nodes, zero).score == D("2.0000")
    assert roll_up((Leaf("a", D(50), D(80)), Leaf("b", D(50))), THREE_TARGETS).score == D("40.0000")


def test_exclusion_spreads_inside_the_parent():
    """R22: weights 1.6667 and 3.3333 earn (95×3 + 5/3×4 + 10/3×3.55) / 100."""
    disbursement = Branch("3.1", (Leaf("a", D(2), excluded=CONSENT), Leaf("b", D(1), D(4)), Leaf("c", D(2), D("3.55"))))
    total = roll_up((disbursement, Leaf("d", D(95), D(3))), ONE_TO_FIVE)
    assert total.score == D("3.0350")
    assert str(total.rows["b"].shown_weight) == "1.6667"
    assert str(total.rows["d"].shown_weight) == "95.00"
    assert str(total.subtotals["3.1"].all_active.shown_weight) == "5.00"
    assert texts(total.rows["b"].working) == [
        "น้ำหนัก 1 ปรับเป็น 1.6667 เพราะมีตัวชี้วัดในกลุ่มเดียวกันได้รับยกเว้น",
        "4.0000 × 1.6667 ÷ 100 = 0.0667",
    ]
    assert total.rows["a"].standing is Standing.EXCLUDED
    assert texts(total.rows["a"].working) == ["ได้รับยกเว้น ไม่นำมาคำนวณ (หนังสือสำนักงาน ก.พ.ร. ที่ นร ๑๒๐๐/๑)"]


def test_variant_instead_of_spreading():
    """R21: the published set gives 2 and 3, not 1.6667 and 3.3333."""
    disbursement = Branch("3.1", (Leaf("a", D(2)), Leaf("b", D(1), D(4)), Leaf("c", D(2), D("3.55"))))
    variant = Variant("ไม่มีงบลงทุน", "ไม่ได้รับงบลงทุน", {"a": D(0), "b": D(2), "c": D(3)})
    total = roll_up(use_variant((disbursement, Leaf("d", D(95), D(3))), variant), ONE_TO_FIVE)
    assert total.score == D("3.0365")
    assert total.rows["a"].standing is Standing.NO_WEIGHT
    assert texts(total.rows["a"].working) == ["ไม่มีน้ำหนักในชุดน้ำหนักที่ใช้"]


def test_total_comes_from_unrounded_weighted_scores():
    """R20: three times 3.3333 × 33.33 ÷ 100 = 1.11098889 (printed 1.1110), plus 0.0100."""
    nodes = (*(Leaf(key, D("33.33"), D("3.3333")) for key in "abc"), Leaf("d", D("0.01"), D(1)))
    total = roll_up(nodes, ONE_TO_FIVE)
    assert [str(total.rows[key].weighted.shown) for key in "abcd"] == ["1.1110", "1.1110", "1.1110", "0.0001"]
    assert str(total.score) == "3.3331"


def test_a_half_is_rounded_up_even_when_weights_never_end():
    """Weights 7/6, 7/3, 7/2 give exactly 1.00005; any working precision could fall below it."""
    parent = Branch(
        "P",
        (
            Leaf("x", D(1), excluded=CONSENT),
            Leaf("a", D(1), D(1)),
            Leaf("b", D(2), D(1)),
            Leaf("c", D(3), D("1.0001")),
        ),
    )
    assert str(roll_up((parent,), ONE_TO_FIVE).score) == "1.0001"


def test_subtotals_of_every_depth_and_their_working():
    nodes = (
        Branch(
            "มิติภายนอก",
            (Branch("ประสิทธิผล", (Leaf("1", D(40), D(4)), Leaf("2", D(20), D(1)))), Leaf("3", D(10), D(5))),
        ),
        Branch("มิติภายใน", (Leaf("4", D(30), D(2)),)),
    )
    total = roll_up(nodes, ONE_TO_FIVE)
    assert list(total.subtotals) == ["มิติภายนอก", "ประสิทธิผล", "มิติภายใน"]
    assert {key: str(found.all_active.score) for key, found in total.subtotals.items()} == {
        "มิติภายนอก": "3.2857",
        "ประสิทธิผล": "3.0000",
        "มิติภายใน": "2.0000",
    }
    assert texts(total.subtotals["มิติภายนอก"].all_active.working) == [
        "ผลรวมน้ำหนัก × คะแนน 230 ÷ น้ำหนัก 70 = 3.2857",
        "230 ÷ 100 = 2.3000",
    ]
    assert total.subtotals["มิติภายใน"].all_active.contribution == D("0.6000")
    assert str(total.score) == "2.9000"
    assert total.all_active.working[0].rule == "R18"


def test_fractions_as_weights():
    """Personal forms weigh with 1.00 in all."""
    total = roll_up((Leaf("a", D("0.25"), D(4)), Leaf("b", D("0.75"), D(2))), ONE_TO_FIVE)
    assert total.score == D("2.5000")


def test_a_raw_score_is_rounded_before_it_counts():
    total = roll_up((Leaf("a", D(100), D("3.33335")),), ONE_TO_FIVE)
    assert (total.rows["a"].raw, total.score) == (D("3.3334"), D("3.3334"))


def test_nothing_active_has_no_score():
    for nodes in ((), (Branch("ว่าง", ()),), (Leaf("a", D(100), D(3), start_round=9),)):
        total = roll_up(nodes, ONE_TO_FIVE, at_round=6)
        assert (total.score, total.passed.score, total.on_100) == (None, None, D("0.0000"))


@pytest.mark.parametrize("raw", [D("5.0001"), D("-0.0001"), D(100)])
def test_a_score_off_the_scale_is_refused(raw):
    with pytest.raises(ValueError, match="คะแนนของ a อยู่นอกมาตราคะแนน 0 ถึง 5"):
        roll_up((Leaf("a", D(100), raw),), ONE_TO_FIVE)


def test_repeated_keys_and_negative_weights_are_refused():
    with pytest.raises(ValueError, match="รหัส a ซ้ำกัน"):
        roll_up((Leaf("a", D(50)), Branch("b", (Leaf("a", D(50)),))), ONE_TO_FIVE)
    with pytest.raises(ValueError, match="ติดลบ"):
        roll_up((Leaf("a", D(-1)), Leaf("b", D(101))), ONE_TO_FIVE)


def test_the_callers_decimal_context_has_no_say():
    nodes = (Leaf("a", D("33.33"), D("3.3333")), Leaf("b", D("66.67"), D("4.1234")))
    with decimal.localcontext() as context:
        context.prec = 1
        context.traps[decimal.Inexact] = True
        total = roll_up(nodes, ONE_TO_FIVE)
    assert str(total.score) == "3.8601"
    assert total.all_active.share == Fraction(386005967, 10**8)


def test_the_ends_of_the_scale_are_on_it():
    assert roll_up((Leaf("a", D(50), D(0)), Leaf("b", D(50), D(5))), ONE_TO_FIVE).score == D("2.5000")
