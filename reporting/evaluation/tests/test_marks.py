"""R25-R27, R32 as an evaluator's boxes make them; every expected score typed by hand."""

from decimal import Decimal

import pytest

from agreements.scoring import ONE_TO_FIVE, THREE_TARGETS, DeductionRule
from reporting.evaluation.marks import Marks, judged, lacking, outside

RULE = DeductionRule(Decimal("0.2"))
D = Decimal


@pytest.mark.parametrize(
    ("own", "said", "expected"),
    [
        ("3.4700", {"verdict": "accepted"}, "3.4700"),
        ("5.0000", {"verdict": "accepted", "missed_reports": 1}, "4.8000"),  # T1 of the sourced tables
        ("2.0000", {"verdict": "accepted", "missed_reports": 2}, "1.6000"),
        ("1.1000", {"verdict": "accepted", "missed_reports": 2}, "1.0000"),  # never below the first level
        (None, {"verdict": "accepted"}, "1.0000"),  # no result counts the lowest (R25)
        ("3.4700", {"verdict": "changed", "raw": D("3"), "reason": "ขาดหลักฐาน"}, "3.0000"),
        ("3.4700", {"verdict": "accepted", "lowered": D("0.25"), "lowered_reason": "ส่งช้า"}, "3.2200"),
        (
            "5.0000",
            {"verdict": "changed", "raw": D("4.5"), "reason": "x", "missed_reports": 1, "lowered": D("0.1"),
             "lowered_reason": "y"},
            "4.2000",
        ),
    ],
)  # fmt: skip
def test_a_line_is_scored(own, said, expected):
    found = judged(Marks(**said), None if own is None else D(own), RULE, ONE_TO_FIVE)
    assert str(found.score) == expected


def test_the_three_target_scale_has_no_floor_at_its_first_level():
    found = judged(Marks(verdict="accepted", missed_reports=1), D("0.1"), DeductionRule(D("5")), THREE_TARGETS)
    assert str(found.score) == "0.0000"


@pytest.mark.parametrize(
    ("said", "boxes"),
    [
        ({}, {"verdict"}),
        ({"verdict": "accepted"}, set()),
        ({"verdict": "changed"}, {"raw", "reason"}),
        ({"verdict": "changed", "raw": D(3)}, {"reason"}),
        ({"verdict": "changed", "raw": D(3), "reason": "  "}, {"reason"}),
        ({"verdict": "accepted", "lowered": D("0.1")}, {"lowered_reason"}),
    ],
)
def test_what_is_lacking_is_named_and_makes_no_score(said, boxes):
    assert set(lacking(Marks(**said))) == boxes
    assert (judged(Marks(**said), D(4), RULE, ONE_TO_FIVE) is None) == bool(boxes)


def test_a_score_off_the_scale_is_refused():
    assert outside(D("5.0001"), ONE_TO_FIVE) == "คะแนนต้องอยู่ระหว่าง 0 ถึง 5"
    assert outside(D("-0.1"), ONE_TO_FIVE)
    assert outside(D("5"), ONE_TO_FIVE) == outside(None, ONE_TO_FIVE) == ""
    with pytest.raises(ValueError, match="คะแนนต้องอยู่ระหว่าง"):
        judged(Marks(verdict="changed", raw=D(6), reason="x"), D(4), RULE, ONE_TO_FIVE)
