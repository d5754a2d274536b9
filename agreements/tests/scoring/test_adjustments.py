from decimal import Decimal as D

import pytest

from agreements.scoring import ONE_TO_FIVE, THREE_TARGETS, DeductionRule, Origin, Scale, deduct, final_score

MINISTRY = DeductionRule(D("0.2000"))


def texts(found):
    return [step.text for step in found.working]


@pytest.mark.parametrize(("raw", "missed", "expected"), [("5", 1, "4.8000"), ("2", 2, "1.6000"), ("3.5", 0, "3.5000")])
def test_missed_reports(raw, missed, expected):
    """R26."""
    assert str(deduct(D(raw), MINISTRY, ONE_TO_FIVE, missed_reports=missed).score) == expected


def test_columns_are_kept_apart():
    found = deduct(D(4), MINISTRY, ONE_TO_FIVE, missed_reports=2, lowered=D("0.5"), reason="ส่งช้า 20 วัน")
    assert (found.raw, found.missed_reports, found.lowered) == (D("4.0000"), D("0.4000"), D("0.5000"))
    assert (found.score, found.reason) == (D("3.1000"), "ส่งช้า 20 วัน")
    assert texts(found) == [
        "ไม่ได้รายงาน 2 ครั้ง หัก 2 × 0.2 = 0.4000",
        "ลดคะแนน 0.5000 เพราะส่งช้า 20 วัน",
        "4.0000 − 0.4000 − 0.5000 = 3.1000",
    ]


def test_never_below_the_floor():
    found = deduct(D("1.1"), MINISTRY, ONE_TO_FIVE, missed_reports=2)
    assert found.score == D("1.0000")
    assert texts(found)[-1] == "1.1000 − 0.4000 = 0.7000 แต่ไม่ต่ำกว่า 1.0000"
    lower = DeductionRule(D("0.2"), floor=D("0.5"))
    assert deduct(D("1.1"), lower, ONE_TO_FIVE, missed_reports=5).score == D("0.5000")
    assert deduct(D(30), DeductionRule(D(20)), THREE_TARGETS, missed_reports=2).score == D("0.0000")
    assert deduct(D("1.1"), MINISTRY, Scale(ONE_TO_FIVE.points, floor="zero"), missed_reports=2).score == D("0.7")


def test_a_score_below_the_floor_is_not_raised():
    assert deduct(D("0.5"), MINISTRY, ONE_TO_FIVE, missed_reports=1).score == D("0.5000")


def test_nothing_deducted_has_no_working():
    found = deduct(D("3.5"), MINISTRY, ONE_TO_FIVE)
    assert (found.score, found.working) == (D("3.5000"), ())


def test_lowering_needs_a_reason():
    """R27."""
    with pytest.raises(ValueError, match="ต้องระบุเหตุผล"):
        deduct(D(4), MINISTRY, ONE_TO_FIVE, lowered=D("0.1"), reason=" ")
    assert deduct(D(4), MINISTRY, ONE_TO_FIVE, lowered=D("0.1"), reason="หลักฐานไม่ครบ").score == D("3.9000")


def test_bad_deductions_are_refused():
    with pytest.raises(ValueError, match="ติดลบ"):
        deduct(D(4), MINISTRY, ONE_TO_FIVE, missed_reports=-1)
    with pytest.raises(ValueError, match="ติดลบ"):
        deduct(D(4), MINISTRY, ONE_TO_FIVE, lowered=D("-0.1"), reason="ก")
    with pytest.raises(ValueError, match="ติดลบ"):
        DeductionRule(D("-0.2"))
    with pytest.raises(ValueError, match="ติดลบ"):
        DeductionRule(D("0.2"), floor=D(-1))
    with pytest.raises(TypeError):
        deduct(D(4), MINISTRY, ONE_TO_FIVE, missed_reports=1.0)
    with pytest.raises(TypeError):
        deduct(D(4), MINISTRY, ONE_TO_FIVE, missed_reports=True)
    with pytest.raises(TypeError):
        deduct(4.0, MINISTRY, ONE_TO_FIVE)
    with pytest.raises(TypeError):
        DeductionRule(0.2)


def test_final_score_never_overwrites():
    """R32."""
    before = final_score(D("4.5"))
    assert (before.self_score, before.score, before.origin) == (D("4.5"), None, None)
    judged = final_score(D("4.5"), D("3.9"))
    assert (judged.self_score, judged.score, judged.origin) == (D("4.5"), D("3.9"), Origin.EVALUATOR)
    appealed = final_score(D("4.5"), D("3.9"), D("4.2"))
    assert (appealed.self_score, appealed.evaluator_score, appealed.appeal_score) == (D("4.5"), D("3.9"), D("4.2"))
    assert (appealed.score, appealed.origin) == (D("4.2"), Origin.APPEAL)
    assert final_score(None, D(1)).score == D(1)


def test_final_score_refuses_an_appeal_against_nothing():
    with pytest.raises(ValueError, match="ยังไม่มีคะแนนของผู้ประเมิน"):
        final_score(D(4), None, D(5))
    with pytest.raises(TypeError):
        final_score(4.5)


def test_a_floor_of_zero_is_possible():
    rule = DeductionRule(D(3), floor=D(0))
    assert deduct(D(2), rule, ONE_TO_FIVE, missed_reports=1).score == D("0.0000")
