from decimal import Decimal as D

import pytest

from agreements.scoring import (
    KINDS,
    Banded,
    Child,
    Composite,
    Count,
    CriteriaError,
    Direction,
    Exclusion,
    Milestone,
    MilestoneInParts,
    Mixed,
    Numeric,
    PercentOfTarget,
    Project,
    TwoSided,
    YesNo,
    criteria_from,
)

LEVELS = (D(70), D(75), D(80), D(85), D(90))
STEPS = ("ตั้งคณะทำงาน", "วิเคราะห์", "ร่างแผน", "เห็นชอบ", "ดำเนินการ")


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        ("higher", {"levels": list(LEVELS)}, Numeric(LEVELS, Direction.HIGHER)),
        ("lower", {"levels": LEVELS[::-1]}, Numeric(LEVELS[::-1], Direction.LOWER)),
        ("banded", {"levels": LEVELS}, Banded(LEVELS, Direction.HIGHER)),
        ("banded", {"levels": LEVELS, "direction": "lower"}, Banded(LEVELS, Direction.LOWER)),
        ("milestone", {"steps": list(STEPS)}, Milestone(STEPS)),
        ("milestone_partial", {"steps": STEPS}, MilestoneInParts(STEPS)),
        (
            "milestone_partial",
            {"steps": STEPS, "parts": [[], [D("0.25"), D("0.75")]]},
            MilestoneInParts(STEPS, ((), (D("0.25"), D("0.75")))),
        ),
        ("count", {"steps": STEPS}, Count(STEPS)),
        (
            "mixed",
            {"steps": STEPS[:3], "levels": (D(9), D(7)), "direction": "lower"},
            Mixed(STEPS[:3], (D(9), D(7)), Direction.LOWER),
        ),
        ("composite", {"children": [Child("a", D(1), YesNo())]}, Composite((Child("a", D(1), YesNo()),))),
        (
            "percent_of_target",
            {"children": [Project("a", D(1), D(40))]},
            PercentOfTarget((Project("a", D(1), D(40)),), (D(60), D(70), D(80), D(90), D(100))),
        ),
        (
            "two_sided",
            {"band": (D(45), D(55)), "levels": (8, 6, 4, 2, 0)},
            TwoSided(D(45), D(55), (D(8), D(6), D(4), D(2), D(0))),
        ),
        ("yes_no", {}, YesNo()),
    ],
)
def test_criteria_from_stored_columns(kind, columns, expected):
    built = criteria_from(kind, **columns)
    assert built == expected
    assert built.kind == kind


def test_every_kind_can_be_built():
    built = {kind: criteria_from(kind, band=(D(1), D(2))) for kind in KINDS}
    assert [criteria.kind for criteria in built.values()] == list(KINDS)


def test_unused_columns_are_ignored():
    assert criteria_from("yes_no", levels=LEVELS, steps=STEPS) == YesNo()


def test_unfinished_levels_are_kept_as_blanks():
    assert criteria_from("higher", levels=[D(70), None]).levels == (D(70), None)


def test_unknown_kind_and_missing_band_are_refused():
    with pytest.raises(CriteriaError, match="ไม่รู้จักเกณฑ์ชนิด “ratio”"):
        criteria_from("ratio")
    with pytest.raises(CriteriaError, match="ช่วง"):
        criteria_from("two_sided", levels=LEVELS)
    with pytest.raises(ValueError, match="sideways"):
        criteria_from("banded", levels=LEVELS, direction="sideways")


def test_children_of_the_wrong_class_are_refused():
    with pytest.raises(TypeError):
        criteria_from("composite", children=[Project("a", D(1))])
    with pytest.raises(TypeError):
        criteria_from("percent_of_target", children=[Child("a", D(1), YesNo())])


@pytest.mark.parametrize("bad", [70.0, "70"])
def test_levels_are_decimals(bad):
    with pytest.raises(TypeError):
        criteria_from("higher", levels=[bad])
    with pytest.raises(TypeError):
        Child("a", bad, YesNo())
    with pytest.raises(TypeError):
        Project("a", D(1), bad)
    with pytest.raises(TypeError):
        TwoSided(bad, D(80), ())


def test_exclusion_needs_the_consent():
    with pytest.raises(ValueError, match="ความเห็นชอบ"):
        Exclusion(" ")
