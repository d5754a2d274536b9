import decimal
from decimal import Decimal as D

import pytest

from agreements.scoring import (
    FORMULA_VERSION,
    ONE_TO_FIVE,
    THREE_TARGETS,
    Answer,
    Child,
    ChildResults,
    Composite,
    Count,
    CriteriaError,
    Exclusion,
    Measured,
    Milestone,
    Missing,
    Numeric,
    PercentOfTarget,
    Project,
    ResultError,
    StepsDone,
    YesNo,
    criteria_from,
    score,
)

SIXTY = Numeric(tuple(map(D, (60, 65, 70, 75, 80))))
SEVENTY = Numeric(tuple(map(D, (70, 75, 80, 85, 90))))
CONSENT = Exclusion("หนังสือสำนักงาน ก.พ.ร. ที่ นร ๑๒๐๐/๑")


def texts(found):
    return [step.text for step in found.working]


def test_formula_version():
    assert FORMULA_VERSION == "2569.1"


def test_composite_is_the_weighted_mean_of_its_children():
    """R13: 4.2 × .40 + 5 × .35 + 1 × .25."""
    criteria = Composite(
        (
            Child("ก", D("0.40"), SEVENTY),
            Child("ข", D("0.35"), SEVENTY),
            Child("ค", D("0.25"), YesNo()),
        )
    )
    results = ChildResults({"ก": Measured(D(86)), "ข": Measured(D(95)), "ค": Answer(False)})
    found = score(criteria, results, ONE_TO_FIVE)
    assert found.raw == D("3.6800")
    assert [(child.key, child.score.raw) for child in found.children] == [
        ("ก", D("4.2000")),
        ("ข", D("5.0000")),
        ("ค", D("1.0000")),
    ]
    assert texts(found) == [
        "ก: ผล 86 อยู่ระหว่างระดับ 4 (85) กับระดับ 5 (90)",
        "ก: 4 + (86 − 85) ÷ (90 − 85) = 4.2000",
        "ข: ผล 95 ดีกว่าระดับ 5 (90) ได้ 5.0000",
        "ค: ผลเป็น “ไม่ใช่” ได้ 1.0000",
        "(4.2000 × 0.40 + 5.0000 × 0.35 + 1.0000 × 0.25) ÷ 1 = 3.6800",
    ]


def test_composite_divides_by_the_weights_whatever_they_sum_to():
    criteria = Composite((Child("ก", D(40), SIXTY), Child("ข", D(20), SIXTY)))
    results = ChildResults({"ก": Measured(D(80)), "ข": Measured(D(60))})
    assert score(criteria, results, ONE_TO_FIVE).raw == D("3.6667")


def test_composite_takes_children_as_printed():
    """R20: a child's score is rounded before it enters, so the printed figures can be checked by hand."""
    thirds = Numeric(tuple(map(D, (0, 30000, 60000, 90000, 120000))))
    criteria = Composite((Child("ก", D("0.5"), thirds), Child("ข", D("0.5"), thirds)))
    # 1.00005 is printed 1.0001 and 1.0000 stays: their mean is 1.00005, not 1.000025
    results = ChildResults({"ก": Measured(D("1.5")), "ข": Measured(D(0))})
    assert score(criteria, results, ONE_TO_FIVE).raw == D("1.0001")


def test_composite_inside_a_composite():
    inner = Composite((Child("1.1", D(50), SIXTY), Child("1.2", D(50), SIXTY)))
    criteria = Composite((Child("1", D("0.5"), inner), Child("2", D("0.5"), YesNo())))
    results = ChildResults({"1": ChildResults({"1.1": Measured(D(80)), "1.2": Measured(D(70))}), "2": Answer(True)})
    found = score(criteria, results, ONE_TO_FIVE)
    assert found.raw == D("4.5000")
    assert texts(found)[0] == "1: 1.1: ผล 80 เท่ากับระดับ 5 (80) ได้ 5.0000"


def test_composite_counts_a_missing_child_by_the_policy_and_says_so():
    criteria = Composite((Child("ก", D("0.5"), SIXTY), Child("ข", D("0.5"), SIXTY)))
    found = score(criteria, ChildResults({"ก": Measured(D(80))}), ONE_TO_FIVE)
    assert found.raw == D("3.0000")
    assert found.children[1].score.raw is None
    assert texts(found)[1:3] == [
        "ข: ยังไม่มีผล: ยังไม่ได้รายงานผล",
        "ข: ไม่มีผล คิดเป็น 1.0000 ตามหลักเกณฑ์",
    ]
    three = Numeric((D(10), D(12), D(15)))
    pair = Composite((Child("ก", D("0.5"), three), Child("ข", D("0.5"), three)))
    assert score(pair, ChildResults({"ก": Measured(D(15))}), THREE_TARGETS).raw == D("50.0000")


