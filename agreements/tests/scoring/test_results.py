from decimal import Decimal as D

import pytest

from agreements.scoring import Answer, ChildResults, Measured, Missing, ResultError, StepsAndValue, StepsDone


@pytest.mark.parametrize("value", [D("NaN"), D("Infinity"), D("1E+500")])
def test_measured_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match="ตัวเลข"):
        Measured(value)


@pytest.mark.parametrize("value", [74.5, "74.5", None, False])
def test_measured_refuses_other_types(value):
    with pytest.raises(TypeError):
        Measured(value)


def test_missing_has_a_reason_and_a_mark():
    assert Missing() == Missing("ยังไม่ได้รายงานผล", "N/A")
    assert Missing("จังหวัดไม่มีฟาร์มโคนม", "-").mark == "-"
    with pytest.raises(ValueError, match="เหตุผล"):
        Missing("  ")
    with pytest.raises(ValueError, match="เครื่องหมาย"):
        Missing("ไม่ทราบ", "0")


def test_steps_done_takes_any_collection_of_ints():
    assert StepsDone([3, 1, 1]).done == frozenset({1, 3})
    assert StepsDone(()).done == frozenset()


@pytest.mark.parametrize("done", [{0}, {-1, 2}])
def test_steps_start_at_one(done):
    with pytest.raises(ResultError, match="ขั้นตอนเริ่มนับจาก 1"):
        StepsDone(done)


@pytest.mark.parametrize("done", [{True}, {1.0}, {"1"}, {D(1)}])
def test_steps_are_ints(done):
    with pytest.raises(TypeError):
        StepsDone(done)
    with pytest.raises(TypeError):
        StepsAndValue(done)


@pytest.mark.parametrize("part", [D("-0.1"), D(1), D("1.5")])
def test_part_is_less_than_a_step(part):
    with pytest.raises(ResultError, match="ส่วนของขั้น"):
        StepsDone({1}, part=part)


def test_part_is_a_number_or_sub_points_not_both():
    with pytest.raises(ResultError, match="อย่างใดอย่างหนึ่ง"):
        StepsDone({1}, part=D("0.5"), sub_points={1})
    with pytest.raises(TypeError):
        StepsDone({1}, part=0.5)


def test_answer_is_a_bool():
    with pytest.raises(TypeError):
        Answer(1)


def test_child_results_do_not_follow_the_callers_dict():
    given = {"a": Measured(D(1))}
    results = ChildResults(given)
    given["a"] = Missing()
    assert results.results["a"] == Measured(D(1))
    with pytest.raises(TypeError):
        results.results["a"] = Missing()
