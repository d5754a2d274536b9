"""The worked tables T1-T6: figures printed by agencies, and one constructed province."""

from decimal import Decimal as D

import pytest

from agreements.scoring import (
    ONE_TO_FIVE,
    Band,
    Branch,
    ChildResults,
    Count,
    DeductionRule,
    Leaf,
    Measured,
    Missing,
    PercentOfTarget,
    Project,
    StepsDone,
    band_of,
    check,
    check_weights,
    criteria_from,
    deduct,
    roll_up,
    score,
    spread,
    sum_of_members,
    weigh,
)

from . import chiang_mai

MINISTRY = DeductionRule(D("0.2000"))


def ten_points(*raws):
    weights = (D(4), D(3), D(3))
    leaves = tuple(Leaf(f"2.{n}", weight, D(raw)) for n, (weight, raw) in enumerate(zip(weights, raws, strict=True), 1))
    return roll_up((Branch("ประสิทธิภาพ", leaves), Leaf("ที่เหลือ", D(90), D(1))), ONE_TO_FIVE)


def shown(total):
    return [str(total.rows[key].weighted.shown) for key in ("2.1", "2.2", "2.3")]


def test_t1_self_assessment():
    total = ten_points("5", "2", "1")
    assert shown(total) == ["0.2000", "0.0600", "0.0300"]
    assert str(total.subtotals["ประสิทธิภาพ"].all_active.score) == "2.9000"


def test_t1_committee_deducts_missed_reports():
    first = deduct(D(5), MINISTRY, ONE_TO_FIVE, missed_reports=1).score
    second = deduct(D(2), MINISTRY, ONE_TO_FIVE, missed_reports=2).score
    assert (str(first), str(second)) == ("4.8000", "1.6000")
    total = ten_points(first, second, "4")
    assert shown(total) == ["0.1920", "0.0480", "0.1200"]
    assert str(total.subtotals["ประสิทธิภาพ"].all_active.score) == "3.6000"


def test_t2_the_repeated_sixty_is_found_at_set_up_and_scored_on_import():
    satisfaction = criteria_from("higher", levels=(40, 50, 60, 60, 70))
    assert [(problem.code, problem.levels) for problem in check(satisfaction, ONE_TO_FIVE, target=D(60))] == [
        ("level_repeated", (3, 4))
    ]
    scored = {value: str(score(satisfaction, Measured(D(value)), ONE_TO_FIVE).raw) for value in (55, 60, 64)}
    assert scored == {55: "2.5000", 60: "4.0000", 64: "4.4000"}


def test_t2_personal_form_multiplies_score_and_fraction():
    """Columns: score (ก), weight (ข), ก × ข; the weights sum to 1.00."""
    weighted = weigh(D("4.5"), D("0.10"), D(1))
    assert (str(weighted.shown), weighted.step.text) == ("0.4500", "4.5000 × 0.10 ÷ 1 = 0.4500")


def test_t2_disbursement_and_issues_counted():
    disbursement = criteria_from("higher", levels=(92, 93, 94, 95, 96))
    assert str(score(disbursement, Measured(D("94.25")), ONE_TO_FIVE).raw) == "3.2500"
    issues = Count(("ประเด็น 1", "ประเด็น 2", "ประเด็น 3", "ประเด็น 4", "ประเด็น 5"))
    assert str(score(issues, StepsDone({2, 4, 5}), ONE_TO_FIVE).raw) == "3.0000"


def test_t3_cluster_sum_reaches_the_top():
    nothing = Missing("ไม่มีฟาร์มโคนม", "-")
    members = {"ลพบุรี": Measured(D(520)), "สิงห์บุรี": nothing, "สระบุรี": Measured(D(265)), "ชัยนาท": nothing}
    found = sum_of_members(members).result
    assert found == Measured(D(785))
    farms = criteria_from("higher", levels=spread(D(600), 3, D(50), "higher", ONE_TO_FIVE))
    assert str(score(farms, found, ONE_TO_FIVE).raw) == "5.0000"
    assert score(farms, nothing, ONE_TO_FIVE).raw is None


def test_t4_the_weighted_score_is_computed_not_typed():
    """The source shows 0.9 for 3 at weight 20."""
    assert str(weigh(D(3), D(20)).shown) == "0.6000"


@pytest.mark.parametrize(("raw", "light"), [("2.9999", "แดง"), ("3", "เหลือง"), ("4", "เหลือง"), ("4.5", "เขียว")])
def test_t4_traffic_light(raw, light):
    bands = (Band("แดง", D(0)), Band("เหลือง", D(3)), Band("เขียว", D(4), includes_lower=False))
    assert band_of(D(raw), bands).name == light


def test_t5_projects_on_percent_of_target():
    """60/70/80/90/100 = 1..5; 65 -> 1.5, 100 -> 5, 88 -> 3.8; .2 × 1.5 + .5 × 5 + .3 × 3.8 = 3.94."""
    criteria = PercentOfTarget((Project("ก", D("0.2")), Project("ข", D("0.5")), Project("ค", D("0.3"))))
    results = ChildResults({"ก": Measured(D(65)), "ข": Measured(D(100)), "ค": Measured(D(88))})
    assert str(score(criteria, results, ONE_TO_FIVE).raw) == "3.9400"


@pytest.mark.parametrize(
    ("number", "weight", "criteria", "result", "raw", "weighted"),
    [(row[0], row[2], row[3], row[5], row[6], row[7]) for row in chiang_mai.INDICATORS],
    ids=[row[0] for row in chiang_mai.INDICATORS],
)
def test_t6_every_indicator(number, weight, criteria, result, raw, weighted):
    found = score(criteria, result, ONE_TO_FIVE)
    assert str(found.raw) == raw
    assert str(weigh(found.raw, D(weight)).shown) == weighted


def scored_tree():
    raws = {row[0]: score(row[3], row[5], ONE_TO_FIVE).raw for row in chiang_mai.INDICATORS}
    return chiang_mai.tree(raws)


def test_t6_total_and_subtotals():
    total = roll_up(scored_tree(), ONE_TO_FIVE, at_round=12)
    assert str(total.score) == chiang_mai.TOTAL
    assert str(total.on_100) == chiang_mai.TOTAL
    found = {
        key: (str(subtotal.all_active.score), str(subtotal.all_active.contribution))
        for key, subtotal in total.subtotals.items()
    }
    assert found == chiang_mai.SUBTOTALS
    assert total.all_active.working[0].text == "ผลรวมน้ำหนัก × คะแนน 380.89 ÷ น้ำหนักรวม 100 = 3.8089"


def test_t6_is_sound_at_set_up():
    assert check_weights(chiang_mai.tree({}), rounds=(6, 9, 12)) == []
    for row in chiang_mai.INDICATORS:
        assert check(row[3], ONE_TO_FIVE, target=D(row[4])) == [], row[0]


def test_t6_composite_children():
    found = score(chiang_mai.NARCOTICS, chiang_mai.NARCOTICS_RESULT, ONE_TO_FIVE)
    assert [(child.key, str(child.score.raw)) for child in found.children] == [
        ("1.3.2.1", "5.0000"),
        ("1.3.2.2", "3.2000"),
    ]


def test_t6_before_any_result_every_leaf_counts_one():
    total = roll_up(chiang_mai.tree({}), ONE_TO_FIVE, at_round=6)
    assert (str(total.score), total.passed.score) == ("1.0000", None)
    assert {row.raw for row in total.rows.values()} == {None}