def test_composite_without_any_child_result_is_missing():
    criteria = Composite((Child("ก", D("0.5"), SIXTY), Child("ข", D("0.5"), SIXTY)))
    found = score(criteria, ChildResults({"ก": Missing("รอผลสำรวจ")}), ONE_TO_FIVE)
    assert found.raw is None
    assert found.missing == Missing("ยังไม่มีผลของตัวชี้วัดย่อย")


def test_composite_leaves_out_an_excluded_child():
    criteria = Composite(
        (
            Child("ก", D("0.40"), SIXTY),
            Child("ข", D("0.35"), SIXTY, excluded=CONSENT),
            Child("ค", D("0.20"), SIXTY),
        )
    )
    found = score(criteria, ChildResults({"ก": Measured(D(80)), "ค": Measured(D(65))}), ONE_TO_FIVE)
    assert found.raw == D("4.0000")
    assert found.children[1].counted is None
    assert texts(found)[-1] == "(5.0000 × 0.40 + 2.0000 × 0.20) ÷ 0.6 = 4.0000"
    assert "ข: ได้รับยกเว้น ไม่นำมาคำนวณ (หนังสือสำนักงาน ก.พ.ร. ที่ นร ๑๒๐๐/๑)" in texts(found)


def test_an_excluded_child_need_not_be_finished():
    unfinished = Child("ข", D("0.5"), Numeric((None,)), excluded=CONSENT)
    criteria = Composite((Child("ก", D("0.5"), SIXTY), unfinished))
    results = ChildResults({"ก": Measured(D(75)), "ข": Measured(D(1))})
    assert score(criteria, results, ONE_TO_FIVE).raw == D("4.0000")


def test_percent_of_target():
    """R14, T5: 45/60 = 75 % -> 2.5, 190/200 = 95 % -> 4.5, 11/10 = 110 % -> 5."""
    criteria = PercentOfTarget(
        (Project("ก", D("0.5"), D(60)), Project("ข", D("0.3"), D(200)), Project("ค", D("0.2"), D(10)))
    )
    results = ChildResults({"ก": Measured(D(45)), "ข": Measured(D(190)), "ค": Measured(D(11))})
    found = score(criteria, results, ONE_TO_FIVE)
    assert found.raw == D("3.6000")
    assert texts(found) == [
        "ก: 45 ÷ 60 × 100 = 75.0000",
        "ก: ร้อยละของเป้าหมาย 75 อยู่ระหว่างระดับ 2 (70) กับระดับ 3 (80)",
        "ก: 2 + (75 − 70) ÷ (80 − 70) = 2.5000",
        "ข: 190 ÷ 200 × 100 = 95.0000",
        "ข: ร้อยละของเป้าหมาย 95 อยู่ระหว่างระดับ 4 (90) กับระดับ 5 (100)",
        "ข: 4 + (95 − 90) ÷ (100 − 90) = 4.5000",
        "ค: 11 ÷ 10 × 100 = 110.0000",
        "ค: ร้อยละของเป้าหมาย 110 ดีกว่าระดับ 5 (100) ได้ 5.0000",
        "(2.5000 × 0.5 + 4.5000 × 0.3 + 5.0000 × 0.2) ÷ 1 = 3.6000",
    ]


@pytest.mark.parametrize(
    ("percent", "expected"),
    [("55", "1.0000"), ("60", "1.0000"), ("70", "2.0000"), ("84", "3.4000"), ("100", "5.0000")],
)
def test_percent_of_target_reported_as_percent(percent, expected):
    criteria = PercentOfTarget((Project("ก", D(1)),))
    assert str(score(criteria, ChildResults({"ก": Measured(D(percent))}), ONE_TO_FIVE).raw) == expected


def test_percent_of_target_does_not_round_the_percent():
    """2 of 3 is 66.666...%: 1.6667 from the fraction; exactly 2.0000 at 7 of 10."""
    criteria = PercentOfTarget((Project("ก", D(1), D(3)),))
    found = score(criteria, ChildResults({"ก": Measured(D(2))}), ONE_TO_FIVE)
    assert found.raw == D("1.6667")
    assert texts(found)[2] == "ก: 1 + (66.6667 − 60) ÷ (70 − 60) = 1.6667"
    assert score(
        PercentOfTarget((Project("ก", D(1), D(10)),)), ChildResults({"ก": Measured(D(7))}), ONE_TO_FIVE
    ).raw == D("2.0000")


def test_percent_of_target_with_a_missing_project():
    criteria = PercentOfTarget((Project("ก", D("0.5"), D(60)), Project("ข", D("0.5"), D(60))))
    assert score(criteria, ChildResults({"ก": Measured(D(60))}), ONE_TO_FIVE).raw == D("3.0000")
    assert score(criteria, ChildResults({}), ONE_TO_FIVE).raw is None


