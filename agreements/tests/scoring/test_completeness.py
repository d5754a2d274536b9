import pytest

from agreements.scoring import Collector, completeness

HOLDER = Collector("นางสาวดวงใจ ใจดี", has_sent=True, holds_score=True)
OTHER = Collector("นายปรีชา มั่นคง", has_sent=True)
LATE = Collector("นายปรีชา มั่นคง", has_sent=False)


def test_complete_when_all_sent_and_both_passed():
    found = completeness([OTHER, HOLDER], overseer_passed=True, province_passed=True)
    assert (found.is_complete, found.waiting_for, found.score_holder) == (True, (), "นางสาวดวงใจ ใจดี")


@pytest.mark.parametrize(
    ("collectors", "overseer", "province", "waiting"),
    [
        ([HOLDER, LATE], True, True, ("นายปรีชา มั่นคง ยังไม่ส่งรายงาน",)),
        ([HOLDER, OTHER], False, True, ("ผู้กำกับดูแลตัวชี้วัดยังไม่อนุมัติ",)),
        ([HOLDER, OTHER], True, False, ("จังหวัดยังไม่ตรวจผ่าน",)),
        (
            [HOLDER, LATE],
            False,
            False,
            ("นายปรีชา มั่นคง ยังไม่ส่งรายงาน", "ผู้กำกับดูแลตัวชี้วัดยังไม่อนุมัติ", "จังหวัดยังไม่ตรวจผ่าน"),
        ),
    ],
)
def test_incomplete_says_who_must_act(collectors, overseer, province, waiting):
    found = completeness(collectors, overseer_passed=overseer, province_passed=province)
    assert (found.is_complete, found.waiting_for) == (False, waiting)


@pytest.mark.parametrize("collectors", [[], [OTHER], [HOLDER, HOLDER]])
def test_exactly_one_collector_holds_the_score(collectors):
    with pytest.raises(ValueError, match="ผู้บันทึกคะแนนหนึ่งคน"):
        completeness(collectors, overseer_passed=True, province_passed=True)
