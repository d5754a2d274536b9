from decimal import Decimal as D

import pytest

from agreements.scoring import Branch, Leaf, Variant, leaves, use_variant

TREE = (
    Branch(
        "ประสิทธิภาพ",
        (
            Branch("3.1", (Leaf("3.1.1", D(2)), Leaf("3.1.2", D(1)), Leaf("3.1.3", D(2), round_weights={6: D(4)}))),
            Leaf("3.2", D(5)),
        ),
    ),
    Leaf("4.1", D(90)),
)
NO_INVESTMENT = Variant("ไม่มีงบลงทุน", "จังหวัดไม่ได้รับงบประมาณรายจ่ายลงทุน", {"3.1.1": D(0), "3.1.2": D(2), "3.1.3": D(3)})


def test_leaves_top_to_bottom():
    assert [leaf.key for leaf in leaves(TREE)] == ["3.1.1", "3.1.2", "3.1.3", "3.2", "4.1"]


def test_variant_replaces_the_weights_it_names():
    """R21: 2/1/2 becomes 2/3, as published; the rest stays."""
    found = list(leaves(use_variant(TREE, NO_INVESTMENT)))
    assert [leaf.weight for leaf in found] == [D(0), D(2), D(3), D(5), D(90)]
    assert dict(found[2].round_weights) == {}
    assert [leaf.weight for leaf in leaves(TREE)] == [D(2), D(1), D(2), D(5), D(90)]


def test_variant_may_have_round_weights():
    variant = Variant("ก", "ข", {"3.1.2": D(2), "3.1.3": D(1)}, {6: {"3.1.2": D(3)}, 9: {"3.1.3": D(1)}})
    found = {leaf.key: dict(leaf.round_weights) for leaf in leaves(use_variant(TREE, variant))}
    assert found == {"3.1.1": {}, "3.1.2": {6: D(3)}, "3.1.3": {9: D(1)}, "3.2": {}, "4.1": {}}


def test_variant_must_keep_the_sum():
    with pytest.raises(ValueError, match="รวมได้ 4 ไม่เท่ากับน้ำหนักเดิม 3"):
        use_variant(TREE, Variant("ก", "ข", {"3.1.1": D(1), "3.1.2": D(3)}))


def test_variant_of_unknown_or_negative_weights_is_refused():
    with pytest.raises(ValueError, match=r"อ้างถึงตัวชี้วัดที่ไม่มี: 9\.9"):
        use_variant(TREE, Variant("ก", "ข", {"9.9": D(1)}))
    with pytest.raises(ValueError, match="ติดลบ"):
        use_variant(TREE, Variant("ก", "ข", {"3.1.1": D(-1), "3.1.2": D(4)}))


def test_nodes_refuse_floats():
    with pytest.raises(TypeError):
        Leaf("1", 5.0)
    with pytest.raises(TypeError):
        Leaf("1", D(5), raw=3.5)
    with pytest.raises(TypeError):
        Leaf("1", D(5), round_weights={6: 2.5})
    with pytest.raises(TypeError):
        Branch("1", (), 5.0)
    with pytest.raises(ValueError, match="ตัวเลข"):
        Leaf("1", D("NaN"))
