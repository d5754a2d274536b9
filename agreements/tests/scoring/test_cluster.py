from decimal import Decimal as D

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    Measured,
    Missing,
    copy_to_members,
    criteria_from,
    score,
    sum_of_members,
)

FARM_VALUE = criteria_from("higher", levels=(1, 2, 3, 4, 5))


def test_one_score_for_every_member_with_its_own_weight():
    """R31."""
    found = score(FARM_VALUE, Measured(D("3.42")), ONE_TO_FIVE)
    members = copy_to_members(found, {"เชียงใหม่": D(5), "ลำพูน": D(8)}, ONE_TO_FIVE)
    assert {name: str(member.raw) for name, member in members.items()} == {"เชียงใหม่": "3.4200", "ลำพูน": "3.4200"}
    assert str(members["เชียงใหม่"].weighted.shown) == "0.1710"
    assert str(members["ลำพูน"].weighted.shown) == "0.2736"
    assert [step.text for step in members["ลำพูน"].working] == [
        "ผล 3.42 อยู่ระหว่างระดับ 3 (3) กับระดับ 4 (4)",
        "3 + (3.42 − 3) ÷ (4 − 3) = 3.4200",
        "คะแนนของกลุ่มจังหวัด 3.4200 ใช้กับจังหวัดสมาชิกทุกจังหวัด",
        "3.4200 × 8 ÷ 100 = 0.2736",
    ]


def test_members_of_a_cluster_without_result_stay_blank():
    members = copy_to_members(score(FARM_VALUE, Missing(), ONE_TO_FIVE), {"ลำพูน": D(8)}, ONE_TO_FIVE)
    assert (members["ลำพูน"].raw, members["ลำพูน"].weighted) == (None, None)
    assert [step.text for step in members["ลำพูน"].working] == ["ยังไม่มีผล: ยังไม่ได้รายงานผล"]


def test_a_member_with_nothing_to_measure_adds_nothing():
    """T3: dairy farms certified in four provinces; "-" is no zero, yet the sum is 785."""
    nothing = Missing("ไม่มีฟาร์มโคนมในจังหวัด", "-")
    found = sum_of_members({"ลพบุรี": Measured(D(520)), "สิงห์บุรี": nothing, "สระบุรี": Measured(D(265)), "ชัยนาท": nothing})
    assert found.result == Measured(D(785))
    assert found.step.text == "ลพบุรี 520, สิงห์บุรี -, สระบุรี 265, ชัยนาท - รวม 785"


def test_sum_keeps_decimals_and_prints_blanks():
    found = sum_of_members({"ก": Measured(D("1.25")), "ข": Measured(D("2.5")), "ค": Missing(mark="")})
    assert found.result == Measured(D("3.75"))
    assert found.step.text == "ก 1.25, ข 2.5, ค ว่าง รวม 3.75"


@pytest.mark.parametrize("results", [{}, {"ก": Missing(), "ข": Missing("ไม่มี", "-")}])
def test_sum_of_blanks_is_blank(results):
    found = sum_of_members(results)
    assert found.result == Missing("ยังไม่มีจังหวัดสมาชิกใดรายงานผล")