def test_percent_of_target_on_three_targets_has_its_own_levels():
    criteria = criteria_from("percent_of_target", levels=(D(80), D(90), D(100)), children=[Project("ก", D(1), D(50))])
    assert score(criteria, ChildResults({"ก": Measured(D("42.5"))}), THREE_TARGETS).raw == D("62.5000")


@pytest.mark.parametrize(
    ("yes", "scale", "expected"),
    [
        (True, ONE_TO_FIVE, "5.0000"),
        (False, ONE_TO_FIVE, "1.0000"),
        (True, THREE_TARGETS, "100.0000"),
        (False, THREE_TARGETS, "0.0000"),
    ],
)
def test_yes_no(yes, scale, expected):
    assert str(score(YesNo(), Answer(yes), scale).raw) == expected


def test_yes_no_working():
    assert texts(score(YesNo(), Answer(True), ONE_TO_FIVE)) == ["ผลเป็น “ใช่” ได้ 5.0000"]


@pytest.mark.parametrize(
    "criteria", [SIXTY, YesNo(), Milestone(("ก",)), Composite((Child("ก", D(1), YesNo()),)), Count(())]
)
def test_a_blank_is_never_zero(criteria):
    found = score(criteria, Missing("ยังไม่ถึงรอบเก็บข้อมูล"), ONE_TO_FIVE)
    assert found.raw is None
    assert found.missing == Missing("ยังไม่ถึงรอบเก็บข้อมูล")
    assert texts(found) == ["ยังไม่มีผล: ยังไม่ถึงรอบเก็บข้อมูล"]


@pytest.mark.parametrize(
    ("criteria", "result"),
    [
        (SIXTY, StepsDone({1})),
        (SIXTY, D(70)),
        (SIXTY, None),
        (Milestone(("ก",)), Measured(D(1))),
        (criteria_from("mixed", steps=("ก",), levels=(1, 2, 3, 4)), StepsDone({1})),
        (YesNo(), Measured(D(1))),
        (Composite((Child("ก", D(1), YesNo()),)), Answer(True)),
        (PercentOfTarget((Project("ก", D(1)),)), ChildResults({"ก": Answer(True)})),
        ("higher", Measured(D(1))),
    ],
)
def test_results_of_another_kind_are_refused(criteria, result):
    with pytest.raises(TypeError):
        score(criteria, result, ONE_TO_FIVE)


def test_unknown_and_repeated_children_are_refused():
    single = Composite((Child("ก", D(1), YesNo()),))
    with pytest.raises(ResultError, match="ไม่มีตัวชี้วัดย่อย ข"):
        score(single, ChildResults({"ข": Answer(True)}), ONE_TO_FIVE)
    double = Composite((Child("ก", D("0.5"), YesNo()), Child("ก", D("0.5"), YesNo())))
    with pytest.raises(CriteriaError, match="ซ้ำกัน"):
        score(double, ChildResults({"ก": Answer(True)}), ONE_TO_FIVE)


@pytest.mark.parametrize(
    "criteria",
    [
        Composite(()),
        Composite((Child("ก", D(0), YesNo()),)),
        Composite((Child("ก", D(1), YesNo(), excluded=CONSENT),)),
        PercentOfTarget(()),
    ],
)
def test_a_family_without_weight_gives_no_score(criteria):
    with pytest.raises(CriteriaError, match="ไม่มีตัวชี้วัดย่อยที่มีน้ำหนัก"):
        score(criteria, ChildResults({}), ONE_TO_FIVE)


def test_negative_weights_and_targets_give_no_score():
    with pytest.raises(CriteriaError, match="ติดลบ"):
        score(Composite((Child("ก", D(-1), YesNo()),)), ChildResults({}), ONE_TO_FIVE)
    with pytest.raises(CriteriaError, match="ต้องมากกว่า 0"):
        score(PercentOfTarget((Project("ก", D(1), D(0)),)), ChildResults({"ก": Measured(D(1))}), ONE_TO_FIVE)


def test_the_callers_decimal_context_has_no_say():
    with decimal.localcontext() as context:
        context.prec, context.rounding = 2, decimal.ROUND_UP
        context.traps[decimal.Inexact] = True
        found = score(SEVENTY, Measured(D("82.35")), ONE_TO_FIVE)
    assert found.raw == D("3.4700")
    assert texts(found)[1] == "3 + (82.35 − 80) ÷ (85 − 80) = 3.4700"


def test_huge_and_tiny_numbers_are_exact():
    huge = Numeric(tuple(D(n) * 10**60 for n in (1, 2, 3, 4, 5)))
    assert score(huge, Measured(D("2.5") * 10**60), ONE_TO_FIVE).raw == D("2.5000")
    tiny = Numeric(tuple(D(n).scaleb(-60) for n in (1, 2, 3, 4, 5)))
    assert score(tiny, Measured(D("2.5E-60")), ONE_TO_FIVE).raw == D("2.5000")
