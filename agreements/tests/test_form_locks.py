"""Which boxes of a row are not its party's to change, and what is said of them."""

from decimal import Decimal

import pytest

from agreements.form_locks import OF_CLUSTER, STANDARD, Lock

TEN, NINE = Decimal(10), Decimal(9)
RULED = "ตัวชี้วัดบังคับ กรอบกำหนดน้ำหนัก 10"


@pytest.mark.parametrize(
    ("lock", "name", "weight", "said"),
    [
        (Lock(), "name", TEN, ""),
        (Lock(), "weight", TEN, ""),
        # A member of a cluster says its own number, weight and reason of the cluster's indicator (R31).
        (Lock(of_cluster=True), "target", TEN, OF_CLUSTER),
        (Lock(of_cluster=True), "base_2557", TEN, OF_CLUSTER),
        (Lock(of_cluster=True), "level_1", TEN, OF_CLUSTER),
        (Lock(of_cluster=True), "weight", TEN, ""),
        (Lock(of_cluster=True), "reason", TEN, ""),
        (Lock(of_cluster=True, is_child=True), "number", TEN, ""),
        (Lock(of_cluster=True, is_child=True), "inner_weight", TEN, OF_CLUSTER),
        # OPDC's standard: words and criteria stay, target and past results are the party's.
        (Lock(standard=True), "level_5", TEN, STANDARD),
        (Lock(standard=True), "step_1", TEN, STANDARD),
        (Lock(standard=True), "formula", TEN, STANDARD),
        (Lock(standard=True), "target", TEN, ""),
        (Lock(standard=True), "base_2557", TEN, ""),
        # A weight the framework gives stays, and one that is not the framework's may be put right.
        (Lock(weight=TEN), "weight", TEN, RULED),
        (Lock(weight=TEN), "weight", NINE, ""),
        (Lock(weight=TEN), "target", TEN, ""),
    ],
)
def test_why_a_box_stays(lock, name, weight, said):
    assert lock.why(name, weight=weight) == said


def test_the_editor_says_what_may_still_be_changed():
    assert Lock().sentence == Lock(weight=TEN).sentence == ""
    assert Lock(of_cluster=True).sentence.endswith("ที่นี่แก้ได้เฉพาะเลขที่ น้ำหนัก และเหตุผล")
    assert Lock(of_cluster=True, is_child=True).sentence == OF_CLUSTER
    assert Lock(standard=True).sentence == STANDARD
